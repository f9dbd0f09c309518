// The words of the rule files: the other way of name_of().
#pragma once

#include <optional>
#include <string_view>

#include "rules/rule.hpp"

namespace beian::rules {

std::optional<Place> place_named(std::string_view name);
std::optional<Severity> severity_named(std::string_view name);
std::optional<Confidence> confidence_named(std::string_view name);

}  // namespace beian::rules
