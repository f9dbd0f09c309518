// The usual waiting time, from the provider's own history: how long earlier orders of the same
// province and kind stood where this one stands, and how long it was from there to the number.
#pragma once

#include <optional>
#include <vector>

#include "orders/context.hpp"

namespace beian::orders {

// Fewer cases than this tell nothing, and might tell of somebody.
inline constexpr size_t kLeastWaits = 5;

struct Usual {
  size_t cases = 0;
  Millis median{0}, most{0};  // half, and nine in ten, took no longer
};
// Nothing below kLeastWaits.
std::optional<Usual> usual_of(std::vector<Millis> waits);

struct Waiting {
  // Where the order stands; while it is in the applicant's hands, where it comes to when he hands
  // it in. Nothing once it has come to its end.
  std::optional<State> state;
  std::optional<Usual> step;    // until it leaves the state
  std::optional<Usual> number;  // from that state until it is completed
};
Waiting waiting_of(const Context& context, db::Tx& tx, const Order& order);
// {"state", "step", "number", "least_cases"}; a usual time as {"cases", "median_seconds",
// "most_seconds"} or null.
Json to_json(const Waiting& waiting);

// Writes down the waits of orders that have come to their end, at most so many; how many did.
// Safe to run twice, and at once.
size_t keep_waits(const Context& context, size_t limit = 200);

}  // namespace beian::orders
