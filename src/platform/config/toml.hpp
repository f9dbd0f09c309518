// TOML as JSON values, so that toml++ stays in one translation unit. Private to platform/config.
#pragma once

#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::config {

// Dates and times become text. malformed_toml with line, column and reason.
Result<Json> parse_toml(std::string_view text);

}  // namespace beian::config
