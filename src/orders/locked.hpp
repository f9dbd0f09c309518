// What the applicant may not edit, by the order's kind and by what was verified.
#pragma once

#include "orders/order.hpp"

namespace beian::orders {

// verified_locked for everything in `document` that differs from the facts that the type detection
// verified (facts that it does not have yet may not be missing either), and from what is filed
// where the kind of order fixes it: a new service's entity; of a change province, certificate
// number, how many services and accesses there are, and the domains, which may be removed
// (domain_added). Only kind, locked and filed of the order count.
Problems check_locked(const Order& order, const Json& document);

// The pointers of it, for people.
Json locked_fields(const Order& order);

}  // namespace beian::orders
