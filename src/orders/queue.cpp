#include "orders/queue.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "orders/document.hpp"
#include "orders/progress.hpp"
#include "orders/seen.hpp"
#include "orders/take.hpp"
#include "orders/view.hpp"

namespace beian::orders {
namespace {

constexpr size_t kMostOpened = 2000;

// In the line as the caller sees it: who gets names masked does not find them either.
bool has_text(const Json& line, const std::string& text) {
  const auto in = [&](const Json& value) {
    return text::lower_ascii(value.as_string()).find(text) != std::string::npos;
  };
  if (in(line["entity_name"]) || in(line["filing_number"]) || in(line["id"])) return true;
  const auto& domains = line["domains"].items();
  return std::ranges::any_of(domains, in);
}

Json late_json(const Context& context, db::Tx& tx, State state) {
  if (!is_reviewed(state)) return {};
  return context.store.count_waiting(tx, state, promised_before(context.clock.now()));
}

}  // namespace

Json review_queue(const Context& context, const http::Caller& caller, const QueueWish& wish) {
  const std::string text = text::lower_ascii(text::trim(wish.text));
  Json list = Json::array(), late;
  std::vector<Look> looks;
  std::string next;
  context.database->read([&](db::Tx& tx) {
    list = Json::array();
    looks.clear();
    next.clear();
    std::string after = wish.after;
    bool more = true;
    for (size_t opened = 0; more && list.size() < wish.limit && opened < kMostOpened;) {
      auto orders = context.store.in_state(tx, wish.filter, after, wish.limit + 1);
      more = orders.size() > wish.limit;
      if (more) orders.pop_back();
      opened += orders.size();
      const auto takes = taken_by(tx, orders);
      for (const auto& order : orders) {
        if (list.size() == wish.limit) {
          more = true;
          break;
        }
        after = order.id;
        if (wish.filter.province != 0 && province_of(order) != wish.filter.province) continue;
        Json line = summary_json(order, caller);
        if (!text.empty() && !has_text(line, text)) continue;
        const auto taken = takes.find(order.id);
        line.set("taken", taken == takes.end() ? Json() : take_json(taken->second, caller));
        list.push(std::move(line));
        looks.push_back({order.id, "list"});
      }
    }
    if (more) next = after;
    late = late_json(context, tx, wish.filter.state);
  });
  note_seen(*context.database, context.clock.now(), caller, looks);
  return Json::object({{"orders", std::move(list)},
                       {"next", next.empty() ? Json() : Json(next)},
                       {"late", std::move(late)}});
}

}  // namespace beian::orders
