// The values of a diary: JSON with names that are filled in. README.md has the notation.
#pragma once

#include <map>
#include <string>

#include "base/json.hpp"

namespace beian::diary {

using Names = std::map<std::string, Json>;

// "$name" and "$name/pointer" as a whole, "${name}" and "${name/pointer}" inside a text;
// {"$sample": n} and {"$of": value}, each with "set", "erase". Throws std::invalid_argument for
// what is not there.
Json filled(const Json& value, const Names& names);
std::string filled_text(const std::string& text, const Names& names);

// Why the value does not look as it should; empty: it does. Expected: any value, or
// {"$absent": true}, {"$not": value}, {"$size": n}, {"$has": item or text}, {"$like": {member:
// expected, …}}, {"$any": expected of one item}. `found` is null when nothing is there.
std::string differs(const Json* found, const Json& expected);

// Puts a value at a pointer, making objects on the way; "-" appends to a list. Throws
// std::invalid_argument when there is no way.
void put_at(Json& into, std::string_view pointer, Json value);
void erase_at(Json& from, std::string_view pointer);

}  // namespace beian::diary
