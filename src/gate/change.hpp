// A change after a snapshot, as the feed brings it and the journal keeps it.
#pragma once

#include <cstdint>

#include "gate/entry.hpp"

namespace beian::gate {

struct Change {
  uint64_t sequence = 0;  // its place in the feed; one more than that of the change before it
  uint64_t chain = 0;     // the feed's check up to it (base/chain.hpp)
  bool gone = false;      // nothing is known of the name any more: only entry.name counts
  Entry entry{};  // an entry of the name, instead of the one it had; the name in normal form
};

}  // namespace beian::gate
