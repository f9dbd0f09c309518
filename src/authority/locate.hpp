// Where in a document the thing stands that a fault's text speaks of.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace beian::authority {

// The pointer of the value that the text names: quoted (“…”, "…", 「…」, 《…》, 【…】) or a domain
// name, address, number or mail address standing in it, equal to a value of the document (case of
// ASCII letters apart; an address also when a range holds it). `hint` is where faults of this kind
// lie ("/services/0/domains", faults.hpp): it decides between several equal values. A text that
// names a site and a value of it means the value; one that names only the site gives the site
// ("/services/1/name"). Empty when it cannot be told for certain.
std::string locate(const Json& document, std::string_view text, std::string_view hint = {});

// The field that a result code and its text are about, as far as both tell; "" otherwise.
std::string field_of_result(const Json& document, int code, std::string_view text);

}  // namespace beian::authority
