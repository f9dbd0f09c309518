// When the feed was last known to have nothing newer, kept beside a snapshot in the file by which a
// keeper holds it (`.lock`): a restart, and who reads along, know how old their answers are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gate/entry.hpp"

namespace beian::gate {

struct Confirmed {
  Seconds at = 0;
  uint64_t sequence = 0;  // of the state that was the newest; an older one is not known to be
};
std::string lock_path(const std::string& snapshot);
// Nothing: never, or the disk refuses.
std::optional<Confirmed> read_confirmed(const std::string& snapshot);
void write_confirmed(int lock, const Confirmed& confirmed);  // as far as the disk takes it

}  // namespace beian::gate
