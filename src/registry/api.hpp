// HTTP face of the registry.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::registry {

// GET /api/v1/access?host=            public: answer, reason, domain and number are public facts
// GET /api/v1/registry/entities       the caller's own; everybody's for an auditor
// GET /api/v1/registry/domains/{domain}
std::vector<http::Route> routes(std::shared_ptr<db::Database> database,
                                const crypto::ColumnCipher& cipher);

// GET  /api/v1/codes, /api/v1/codes/{table}          public: the code tables in force
// GET  /api/v1/registry/findings                     about the caller's own; all for an officer
// POST /api/v1/registry/findings/{number}/settle     officer
// GET  /api/v1/registry/blacklist                    officer
// Clock and cipher must outlive the routes.
std::vector<http::Route> check_routes(std::shared_ptr<db::Database> database, const Clock& clock,
                                      const crypto::ColumnCipher& cipher);

// GET  /api/v1/registry/unfiled_sites                  officer
// POST /api/v1/registry/unfiled_sites/{number}/handle  officer
// The clock must outlive the routes.
std::vector<http::Route> unfiled_routes(std::shared_ptr<db::Database> database, const Clock& clock);
// GET  /api/v1/public/filings, POST /api/v1/public/filings/lookup, GET and POST /query/{type}:
// what anybody may ask; limited per address. Clock must outlive the routes.
std::vector<http::Route> public_routes(std::shared_ptr<db::Database> database, const Clock& clock);

}  // namespace beian::registry
