// Judging again what was judged by rules that have changed since: another version of the program,
// or another override. Only those are told for whom something changed.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Keeps which rules judged the order, and what they said; in the transaction of a change of it.
void keep_judgement(const Context& context, db::Tx& tx, Order& order);

// The job "orders.rejudge" at once, in the caller's transaction.
void ask_rejudging(const Context& context, db::Tx& tx);

// One batch of the orders that are in their applicants' hands and that other rules judged last;
// each in its own transaction, so that it may stop anywhere and run twice at once. What the rules
// say now and did not before, or not any more, is a note in the order's history. Returns how many
// were looked at; fewer than `batch`: there are no more.
size_t rejudge_drafts(const Context& context, size_t batch = 100);

}  // namespace beian::orders
