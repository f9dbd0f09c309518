// Reminders about orders that lie untouched in the applicant's hands, before they expire.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Reminds of what is due now, at most `limit` orders; how many. Each day of
// Options::reminder_days once for as long as the order is not touched; a touch starts them anew.
// Who was away for long is reminded of the latest day only. A reminder is a line of the history
// and a job "notices.tell", in one transaction. Safe to run on any node at any time.
size_t remind_untouched(const Context& context, size_t limit = 200);

}  // namespace beian::orders
