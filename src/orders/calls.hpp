// Phone verification (电话核验): which persons of an order a reviewer called, and what came of it.
#pragma once

#include <string>

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

// Body: {"person": pointer of a person of the document ("/entity/manager", "/services/0/manager"),
// "phone": "mobile"|"office_phone"|"emergency_mobile", "result": "reached"|"not_reached"|
// "wrong_number"|"refused", "call_back"?: the number to be called back under, "note"?}. Answers the
// call as kept. Of the number called only the last four digits are kept: the document has it whole.
// Problems of the form; finding_field_unknown where the document has no such person, required where
// he has no such number; event_not_allowed unless the order is in review; order_taken.
Result<Json> add_call(const Context& context, const std::string& reviewer_id,
                      const std::string& order_id, const Json& body);

// {"calls": [{"id", "at", "person", "phone", "tail", "attempt", "result", "call_back"?, "note"?,
// "reviewer"}]}, oldest first; `attempt` counts the calls to that person. The applicant learns
// neither who called nor the note, an auditor no number and no note.
Json calls_json(const Context& context, db::Tx& tx, const Order& order, const http::Caller& caller);

}  // namespace beian::orders
