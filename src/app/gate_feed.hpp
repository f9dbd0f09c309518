// What `gate follow` and `gate serve` follow, out of their options.
#pragma once

#include <string>

#include "app/commands.hpp"
#include "base/result.hpp"
#include "gate/follow.hpp"

namespace beian::app {

// file_unreadable: no token in the first line of its file.
Result<gate::FollowOptions> follow_options(const GateFeed& feed, const std::string& snapshot);

}  // namespace beian::app
