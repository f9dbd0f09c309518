// From outbox jobs to notices.
#pragma once

#include "base/clock.hpp"
#include "orders/order.hpp"
#include "platform/jobs/jobs.hpp"

namespace beian::notices {

struct Context {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  orders::OrderStore orders;
};

// For a job "orders.changed" ({"order", "state", "event"}): tells the order's account, when its
// event has a notice. Once, however often the job runs.
void on_order_changed(const Context& context, const jobs::Job& job);

// For a job "notices.tell" ({"account", "kind", "order"?, "args"?}). False for a kind that nobody
// knows, or without an account: nothing was written, and trying again would not help.
bool on_tell(const Context& context, const jobs::Job& job);

}  // namespace beian::notices
