#include "accounts/accounts.hpp"
#include "orders/access_log.hpp"
#include "orders/api.hpp"

namespace beian::orders {
namespace {

using http::Request;

Result<Json> get_log(const Context& context, const Request& request) {
  LogQuery query;
  const auto limit = page_limit(request);
  if (!limit) return fail(limit);
  query.limit = *limit;
  query.before = request.query_value("before");
  const auto own = request.query_value("own");
  if (!own.empty() && own != "true" && own != "false")
    return fail(ProblemCode::code_unknown, "/own", {{"code", std::string(own)}});
  query.own = own == "true";
  const auto page = context.database->read_value(
      [&](db::Tx& tx) { return access_log(tx, request.caller.account_id, query); });
  if (!page) return fail(page);
  return Json::object(
      {{"entries", page->entries}, {"next", page->next ? Json(*page->next) : Json()}});
}

}  // namespace

std::vector<http::Route> access_log_routes(const std::shared_ptr<const Context>& context) {
  return {
      {"GET", "/api/v1/account/access-log", accounts::kAccount,
       "Who saw or changed what of the account's data, newest first",
       [context](const Request& request) {
         auto response = http::respond(request, get_log(*context, request));
         response.headers.emplace_back("Cache-Control", "no-store");
         return response;
       }},
  };
}

}  // namespace beian::orders
