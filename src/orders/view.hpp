// Orders as the API shows them.
#pragma once

#include "base/json.hpp"
#include "materials/materials.hpp"
#include "orders/context.hpp"

namespace beian::orders {

// {"id","kind","kind_title","state","state_title","version","document","findings","locked",
//  "editable","allowed","authority","filing_number","created","updated","account_id", "filed"?,
//  "changed"?, "filing_password_given", "rules_hash": the state of the rules that judged it last};
//  `allowed` are the events that this caller may cause now.
// `filed`: what it is about, {"entity_number","services": [{"filing_number","name","domains"}],
// "leaves"?}; `changed`: pointers of what a change changes. The filing password is never shown.
Json order_json(const Order& order, const http::Caller& caller);
// The line of a list: without document, with "entity_name" and "domains".
Json summary_json(const Order& order, const http::Caller& caller);
Json history_json(const std::vector<HistoryEntry>& history, const Order& order,
                  const http::Caller& caller);
// `name`: the file's, opened; empty for readers without personal data.
Json material_json(const materials::Material& material, const std::string& name);

}  // namespace beian::orders
