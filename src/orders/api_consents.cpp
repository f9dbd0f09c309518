#include "accounts/accounts.hpp"
#include "orders/api.hpp"
#include "orders/consent.hpp"
#include "platform/http/problem_list.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

Response get_consents(const Context& context, const Request& request) {
  const auto limit = page_limit(request);
  if (!limit) return http::problem_response(request, limit.error());
  auto page = context.database->read_value([&](db::Tx& tx) {
    return consents_of(context, tx, request.caller.account_id,
                       std::string(request.query_value("before")), *limit);
  });
  return Response::json(Json::object({{"migrations", std::move(page.migrations)},
                                      {"next", page.next.empty() ? Json() : Json(page.next)}}));
}

}  // namespace

std::vector<http::Route> consent_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  const auto decide = [context](bool agreed) {
    return [context, agreed](const Request& request) {
      return http::respond(request, decide_consent(*context, request.caller.account_id,
                                                   request.param("id"), agreed));
    };
  };
  return {
      {"GET", "/api/v1/migrations", kOrdersRead,
       "Migrations of own websites that ask for this account's agreement, newest first (before)",
       [context](const Request& request) { return get_consents(*context, request); }},
      {"POST", "/api/v1/migrations/{id}/agree", kOrdersWrite,
       "Let the website go (id: of the order)", decide(true)},
      {"POST", "/api/v1/migrations/{id}/decline", kOrdersWrite, "Keep the website", decide(false)},
  };
}

}  // namespace beian::orders
