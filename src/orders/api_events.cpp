// GET /api/v1/orders/{id}/events: server-sent events of one order.
#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "orders/api.hpp"
#include "orders/watch.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

// What a client that comes again has seen: the browser's header, or ?seen= of other clients.
int64_t seen_of(const Request& request) {
  int64_t seen = 0;
  const auto header = request.header("last-event-id");
  const auto text = header.empty() ? request.query_value("seen") : header;
  return text::all_digits(text) && text::parse_i64(text, seen) ? seen : 0;
}

Response get_events(const Context& context, Watchers& watchers, const Request& request) {
  const auto order = context.database->read_value(
      [&](db::Tx& tx) { return readable_order(context, tx, request); });
  if (!order) return http::problem_response(request, order.error());
  const int64_t seen = seen_of(request);
  // To a browser that comes again this says: no more.
  if (is_final(order->state) && seen == order->version) return Response::no_content();
  auto stream = watchers.watch(*order, request.caller.actor(), seen);
  if (!stream) return http::problem_response(request, stream.error());
  Response response{200,
                    {{"Content-Type", "text/event-stream; charset=utf-8"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}},  // a proxy in front must pass each event on
                    ""};
  response.stream = std::move(*stream);
  return response;
}

}  // namespace

std::vector<http::Route> event_routes(const std::shared_ptr<const Context>& context,
                                      const std::shared_ptr<Watchers>& watchers) {
  return {
      {"GET", "/api/v1/orders/{id}/events", accounts::kOrdersRead,
       "Server-sent events: tells whenever the order moves",
       [context, watchers](const Request& request) {
         return get_events(*context, *watchers, request);
       }},
  };
}

}  // namespace beian::orders
