// What will be asked, for people and for programs.
#pragma once

#include <string>

#include "base/json.hpp"
#include "rules/select.hpp"

namespace beian::rules {

// {"province", "nature", "kind", "service", "rules": [{"kind", "title", "place": […], "severity",
// "material"?, "material_title"?, "params", "text", "text_en", "source", "as_of"?, "confidence",
// "note"?, "note_en"?, "province": 440000 or 0, "overrides": whether it stands over a national
// rule}], "materials": [{"material", "title", "title_en", "purposes", "owner", "rules": [kinds]}]
// that may be demanded; and, of the same rules, "questions", "checklist", "warnings": [{"kind",
// "text"}]}
Json requirements(const RuleSet& set, const Case& wanted);

// Plain Chinese lines, by place; then the materials that may be demanded.
std::string explain(const RuleSet& set, const Case& wanted);

// A province's book as it stands, for who answers for it: {"province", "name", "authority",
// "silent": [kinds], "rules": [as above, with "applies_to" and without what belongs to a case]}. 0:
// the national one.
Json book_json(const RuleSet& set, int64_t province);

// A province's page of docs/rules (Markdown): every rule of its book, where it has its place, its
// source and how sure it is, and the kinds on which the province is silent. 0: the national page.
std::string page(const RuleSet& set, int64_t province);

}  // namespace beian::rules
