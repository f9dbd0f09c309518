#include "notices/webhook_api.hpp"

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "notices/webhook_manage.hpp"
#include "notices/webhook_store.hpp"

namespace beian::notices {
namespace {

using http::Request;
using http::Response;

constexpr size_t kPage = 50;

Response uncached(Response response) {
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

Json webhook_json(const Webhook& webhook) {
  Json events = Json::array();
  for (const auto& event : webhook.events) events.push(event);
  return Json::object(
      {{"id", webhook.id},
       {"url", webhook.url},
       {"description", webhook.description},
       {"events", std::move(events)},
       {"enabled", webhook.enabled},
       {"reason", webhook.reason.empty() ? Json() : Json(webhook.reason)},
       {"failing_since", webhook.failing_since ? Json(to_rfc3339(*webhook.failing_since)) : Json()},
       {"created", to_rfc3339(webhook.created)},
       {"updated", to_rfc3339(webhook.updated)}});
}

Json delivery_json(const Delivery& delivery) {
  return Json::object(
      {{"id", delivery.id},
       {"number", delivery.seq},
       {"event", delivery.event},
       {"state", name_of(delivery.state)},
       {"attempts", delivery.attempts},
       {"next_attempt",
        delivery.state == DeliveryState::waiting ? Json(to_rfc3339(delivery.next)) : Json()},
       {"created", to_rfc3339(delivery.created)},
       {"finished", delivery.finished ? Json(to_rfc3339(*delivery.finished)) : Json()}});
}

// The secret is told where it was made, and nowhere else.
Response with_secret(const Request& request, const Result<Webhook>& webhook, int status) {
  if (!webhook) return http::problem_response(request, webhook.error());
  Json json = webhook_json(*webhook);
  json.set("secret", webhook->secret.reveal());
  return uncached(Response::json(json, status));
}

Response answer(const Request& request, const Result<Webhook>& webhook) {
  if (!webhook) return http::problem_response(request, webhook.error());
  return uncached(Response::json(webhook_json(*webhook)));
}

Response answer(const Request& request, const Result<Delivery>& delivery, int status) {
  if (!delivery) return http::problem_response(request, delivery.error());
  return uncached(Response::json(delivery_json(*delivery), status));
}

Response get_webhooks(const WebhookContext& context, const Request& request) {
  Json list = Json::array(), events = Json::array();
  for (const auto& webhook : context.database->read_value([&](db::Tx& tx) {
         return WebhookStore(context.cipher).of_account(tx, request.caller.account_id);
       }))
    list.push(webhook_json(webhook));
  for (const auto event : webhook_events()) events.push(event);
  return uncached(
      Response::json(Json::object({{"webhooks", std::move(list)}, {"events", std::move(events)}})));
}

Response post_webhook(const WebhookContext& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto made = create_webhook(context, request.caller.account_id, *body);
  Response response = with_secret(request, made, 201);
  if (made) response.headers.emplace_back("Location", "/api/v1/webhooks/" + made->id);
  return response;
}

Response get_webhook(const WebhookContext& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) {
    return own_webhook(context, tx, request.caller.account_id, request.param("id"));
  }));
}

Response put_webhook(const WebhookContext& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  return answer(request,
                change_webhook(context, request.caller.account_id, request.param("id"), *body));
}

Response post_secret(const WebhookContext& context, const Request& request) {
  return with_secret(request,
                     rotate_secret(context, request.caller.account_id, request.param("id")), 200);
}

Response remove_webhook(const WebhookContext& context, const Request& request) {
  const auto gone = delete_webhook(context, request.caller.account_id, request.param("id"));
  return gone ? Response::no_content() : http::problem_response(request, gone.error());
}

Response post_ping(const WebhookContext& context, const Request& request) {
  return answer(request, ping(context, request.caller.account_id, request.param("id")), 202);
}

Response post_resend(const WebhookContext& context, const Request& request) {
  return answer(
      request,
      resend(context, request.caller.account_id, request.param("id"), request.param("delivery")),
      202);
}

Response get_deliveries(const WebhookContext& context, const Request& request) {
  int64_t before = 0;
  if (const auto given = request.query_value("before");
      !given.empty() && (!text::parse_i64(given, before) || before < 1))
    return http::problem_response(
        request, {{ProblemCode::out_of_range, "/before", {{"min", "1"}, {"max", "…"}}}});
  return uncached(
      http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
        const auto webhook =
            own_webhook(context, tx, request.caller.account_id, request.param("id"));
        if (!webhook) return fail(webhook);
        auto found = WebhookStore(context.cipher).deliveries(tx, webhook->id, before, kPage + 1);
        const bool more = found.size() > kPage;
        if (more) found.pop_back();
        Json list = Json::array();
        for (const auto& delivery : found) list.push(delivery_json(delivery));
        return Json::object(
            {{"deliveries", std::move(list)}, {"next", more ? Json(found.back().seq) : Json()}});
      })));
}

Response get_delivery(const WebhookContext& context, const Request& request) {
  return uncached(
      http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
        const auto delivery = own_delivery(context, tx, request.caller.account_id,
                                           request.param("id"), request.param("delivery"));
        if (!delivery) return fail(delivery);
        Json json = delivery_json(*delivery);
        json.set("body", parse_json(delivery->body).value_or(Json()));
        Json list = Json::array();
        for (const auto& attempt : WebhookStore(context.cipher).attempts(tx, delivery->id))
          list.push(
              Json::object({{"number", attempt.n},
                            {"at", to_rfc3339(attempt.at)},
                            {"status", attempt.status == 0 ? Json() : Json(attempt.status)},
                            {"took_ms", attempt.took_ms},
                            {"error", attempt.error.empty() ? Json() : Json(attempt.error)}}));
        json.set("history", std::move(list));
        return json;
      })));
}

}  // namespace

std::vector<http::Route> webhook_routes(const std::shared_ptr<const WebhookContext>& context) {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const WebhookContext&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  return {
      {"GET", "/api/v1/webhooks", kAccount, "Own webhooks, and the events to choose from",
       on(get_webhooks)},
      {"POST", "/api/v1/webhooks", kAccount, "Create a webhook; its secret is shown once",
       on(post_webhook)},
      {"GET", "/api/v1/webhooks/{id}", kAccount, "Read a webhook", on(get_webhook)},
      {"PUT", "/api/v1/webhooks/{id}", kAccount, "Change address, events, or switch it on and off",
       on(put_webhook)},
      {"DELETE", "/api/v1/webhooks/{id}", kAccount, "Delete a webhook with its deliveries",
       on(remove_webhook)},
      {"POST", "/api/v1/webhooks/{id}/secret", kAccount,
       "A new secret, shown once; the old one signs beside it for a day", on(post_secret)},
      {"POST", "/api/v1/webhooks/{id}/ping", kAccount, "Call it once for a test", on(post_ping)},
      {"GET", "/api/v1/webhooks/{id}/deliveries", kAccount, "What was and will be delivered",
       on(get_deliveries)},
      {"GET", "/api/v1/webhooks/{id}/deliveries/{delivery}", kAccount,
       "A delivery with its body and attempts", on(get_delivery)},
      {"POST", "/api/v1/webhooks/{id}/deliveries/{delivery}/resend", kAccount, "Deliver it again",
       on(post_resend)},
  };
}

}  // namespace beian::notices
