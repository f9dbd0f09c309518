#include "orders/expire.hpp"

#include <map>

#include "orders/migrate.hpp"
#include "platform/log/log.hpp"
#include "platform/metrics/metrics.hpp"

namespace beian::orders {
namespace {

constexpr Millis kRequestLife{7LL * 24 * 3600 * 1000};

std::vector<std::string> due(db::Tx& tx, int64_t before, size_t limit) {
  std::vector<std::string> ids;
  for (const auto& t : transitions()) {
    if (t.event != Event::expire) continue;
    for (const auto& row :
         tx.query("SELECT id FROM orders WHERE state = :state AND updated <= :before "
                  "ORDER BY updated LIMIT :limit",
                  {{"state", name_of(t.from)},
                   {"before", before},
                   {"limit", static_cast<int64_t>(limit)}}))
      ids.push_back(row.text("id"));
  }
  if (ids.size() > limit) ids.resize(limit);
  return ids;
}

}  // namespace

size_t expire_untouched(const Context& context, size_t limit) {
  const TimePoint now = context.clock.now();
  const int64_t before = to_ms(now - context.options.untouched_life);
  const auto ids = context.database->read_value([&](db::Tx& tx) { return due(tx, before, limit); });
  size_t expired = 0;
  for (const auto& id : ids) {
    const auto done = context.database->write_result([&](db::Tx& tx) -> Result<bool> {
      // Touched since we looked: not untouched any more. Locks the row, too.
      if (tx.exec("UPDATE orders SET updated = updated WHERE id = :id AND updated <= :before",
                  {{"id", id}, {"before", before}}) == 0)
        return false;
      const auto state =
          context.store.apply(tx, now, id, Event::expire, {Actor::system, "", "", {}});
      if (!state) return fail(state);
      if (const auto order = context.store.load(tx, id)) close_old_filing(tx, now, *order);
      return true;
    });
    if (done && *done) ++expired;
  }
  if (expired > 0) {
    log::info("orders.expired", {{"count", std::to_string(expired)}});
    context.told();
  }
  return expired;
}

int64_t forget_requests(const Context& context) {
  const int64_t before = to_ms(context.clock.now() - kRequestLife);
  int64_t forgotten = 0;
  context.database->write([&](db::Tx& tx) {
    forgotten =
        tx.exec("DELETE FROM order_requests WHERE created <= :before", {{"before", before}});
  });
  return forgotten;
}

void count_open(const Context& context) {
  const auto counts = context.database->read_value([](db::Tx& tx) {
    std::map<std::string, int64_t> by_state;
    for (const auto& row : tx.query("SELECT state, COUNT(*) AS n FROM orders "
                                    "WHERE state NOT IN ('completed', 'abandoned') "
                                    "GROUP BY state"))
      by_state[row.text("state")] = row.i64("n");
    return by_state;
  });
  for (const auto& t : transitions()) {
    const std::string state(name_of(t.from));
    const auto found = counts.find(state);
    metrics::gauge("beian_orders_open",
                   found == counts.end() ? 0 : static_cast<double>(found->second),
                   "state=" + state);
  }
}

}  // namespace beian::orders
