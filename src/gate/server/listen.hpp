// Where a server listens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "gate/file.hpp"

namespace beian::gate::server {

struct Place {
  bool unix_socket = false;
  std::string address;  // "127.0.0.1", "::1", or the path
  uint16_t port = 0;    // 0: a free one
};
// "127.0.0.1:8081", "[::1]:8081", "unix:/run/beian/gate.sock"; bad_format otherwise.
Result<Place> read_place(std::string_view text);
std::string text_of(const Place& place);

// One socket for each of `count` threads, between which the kernel divides who connects; of a path
// there is one, and all share it. `place` is told the port that was free. A path that nobody
// listens at any more is taken over, and open to whom its folder lets in. file_unreadable, with the
// reason, when it cannot be had.
Result<std::vector<Descriptor>> listen_at(Place& place, size_t count);

}  // namespace beian::gate::server
