// The settings that the process runs with, and those that administrators keep for the next start.
// The rest is changed in the settings file, the environment or on the command line.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "platform/config/in_force.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::app {

// /api/v1/admin/settings. `read_at_start`: does this program read what is kept when it starts?
std::vector<http::Route> settings_routes(const std::vector<config::InForce>& settings,
                                         bool read_at_start,
                                         const std::shared_ptr<db::Database>& database,
                                         const Clock& clock);

}  // namespace beian::app
