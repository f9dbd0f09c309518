// What the reviewers did in a time, and what waits for them now.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Decisions and calls in [since, until). Answer: {"since", "until",
// "queue": [{"state", "state_title", "orders", "overdue": waiting longer than two working days}],
// "total": LINE, "reviewers": [LINE with "reviewer"], by name}, LINE = {"passed",
// "needs_changes", "rejected", "calls", "reached", "late": decided after two working days,
// "median_seconds", "most_seconds": from submission to decision, the latter of nine in ten; null
// without a decision}.
Json review_statistics(const Context& context, db::Tx& tx, TimePoint since, TimePoint until);

}  // namespace beian::orders
