// A new order, a draft from the start.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

struct Creation {
  Order order;
  bool repeated = false;  // the request came before: this is what it made then
};

// Body: {"kind"? ("first"), "document"?, "detection"?}. With a detection the facts it verified are
// locked, and a document that lacks them gets them. `request_key` (Idempotency-Key, may be empty):
// the same request with the same key makes one order.
// kind_not_served, the form's problems under /document, detection_expired, verified_locked,
// idempotency_key_reused.
Result<Creation> create(const Context& context, const std::string& account_id, const Json& body,
                        const std::string& request_key);

}  // namespace beian::orders
