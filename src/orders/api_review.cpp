#include "accounts/accounts.hpp"
#include "orders/api.hpp"
#include "orders/review.hpp"
#include "orders/seen.hpp"
#include "orders/view.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

Response post_review(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  return order_response(request,
                        review(context, request.caller.account_id, request.param("id"), *body));
}

// What waits for a reviewer, longest first; any other state by name.
Response get_queue(const Context& context, const Request& request) {
  const auto limit = page_limit(request);
  if (!limit) return http::problem_response(request, limit.error());
  const auto name = request.query_value("state");
  const auto state = name.empty() ? State::in_review : state_named(name);
  if (!state)
    return http::problem_response(
        request, {{ProblemCode::code_unknown, "/state", {{"code", std::string(name)}}}});
  auto orders = context.database->read_value([&](db::Tx& tx) {
    return context.store.in_state(tx, *state, std::string(request.query_value("after")),
                                  *limit + 1);
  });
  const bool more = orders.size() > *limit;
  if (more) orders.pop_back();
  Json list = Json::array();
  std::vector<Look> looks;
  for (const auto& order : orders) {
    list.push(summary_json(order, request.caller));
    looks.push_back({order.id, "list"});
  }
  note_seen(*context.database, context.clock.now(), request.caller, looks);
  return Response::json(Json::object(
      {{"orders", std::move(list)}, {"next", more ? Json(orders.back().id) : Json()}}));
}

}  // namespace

std::vector<http::Route> review_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  return {
      {"GET", "/api/v1/review/orders", kReview, "The queue of a state (?state=, in_review)",
       [context](const Request& request) { return get_queue(*context, request); }},
      {"POST", "/api/v1/orders/{id}/review", kReview, "Pass, ask for changes or reject",
       [context](const Request& request) { return post_review(*context, request); }},
  };
}

}  // namespace beian::orders
