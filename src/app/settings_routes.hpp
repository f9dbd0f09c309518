// The settings that the process runs with, read by administrators. They are changed in the settings
// file, the environment or on the command line, and count from the next start.
#pragma once

#include <vector>

#include "platform/config/in_force.hpp"
#include "platform/http/router.hpp"

namespace beian::app {

// GET /api/v1/admin/settings
std::vector<http::Route> settings_routes(const std::vector<config::InForce>& settings);

}  // namespace beian::app
