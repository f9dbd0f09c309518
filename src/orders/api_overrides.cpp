#include "accounts/accounts.hpp"
#include "orders/api.hpp"
#include "orders/overrides.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

Response get_overrides(const Context& context, const Request&) {
  Json list = Json::array();
  for (const auto& stored :
       context.database->read_value([](db::Tx& tx) { return all_overrides(tx); }))
    list.push(to_json(stored));
  return Response::json(Json::object({{"overrides", std::move(list)}}));
}

Response put_one(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto put =
      put_override(context, request.caller, request.remote, request.param("id"), *body);
  if (!put) return http::problem_response(request, put.error());
  return Response::json(to_json(put->stored), put->created ? 201 : 200);
}

Response delete_one(const Context& context, const Request& request) {
  const auto removed =
      remove_override(context, request.caller, request.remote, request.param("id"));
  return removed ? Response::no_content() : http::problem_response(request, removed.error());
}

}  // namespace

std::vector<http::Route> override_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  return {
      {"GET", "/api/v1/rules/overrides", kAdmin, "Rules that an administrator lets pass",
       on(get_overrides)},
      {"PUT", "/api/v1/rules/overrides/{id}", kAdmin,
       "Let a rule pass, or only advise, with a reason", on(put_one)},
      {"DELETE", "/api/v1/rules/overrides/{id}", kAdmin, "Hold to the rule again", on(delete_one)},
  };
}

}  // namespace beian::orders
