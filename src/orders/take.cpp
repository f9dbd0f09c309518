#include "orders/take.hpp"

#include "platform/db/list_of_values.hpp"

namespace beian::orders {

bool is_reviewed(State state) {
  return state == State::in_review || state == State::in_rereview;
}

std::map<std::string, Take> taken_by(db::Tx& tx, const std::vector<Order>& orders) {
  std::vector<std::string> ids;
  for (const auto& order : orders)
    if (is_reviewed(order.state)) ids.push_back(order.id);
  std::map<std::string, Take> out;
  if (ids.empty()) return out;
  const db::List list(ids);
  for (const auto& row : tx.query("SELECT t.order_id, t.reviewer_id, t.at, a.name FROM "
                                  "review_takes t JOIN orders o ON o.id = t.order_id "
                                  "AND o.updated = t.updated "
                                  "LEFT JOIN accounts a ON a.id = t.reviewer_id "
                                  "WHERE t.order_id IN (" +
                                      list.text + ")",
                                  list.params)) {
    const std::string id = row.text("reviewer_id");
    out[row.text("order_id")] = {id, row.is_null("name") ? id : row.text("name"),
                                 from_ms(row.i64("at"))};
  }
  return out;
}

Json take_json(const Take& take, const http::Caller& caller) {
  return Json::object({{"reviewer", take.reviewer},
                       {"since", to_rfc3339(take.at)},
                       {"mine", take.reviewer_id == caller.account_id}});
}

Status check_not_taken(db::Tx& tx, const Order& order, const std::string& reviewer_id) {
  const auto takes = taken_by(tx, {order});
  if (takes.empty() || takes.begin()->second.reviewer_id == reviewer_id) return {};
  const Take& taken = takes.begin()->second;
  return fail(ProblemCode::order_taken, {},
              {{"name", taken.reviewer}, {"since", to_rfc3339(taken.at)}});
}

Result<Order> take(const Context& context, const std::string& reviewer_id,
                   const std::string& order_id, bool over) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    auto order = context.store.load(tx, order_id);
    if (!order) return fail(ProblemCode::not_found);
    if (!is_reviewed(order->state))
      return fail(ProblemCode::event_not_allowed, {},
                  {{"event", "领取审核"}, {"state", std::string(title_of(order->state))}});
    // The row itself decides between two who take it at once.
    const db::Params params = {{"order", order_id},
                               {"reviewer", reviewer_id},
                               {"updated", to_ms(order->updated)},
                               {"at", to_ms(context.clock.now())}};
    const std::string replace =
        over ? "review_takes.reviewer_id <> excluded.reviewer_id OR review_takes.updated <> "
               "excluded.updated"
             : "review_takes.updated <> excluded.updated";
    tx.exec(
        "INSERT INTO review_takes (order_id, reviewer_id, updated, at) "
        "VALUES (:order, :reviewer, :updated, :at) ON CONFLICT (order_id) DO UPDATE SET "
        "reviewer_id = excluded.reviewer_id, updated = excluded.updated, at = excluded.at "
        "WHERE " +
            replace,
        params);
    if (const auto mine = check_not_taken(tx, *order, reviewer_id); !mine) return fail(mine);
    return std::move(*order);
  });
}

Result<Order> release(const Context& context, const std::string& reviewer_id,
                      const std::string& order_id) {
  return context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    auto order = context.store.load(tx, order_id);
    if (!order) return fail(ProblemCode::not_found);
    tx.exec("DELETE FROM review_takes WHERE order_id = :order AND reviewer_id = :reviewer",
            {{"order", order_id}, {"reviewer", reviewer_id}});
    return std::move(*order);
  });
}

}  // namespace beian::orders
