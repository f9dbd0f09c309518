// Orders that lie untouched in the applicant's hands become abandoned.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Expires what is due now, at most `limit` orders; how many. Safe to run on any node at any time.
size_t expire_untouched(const Context& context, size_t limit = 200);

}  // namespace beian::orders
