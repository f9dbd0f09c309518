#include "orders/expire.hpp"

#include "platform/log/log.hpp"

namespace beian::orders {
namespace {

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

}  // namespace beian::orders
