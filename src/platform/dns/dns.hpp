// DNS questions (c-ares). One call is one question with its retries.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace beian::dns {

struct Resolvers {
  std::string servers;                       // "192.0.2.1:53,192.0.2.2"; empty: those of the system
  std::chrono::milliseconds timeout{2'000};  // of the first try; each further one waits longer
  int tries = 2;
};

// IPv4 and IPv6 addresses as texts, in the order of the answer; none when the name does not exist
// or has no address. peer_unreachable (args: reason) when no resolver gave an answer that says so:
// then nothing is known. bad_format for servers that cannot be read. Thread-safe.
Result<std::vector<std::string>> addresses(const Resolvers& resolvers, const std::string& name);

}  // namespace beian::dns
