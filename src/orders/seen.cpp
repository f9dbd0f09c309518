#include "orders/seen.hpp"

#include "materials/materials.hpp"

namespace beian::orders {
namespace {

constexpr int64_t kHour = 3600 * 1000;

struct Row {
  std::string account_id;
  db::Params key;
};

// What is not written down yet.
std::vector<Row> new_rows(db::Tx& tx, int64_t hour, const http::Caller& caller,
                          const std::vector<Look>& looks) {
  std::vector<Row> out;
  for (const auto& look : looks) {
    const auto order =
        tx.query_one("SELECT account_id FROM orders WHERE id = :order", {{"order", look.order_id}});
    if (!order || order->text("account_id") == caller.account_id) continue;
    const db::Params key = {{"order", look.order_id},
                            {"viewer", caller.actor()},
                            {"what", look.what},
                            {"item", look.item},
                            {"hour", hour}};
    if (!tx.query_one("SELECT 1 AS one FROM order_views WHERE order_id = :order "
                      "AND viewer_id = :viewer AND what = :what AND item = :item AND hour = :hour",
                      key))
      out.push_back({order->text("account_id"), key});
  }
  return out;
}

// Routes of an order that show nothing of what somebody filled in.
bool shows_data(const http::Route& route) {
  const std::string_view path = route.path;
  if (!path.starts_with("/api/v1/orders/{id}")) return false;
  if (path.ends_with("/waiting") || path.ends_with("/events")) return false;
  return route.method == "GET" || path.ends_with("/rehearsal");
}

Look look_at(const Context& context, const http::Request& request, bool picture) {
  Look look{request.param("id"), picture ? "material" : "order"};
  if (!picture) return look;
  const auto material = context.database->read_value(
      [&](db::Tx& tx) { return materials::find(tx, request.param("material")); });
  if (material) look.item = std::to_string(material->purpose);
  return look;
}

}  // namespace

void note_seen(db::Database& database, TimePoint now, const http::Caller& caller,
               const std::vector<Look>& looks) {
  const int64_t hour = to_ms(now) / kHour;
  const auto rows =
      database.read_value([&](db::Tx& tx) { return new_rows(tx, hour, caller, looks); });
  if (rows.empty()) return;
  database.write([&](db::Tx& tx) {
    for (const auto& row : rows) {
      db::Params params = row.key;
      params.emplace_back("account", row.account_id);
      params.emplace_back("role", caller.role);
      params.emplace_back("at", to_ms(now));
      tx.exec(
          "INSERT INTO order_views (account_id, order_id, viewer_id, role, what, item, hour, at) "
          "VALUES (:account, :order, :viewer, :role, :what, :item, :hour, :at) "
          "ON CONFLICT (order_id, viewer_id, what, item, hour) DO NOTHING",
          params);
    }
  });
}

std::vector<http::Route> with_looks_noted(const std::shared_ptr<const Context>& context,
                                          std::vector<http::Route> routes) {
  for (auto& route : routes) {
    if (!shows_data(route)) continue;
    const bool picture = route.path.ends_with("/picture");
    route.handler = [context, picture,
                     handler = std::move(route.handler)](const http::Request& request) {
      http::Response response = handler(request);
      // An applicant gets nothing but his own.
      if (response.status == 200 && request.caller.role != "applicant")
        note_seen(*context->database, context->clock.now(), request.caller,
                  {look_at(*context, request, picture)});
      return response;
    };
  }
  return routes;
}

}  // namespace beian::orders
