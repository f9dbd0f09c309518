// A new order, a draft from the start.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

struct Creation {
  Order order;
  bool repeated = false;  // the request came before: this is what it made then
};

// Body: {"kind"? ("first"), "document"?, "detection"?, "entity"?, "service"?, "services"?,
// "access"?}. With a detection the kind is what it found and the facts it verified are locked, and
// a document that lacks them gets them. Without one a change, a cancellation or a new service names
// what of the account's own it is about, by number or key (prefill.hpp), and begins as it is filed.
// `request_key` (Idempotency-Key, may be empty): the same request with the same key makes one
// order. kind_not_served, kind_differs (/kind), the form's problems under /document,
// detection_expired, verified_locked, domain_added, idempotency_key_reused, those of filed_for, of
// check_may_begin.
Result<Creation> create(const Context& context, const Applicant& who, const Json& body,
                        const std::string& request_key);

}  // namespace beian::orders
