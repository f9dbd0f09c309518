// The provider's own review (初审).
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Body: {"verdict": "pass"|"needs_changes"|"reject", "version", "findings"?: [{"field","verdict",
// "text"}]}. A finding's verdict is one of the same three; `field` is a pointer into the document
// or of a material. finding_on_pass, finding_required, finding_field_unknown, the form's problems;
// no_authority_link (a pass names the link that will report the order); stale_version when another
// reviewer was faster, order_taken while another has it (take.hpp), event_not_allowed.
Result<Order> review(const Context& context, const std::string& reviewer_id,
                     const std::string& order_id, const Json& body);

}  // namespace beian::orders
