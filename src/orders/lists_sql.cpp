// Lists of orders, and what open orders hold alone.
#include <algorithm>

#include "orders/document.hpp"
#include "orders/order.hpp"

namespace beian::orders {
namespace {

// True when the claim is this order's now.
bool take(db::Tx& tx, const std::string& kind, const std::string& claim,
          const std::string& order_id) {
  // Waits for a transaction that takes the same claim at this moment, then sees its row.
  return tx.exec(
             "INSERT INTO order_claims (kind, claim, order_id) VALUES (:kind, :claim, :order_id) "
             "ON CONFLICT (kind, claim) DO NOTHING",
             {{"kind", kind}, {"claim", claim}, {"order_id", order_id}}) > 0;
}

}  // namespace

std::vector<Order> OrderStore::of_account(db::Tx& tx, const std::string& account_id,
                                          std::optional<State> state, const std::string& before,
                                          size_t limit) const {
  db::Params params = {{"account_id", account_id}, {"limit", static_cast<int64_t>(limit)}};
  std::string where = "WHERE account_id = :account_id";
  if (state) {
    where += " AND state = :state";
    params.emplace_back("state", name_of(*state));
  }
  if (!before.empty()) {
    where += " AND id < :before";
    params.emplace_back("before", before);
  }
  std::vector<Order> orders;
  for (const auto& row : tx.query(select(where + " ORDER BY id DESC LIMIT :limit"), params))
    orders.push_back(order_of(row));
  return orders;
}

std::vector<Order> OrderStore::in_state(db::Tx& tx, const QueueFilter& filter,
                                        const std::string& after, size_t limit) const {
  db::Params params = {{"state", name_of(filter.state)}, {"limit", static_cast<int64_t>(limit)}};
  std::string where = "WHERE state = :state";
  const auto only = [&](std::string_view condition, std::string_view name, db::Value value) {
    where += " AND " + std::string(condition);
    params.emplace_back(name, std::move(value));
  };
  if (!filter.kind.empty()) only("kind = :kind", "kind", filter.kind);
  if (filter.province != 0)
    only("(province = :province OR province IS NULL)", "province", filter.province);
  if (filter.since) only("updated >= :since", "since", to_ms(*filter.since));
  if (filter.before) only("updated < :before", "before", to_ms(*filter.before));
  // As in take.cpp: whoever took it before its last move has it no more.
  const std::string take =
      "EXISTS (SELECT 1 FROM review_takes t WHERE t.order_id = orders.id "
      "AND t.updated = orders.updated";
  switch (filter.taken) {
    case QueueFilter::Taken::any:
      break;
    case QueueFilter::Taken::free:
      where += " AND NOT " + take + ")";
      break;
    case QueueFilter::Taken::mine:
      only(take + " AND t.reviewer_id = :reviewer)", "reviewer", filter.reviewer_id);
      break;
    case QueueFilter::Taken::others:
      only(take + " AND t.reviewer_id <> :reviewer)", "reviewer", filter.reviewer_id);
      break;
  }
  if (!after.empty()) {
    where += " AND (updated, id) > (SELECT updated, id FROM orders WHERE id = :after)";
    params.emplace_back("after", after);
  }
  std::vector<Order> orders;
  for (const auto& row : tx.query(select(where + " ORDER BY updated, id LIMIT :limit"), params))
    orders.push_back(order_of(row));
  return orders;
}

int64_t OrderStore::count_waiting(db::Tx& tx, State state, TimePoint before) const {
  return tx
      .query_one("SELECT COUNT(*) AS n FROM orders WHERE state = :state AND updated < :before",
                 {{"state", name_of(state)}, {"before", to_ms(before)}})
      ->i64("n");
}

Status OrderStore::claim(db::Tx& tx, const Order& order) const {
  tx.exec("DELETE FROM order_claims WHERE order_id = :id", {{"id", order.id}});
  Problems problems;
  const Json subject = subject_of(order);
  const std::string entity = entity_claim(*cipher_, subject);
  if (!entity.empty() && !take(tx, "entity", entity, order.id))
    problems.push_back({ProblemCode::open_order_exists, "/entity/certificate/number", {}});
  // Neither side of a migration has another order.
  const Json& from = order.filed["from"];
  if (!from.is_null() && !take(tx, "entity", entity_claim(*cipher_, from), order.id))
    problems.push_back({ProblemCode::migration_not_taken,
                        "/services/0/domains/0",
                        {{"reason", "原主体有进行中的订单，请先办结"}}});
  // Always in the same order, so that two orders never wait for each other.
  auto fields = domains_of(subject);
  std::ranges::sort(fields, {}, &DomainField::domain);
  // Services of one order may share a domain.
  fields.erase(std::ranges::unique(fields, {}, &DomainField::domain).begin(), fields.end());
  for (const auto& field : fields)
    if (!take(tx, "domain", field.domain, order.id))
      problems.push_back(
          {ProblemCode::domain_in_open_order, field.pointer, {{"domain", field.domain}}});
  auto apps = apps_of(subject);
  std::ranges::sort(apps, {}, &AppField::key);
  for (const auto& app : apps)
    if (!take(tx, "app", app.key, order.id))
      problems.push_back(
          {ProblemCode::app_filed,
           app.pointer,
           {{"kind", std::string(china::title_of(app.kind))}, {"number", "另一订单正在办理"}}});
  return status_of(std::move(problems));
}

bool OrderStore::is_claimed(db::Tx& tx, const Order& order) const {
  const auto taken = [&](const Json& document) {
    return tx
        .query_one(
            "SELECT order_id FROM order_claims WHERE kind = 'entity' AND claim = :claim "
            "AND order_id <> :id",
            {{"claim", entity_claim(*cipher_, document)}, {"id", order.id}})
        .has_value();
  };
  return taken(subject_of(order)) || taken(order.filed["from"]);
}

}  // namespace beian::orders
