// Which reviewer works on an order, so that no two read the same one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

struct Take {
  std::string reviewer_id, reviewer;  // account and its name
  TimePoint at;
};
bool is_reviewed(State state);

// Who has them now, by the order's id. Whoever took one before its last move has it no more.
std::map<std::string, Take> taken_by(db::Tx& tx, const std::vector<Order>& orders);

// {"reviewer", "since", "mine"}
Json take_json(const Take& take, const http::Caller& caller);

// order_taken when it is somebody else's and `over` does not say to take it from him;
// event_not_allowed where there is nothing to review; not_found.
Result<Order> take(const Context& context, const std::string& reviewer_id,
                   const std::string& order_id, bool over);
// Gives back what is his own; nothing happens to another's. not_found.
Result<Order> release(const Context& context, const std::string& reviewer_id,
                      const std::string& order_id);

// order_taken when the order is another reviewer's.
Status check_not_taken(db::Tx& tx, const Order& order, const std::string& reviewer_id);

}  // namespace beian::orders
