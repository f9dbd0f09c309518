#include "orders/seen.hpp"

#include <array>
#include <map>
#include <set>

#include "materials/materials.hpp"
#include "platform/db/list_of_values.hpp"

namespace beian::orders {
namespace {

constexpr int64_t kHour = 3600 * 1000;

struct Row {
  std::string account_id;
  db::Params key;
};

// What is not written down yet; two queries, however many looks.
std::vector<Row> new_rows(db::Tx& tx, int64_t hour, const http::Caller& caller,
                          const std::vector<Look>& looks) {
  if (looks.empty()) return {};
  std::vector<std::string> ids;
  ids.reserve(looks.size());
  for (const auto& look : looks) ids.push_back(look.order_id);
  const db::List list(ids);
  std::map<std::string, std::string> accounts;  // by order
  for (const auto& row :
       tx.query("SELECT id, account_id FROM orders WHERE id IN (" + list.text + ")", list.params))
    accounts[row.text("id")] = row.text("account_id");
  db::Params params = list.params;
  params.emplace_back("viewer", caller.actor());
  params.emplace_back("hour", hour);
  std::set<std::array<std::string, 3>> known;
  for (const auto& row :
       tx.query("SELECT order_id, what, item FROM order_views WHERE viewer_id = :viewer "
                "AND hour = :hour AND order_id IN (" +
                    list.text + ")",
                params))
    known.insert({row.text("order_id"), row.text("what"), row.text("item")});
  std::vector<Row> out;
  for (const auto& look : looks) {
    const auto account = accounts.find(look.order_id);
    if (account == accounts.end() || account->second == caller.account_id) continue;
    if (!known.insert({look.order_id, look.what, look.item}).second) continue;
    out.push_back({account->second,
                   {{"order", look.order_id},
                    {"viewer", caller.actor()},
                    {"what", look.what},
                    {"item", look.item},
                    {"hour", hour}}});
  }
  return out;
}

// Routes of an order that show nothing of what somebody filled in.
bool shows_data(const http::Route& route) {
  const std::string_view path = route.path;
  if (!path.starts_with("/api/v1/orders/{id}")) return false;
  for (const auto* part : {"/waiting", "/events", "/reviewer"})
    if (path.ends_with(part)) return false;
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
