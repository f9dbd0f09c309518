// A change after a snapshot, as the feed brings it and the journal keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gate/entry.hpp"

namespace beian::gate {

struct Change {
  uint64_t sequence = 0;  // its place in the feed; one more than that of the change before it
  uint64_t chain = 0;     // the feed's check up to it (base/chain.hpp)
  bool gone = false;      // nothing is known of the name any more: only entry.name counts
  Entry entry{};  // an entry of the name, instead of the one it had; the name in normal form
};

// The feed's words for how a name stands (registry/registry.hpp): filed, no_access_here, cancelled,
// blacklisted; nothing for not_filed, of which there is no entry. A word that a newer system has
// learned is `blocked` until this one learns it too.
std::optional<Standing> standing_told(std::string_view what);

}  // namespace beian::gate
