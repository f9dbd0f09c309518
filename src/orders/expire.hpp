// Orders that lie untouched in the applicant's hands become abandoned.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Expires what is due now, at most `limit` orders; how many. Safe to run on any node at any time.
size_t expire_untouched(const Context& context, size_t limit = 200);

// Forgets the Idempotency-Keys of more than a week ago; how many.
int64_t forget_requests(const Context& context);

// The gauge beian_orders_open, every open state.
void count_open(const Context& context);

}  // namespace beian::orders
