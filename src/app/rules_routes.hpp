// GET /api/v1/requirements: what the rules in force will ask, for programs.
#pragma once

#include <vector>

#include "platform/http/router.hpp"

namespace beian::app {

std::vector<http::Route> rules_routes();

}  // namespace beian::app
