// A new order, a draft from the start.
#pragma once

#include <vector>

#include "materials/materials.hpp"
#include "orders/context.hpp"

namespace beian::orders {

struct Creation {
  Order order;
  bool repeated = false;  // the request came before: this is what it made then
};

// Body: {"kind"? ("first"), "document"?, "detection"?, "entity"?, "service"?, "services"?,
// "access"?, "from"?}. With a detection the kind is what it found and the facts it verified are
// locked, and a document that lacks them gets them. Without one a change, a cancellation or a new
// service names what of the account's own it is about, by number or key (prefill.hpp), and begins
// as it is filed. `from` fills it in from an earlier order or from what is filed (copy.hpp),
// pictures included where they prove the same; a document given as well counts instead of what was
// filled in. `request_key` (Idempotency-Key, may be empty): the same request with the same key
// makes one order. kind_not_served, kind_differs (/kind), the form's problems under /document,
// detection_expired, verified_locked, domain_added, idempotency_key_reused, those of filed_for,
// copied_from, filled_in and check_may_begin.
Result<Creation> create(const Context& context, const Applicant& who, const Json& body,
                        const std::string& request_key);

// The order that such a body would make, and its pictures; nothing is written, and it has no id.
// With `partial` the document is laid over what the order begins with instead of replacing it: a
// row of a spreadsheet names only what differs.
struct Begun {
  Order order;
  std::vector<materials::Material> materials;
};
Result<Begun> begin(const Context& context, db::Tx& tx, const std::string& account_id,
                    const Json& body, bool partial);
// Writes what `begin` gave, as a new order.
Order keep(const Context& context, db::Tx& tx, Begun begun, const std::string& actor_id,
           const std::string& reason);

}  // namespace beian::orders
