#include "accounts/accounts.hpp"
#include "orders/api.hpp"
#include "orders/reasons.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

Response get_reasons(const Context& context, const Request&) {
  return Response::json(Json::object(
      {{"reasons", context.database->read_value([](db::Tx& tx) { return reasons_json(tx); })}}));
}

Response put_one(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto put = put_reason(context, request.caller, request.remote, request.param("id"), *body);
  if (!put) return http::problem_response(request, put.error());
  return Response::json(put->reason, put->created ? 201 : 200);
}

Response delete_one(const Context& context, const Request& request) {
  const auto removed = remove_reason(context, request.caller, request.remote, request.param("id"));
  return removed ? Response::no_content() : http::problem_response(request, removed.error());
}

}  // namespace

std::vector<http::Route> reason_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  return {
      {"GET", "/api/v1/review/reasons", kReview,
       "Findings that this provider's reviewers write often, by kind of field", on(get_reasons)},
      {"GET", "/api/v1/admin/review-reasons", kAdmin, "The same, for who words them",
       on(get_reasons)},
      {"PUT", "/api/v1/admin/review-reasons/{id}", kAdmin, "Word one, or word it anew",
       on(put_one)},
      {"DELETE", "/api/v1/admin/review-reasons/{id}", kAdmin, "Take it away", on(delete_one)},
  };
}

}  // namespace beian::orders
