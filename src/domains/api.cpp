#include "domains/api.hpp"

#include "accounts/accounts.hpp"

namespace beian::domains {

std::vector<http::Route> routes(std::shared_ptr<const Context> context) {
  const auto get = [context](const http::Request& request) {
    const auto found = facts(*context, request.param("domain"), "/domain");
    if (!found) return http::problem_response(request, found.error());
    http::Response response = http::Response::json(to_json(*found));
    http::set_header(response.headers, "Cache-Control", "no-store");
    return response;
  };
  return {{"GET", "/api/v1/domain-facts/{domain}", accounts::kOrdersRead,
           "Suffix, registration (RDAP) and resolution of a domain, each three-valued", get}};
}

}  // namespace beian::domains
