// Hands commands to a running HAProxy over its socket (`stats socket PATH level admin`).
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace beian::gate {

struct PushReport {
  static constexpr size_t kMostSaid = 20;
  uint64_t done = 0;
  uint64_t refused = 0;
  std::vector<std::string> said;  // the command, and what HAProxy says to it; the first of them
};

// One command a line, as write_map_changes writes them; several go in one connection. A refused one
// does not stop the others. peer_unreachable when there is no HAProxy at the socket, or it ends
// before it has answered: what was sent last may be done or not. Waits 30 s for an answer.
Result<PushReport> push_commands(std::istream& commands, const std::string& socket);

}  // namespace beian::gate
