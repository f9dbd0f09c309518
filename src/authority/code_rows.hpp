// Rows of the code tables as an authority delivers them (JCDM; also within SJTB).
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "registry/codes.hpp"

namespace beian::authority {

// Our table for a list of the wire model ("natures" → "entity_nature"); empty: none.
std::string table_of_list(std::string_view list);
registry::DeliveredRow code_row(std::string_view list, const Json& given);
std::string words_of(const registry::Enforced& table);  // Chinese

}  // namespace beian::authority
