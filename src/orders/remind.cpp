#include "orders/remind.hpp"

#include <algorithm>

#include "platform/jobs/jobs.hpp"
#include "platform/log/log.hpp"

namespace beian::orders {
namespace {

struct Due {
  std::string id, account_id, state;
  int64_t touched = 0, day = 0;
};

Millis days(int64_t n) {
  return std::chrono::days{n};
}

// Of one day and state: those that were reminded of this day, or a later one, since they were
// touched last are not due any more.
void collect(db::Tx& tx, TimePoint now, int64_t day, State state, size_t limit,
             std::vector<Due>& out) {
  for (const auto& row :
       tx.query("SELECT id, account_id, updated FROM orders WHERE state = :state AND "
                "updated <= :before AND NOT EXISTS (SELECT 1 FROM order_reminders r WHERE "
                "r.order_id = orders.id AND r.touched = orders.updated AND r.day >= :day) "
                "ORDER BY updated LIMIT :limit",
                {{"state", name_of(state)},
                 {"before", to_ms(now - days(day))},
                 {"day", day},
                 {"limit", static_cast<int64_t>(limit)}})) {
    Due due{row.text("id"), row.text("account_id"), std::string(name_of(state)), row.i64("updated"),
            day};
    if (std::ranges::find(out, due.id, &Due::id) == out.end()) out.push_back(std::move(due));
  }
}

std::vector<Due> due_now(const Context& context, db::Tx& tx, size_t limit) {
  auto latest_first = context.options.reminder_days;
  std::ranges::sort(latest_first, std::greater{});
  std::vector<Due> out;
  for (const int day : latest_first)
    for (const auto& t : transitions())
      if (t.event == Event::expire) collect(tx, context.clock.now(), day, t.from, limit, out);
  if (out.size() > limit) out.resize(limit);
  return out;
}

// False: touched, moved or reminded since we looked.
bool remind(const Context& context, db::Tx& tx, const Due& due) {
  const TimePoint now = context.clock.now();
  // Locks the row.
  if (tx.exec("UPDATE orders SET updated = updated WHERE id = :id AND state = :state AND "
              "updated = :touched",
              {{"id", due.id}, {"state", due.state}, {"touched", due.touched}}) == 0)
    return false;
  if (tx.exec("INSERT INTO order_reminders (order_id, touched, day, at) VALUES (:id, :touched, "
              ":day, :at) ON CONFLICT (order_id, touched, day) DO NOTHING",
              {{"id", due.id}, {"touched", due.touched}, {"day", due.day}, {"at", to_ms(now)}}) ==
      0)
    return false;
  const TimePoint expires = from_ms(due.touched) + context.options.untouched_life;
  const int64_t left =
      std::chrono::ceil<std::chrono::days>(std::max(expires - now, Millis{0})).count();
  const std::string until = china_datetime(expires);
  Cause cause{
      Actor::system, "",
      "已 " + std::to_string(due.day) + " 天没有处理，将于 " + until + " 自动放弃，已提醒申请人",
      Json::object({{"reminder", due.day}, {"expires", to_rfc3339(expires)}})};
  if (!context.store.note(tx, now, due.id, cause, Touch::no)) return false;
  jobs::enqueue(
      tx, {"notices.tell",
           Json::object(
               {{"account", due.account_id},
                {"kind", "order.reminder"},
                {"order", due.id},
                {"args", Json::object({{"days", due.day}, {"left", left}, {"until", until}})}}),
           now, ""});
  return true;
}

}  // namespace

size_t remind_untouched(const Context& context, size_t limit) {
  const auto due =
      context.database->read_value([&](db::Tx& tx) { return due_now(context, tx, limit); });
  size_t reminded = 0;
  for (const auto& one : due) {
    bool done = false;
    context.database->write([&](db::Tx& tx) { done = remind(context, tx, one); });
    if (done) ++reminded;
  }
  if (reminded > 0) {
    log::info("orders.reminded", {{"count", std::to_string(reminded)}});
    context.told();
  }
  return reminded;
}

}  // namespace beian::orders
