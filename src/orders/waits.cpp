#include "orders/waits.hpp"

#include <algorithm>

#include "orders/document.hpp"

namespace beian::orders {
namespace {

// What is older says little about today; and no more than so many are looked at.
constexpr Millis kLookBack = std::chrono::days{365};
constexpr int64_t kMostCases = 500;
// Orders that end at nearly the same time may be written down in any order.
constexpr Millis kOverlap = std::chrono::days{1};

std::optional<State> waits_in(State state) {
  if (is_final(state)) return std::nullopt;
  if (!is_editable(state)) return state;
  return next_state(state, Event::submit, Actor::applicant);
}

enum class Until { left, completed };

std::vector<Millis> waits(const Context& context, db::Tx& tx, const Order& order, State state,
                          Until until) {
  const std::string what = until == Until::left ? "acted = 1" : "completed IS NOT NULL";
  std::vector<Millis> out;
  for (const auto& row :
       tx.query("SELECT began, ended, completed FROM order_waits WHERE province = :province "
                "AND kind = :kind AND state = :state AND ended >= :since AND " +
                    what + " ORDER BY ended DESC LIMIT :limit",
                {{"province", province_of(order)},
                 {"kind", order.kind},
                 {"state", name_of(state)},
                 {"since", to_ms(context.clock.now() - kLookBack)},
                 {"limit", kMostCases}}))
    out.emplace_back(row.i64(until == Until::left ? "ended" : "completed") - row.i64("began"));
  return out;
}

Json to_json(const std::optional<Usual>& usual) {
  if (!usual) return {};
  const auto seconds = [](Millis time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time).count();
  };
  return Json::object({{"cases", usual->cases},
                       {"median_seconds", seconds(usual->median)},
                       {"most_seconds", seconds(usual->most)}});
}

std::vector<std::string> ended_orders(db::Tx& tx, size_t limit) {
  const int64_t since =
      tx.query_i64("SELECT COALESCE(MAX(ended), 0) AS last FROM order_waits") - kOverlap.count();
  std::vector<std::string> out;
  // Both ends in one order: whatever is left by the limit is younger than all that was written
  // down.
  for (const auto& row :
       tx.query("SELECT id FROM orders o WHERE state IN (:completed, :abandoned) "
                "AND updated >= :since AND NOT EXISTS (SELECT 1 FROM order_waits w "
                "WHERE w.order_id = o.id) ORDER BY updated LIMIT :limit",
                {{"completed", name_of(State::completed)},
                 {"abandoned", name_of(State::abandoned)},
                 {"since", since},
                 {"limit", static_cast<int64_t>(limit)}}))
    out.push_back(row.text("id"));
  return out;
}

// One row for each time that the order was in a state. False: it never moved.
bool keep_waits_of(db::Tx& tx, const Order& order) {
  const int64_t province = province_of(order);
  const auto moves = tx.query(
      "SELECT seq, at, to_state, actor FROM order_events WHERE order_id = :id "
      "AND event NOT IN ('note', 'save') ORDER BY seq",
      {{"id", order.id}});
  if (moves.size() < 2) return false;
  const std::optional<int64_t> completed =
      order.state == State::completed ? std::optional(moves.back().i64("at")) : std::nullopt;
  for (size_t i = 0; i + 1 < moves.size(); ++i)
    tx.exec(
        "INSERT INTO order_waits (order_id, seq, province, kind, state, began, ended, acted, "
        "completed) VALUES (:order, :seq, :province, :kind, :state, :began, :ended, :acted, "
        ":completed) ON CONFLICT (order_id, seq) DO NOTHING",
        {{"order", order.id},
         {"seq", moves[i].i64("seq")},
         {"province", province},
         {"kind", order.kind},
         {"state", moves[i].text("to_state")},
         {"began", moves[i].i64("at")},
         {"ended", moves[i + 1].i64("at")},
         {"acted", moves[i + 1].text("actor") != name_of(Actor::applicant)},
         {"completed", completed}});
  return true;
}

}  // namespace

std::optional<Usual> usual_of(std::vector<Millis> waits) {
  if (waits.size() < kLeastWaits) return std::nullopt;
  std::ranges::sort(waits);
  // The shortest time that so many percent did not exceed.
  const auto percent = [&](size_t p) { return waits[(waits.size() * p + 99) / 100 - 1]; };
  return Usual{waits.size(), percent(50), percent(90)};
}

Waiting waiting_of(const Context& context, db::Tx& tx, const Order& order) {
  Waiting out;
  out.state = waits_in(order.state);
  if (!out.state) return out;
  out.step = usual_of(waits(context, tx, order, *out.state, Until::left));
  out.number = usual_of(waits(context, tx, order, *out.state, Until::completed));
  return out;
}

Json to_json(const Waiting& waiting) {
  return Json::object({{"state", waiting.state ? Json(name_of(*waiting.state)) : Json()},
                       {"step", to_json(waiting.step)},
                       {"number", to_json(waiting.number)},
                       {"least_cases", kLeastWaits}});
}

size_t keep_waits(const Context& context, size_t limit) {
  const auto ids =
      context.database->read_value([&](db::Tx& tx) { return ended_orders(tx, limit); });
  size_t kept = 0;
  for (const auto& id : ids) {
    bool done = false;
    context.database->write([&](db::Tx& tx) {
      const auto order = context.store.load(tx, id);
      done = order && keep_waits_of(tx, *order);
    });
    if (done) ++kept;
  }
  return kept;
}

}  // namespace beian::orders
