// A steady stream of requests, each at its own time whatever became of the others, and how long the
// answers took from that time on: what waits because the server was slow counts in full.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace beian::bench {

struct Asked {
  std::string request;
  std::string status;  // that is right: "204"
};

struct Load {
  double rate = 0;                              // answers a second
  double p50 = 0, p99 = 0, p999 = 0, most = 0;  // microseconds
  // p99 of the middle one of windows of 20 ms, by when each request was due: what a virtual
  // machine's host takes comes in pieces and spoils the windows that it falls into, what the server
  // does to itself all the time would be in most of them.
  double p99_window = 0;
  uint64_t answers = 0, wrong = 0;  // wrong: another status, or the connection ended
  double taken = 0;  // milliseconds of each second that a virtual machine's host gave to others
};

// At 127.0.0.1:port, `rate` requests a second at random distances.
Load steady_load(uint16_t port, const std::vector<Asked>& asked, size_t connections, double rate,
                 double seconds);

}  // namespace beian::bench
