// The snapshot that a command is given, with what a follower keeps in the journal beside it.
#pragma once

#include <optional>
#include <string>

#include "gate/snapshot.hpp"

namespace beian::app {

// As gate::open_current; nothing, and told, when it cannot be opened.
std::optional<gate::Snapshot> current_snapshot(const std::string& path);

}  // namespace beian::app
