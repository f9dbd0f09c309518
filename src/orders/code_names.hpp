// Codes change their names and go out of use; an order keeps the names that its codes had when it
// was handed in.
#pragma once

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "registry/codes.hpp"

namespace beian::orders {

// {"entity_nature": {"4": "企业"}, "service_content": {"8": "…"}, …}: every code of the document,
// by the tables in force.
Json code_names(registry::CodeBook& codes, const Json& document);

}  // namespace beian::orders
