// HTTP face of the registry.
#pragma once

#include <memory>
#include <vector>

#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::registry {

// GET /api/v1/access?host=            public: answer, reason, domain and number are public facts
// GET /api/v1/registry/entities       the caller's own; everybody's for an auditor
// GET /api/v1/registry/domains/{domain}
std::vector<http::Route> routes(std::shared_ptr<db::Database> database);

}  // namespace beian::registry
