// HTTP face of what is known about domains.
#pragma once

#include <memory>
#include <vector>

#include "domains/facts.hpp"
#include "platform/http/router.hpp"

namespace beian::domains {

// /api/v1/domain-facts/{domain}
std::vector<http::Route> routes(std::shared_ptr<const Context> context);

}  // namespace beian::domains
