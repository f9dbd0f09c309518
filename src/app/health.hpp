// /healthz, /readyz and /metrics, the same for both sides.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "platform/db/db.hpp"
#include "platform/http/router.hpp"
#include "platform/http/server.hpp"

namespace beian::app {

// healthz: the process answers. readyz: it can also reach its database and is not stopping (503
// with Retry-After otherwise).
std::vector<http::Route> health_routes(const std::shared_ptr<db::Database>& database,
                                       const std::shared_ptr<const std::atomic<bool>>& stopping);
std::vector<http::Route> metrics_routes();

// Counts and times every request; one log line for each that failed on our side.
http::Observer request_observer();

}  // namespace beian::app
