// JSON in, call, JSON out: how the SMS verification of an order stands, for its applicant.
#include "accounts/accounts.hpp"
#include "authority/api.hpp"
#include "authority/order_sms.hpp"
#include "orders/context.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;
using http::Request;
using http::Response;

// Names are masked, so whoever may read the order at all may read this.
Response get_sms(const ApiDeps& deps, const Request& request) {
  Response response =
      http::respond(request, deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
        const auto order = orders::OrderStore(deps.cipher).load(tx, request.param("id"));
        if (!order || orders::view_of(request.caller, *order) == orders::View::none)
          return fail(ProblemCode::not_found);
        return order_sms_json(order_sms(tx, deps.links, *order), *order, deps.clock.now(),
                              http::language_of(request));
      }));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response post_reminder(const ApiDeps& deps, const Request& request) {
  const auto waiting = deps.database->write_result([&](db::Tx& tx) -> Result<int64_t> {
    const auto order = orders::OrderStore(deps.cipher).load(tx, request.param("id"));
    if (!order || order->account_id != request.caller.account_id)
      return fail(ProblemCode::not_found);
    return remind_persons(tx, deps.cipher, deps.clock.now(), deps.links, *order,
                          request.caller.account_id);
  });
  if (!waiting) return http::problem_response(request, waiting.error());
  const bool zh = http::language_of(request) == Language::zh;
  return Response::json(Json::object(
      {{"sent_again_by_authority", false},
       {"notice", true},
       {"waiting", *waiting},
       {"text",
        zh ? "管局接口没有重发短信的功能：短信由管局发送，不能重发。已向本账号发出站内消息，请"
             "自行提醒各负责人在期限内核验。"
           : "The authority's interface cannot send the message again. A notice went to "
             "this account; please ask the persons in charge yourself."}}));
}

}  // namespace

std::vector<http::Route> sms_routes(const Deps& deps) {
  return {
      {"GET", "/api/v1/orders/{id}/sms", accounts::kOrdersRead,
       "Each person's SMS verification: state, wrong inputs, deadline",
       [deps](const Request& request) { return get_sms(*deps, request); }},
      {"POST", "/api/v1/orders/{id}/sms/reminder", accounts::kOrdersWrite,
       "Reminds of the verification, by a notice; at most once an hour",
       [deps](const Request& request) { return post_reminder(*deps, request); }},
  };
}

}  // namespace beian::authority
