// The short notation in which data/api/*.json describe bodies. CONTRIBUTING.md has the recipe.
//
//   "string" "integer" "number" "boolean" "object" "any"
//   "id"         26 digits and capital letters      "time"   RFC 3339
//   "day"        2026-03-01                         "Order"  a schema of any file, by its name
//   "a|b|c"      one of these words
//   "T?"         T or null                          "T: …"   T, with a description
//   ["T"]        a list of T
//   {"fields": {"name": T, "other?": T}}   exactly these members; those with ? may be missing.
//                "extends": "Name" puts the fields of that schema of the same file before them
//   {"map": T}   an object of any names             {"either": [T, …]}   one of several
//   "about" beside fields, map or either is the description, "null": true admits null
//   any other object is JSON Schema 2020-12 as it stands
#pragma once

#include <string>

#include "base/json.hpp"

namespace beian::app {

// JSON Schema of what the notation says. `schemas`: those of the file, in the notation, for
// "extends". Throws std::invalid_argument that says what is wrong.
Json schema_of_notation(const Json& notation, const Json& schemas);

// {"$ref": "#/components/schemas/NAME"}
Json reference_to(std::string_view name);

}  // namespace beian::app
