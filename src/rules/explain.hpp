// What will be asked, for people and for programs.
#pragma once

#include <string>

#include "base/json.hpp"
#include "rules/select.hpp"

namespace beian::rules {

// {"province", "nature", "kind", "service", "rules": [{"kind", "title", "place": […], "severity",
// "material"?, "params", "text", "text_en", "source", "as_of"?, "confidence", "note"?,
// "province": 440000 or 0, "overrides": whether it stands over a national rule}]}
Json requirements(const RuleSet& set, const Case& wanted);

// Plain Chinese lines, by place.
std::string explain(const RuleSet& set, const Case& wanted);

// A province's page of docs/rules (Markdown): every rule of its book, where it has its place, its
// source and how sure it is, and the kinds on which the province is silent. 0: the national page.
std::string page(const RuleSet& set, int64_t province);

}  // namespace beian::rules
