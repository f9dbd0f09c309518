// Everything that can be said about an order's document before it is handed in, in one pass.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "materials/materials.hpp"

namespace beian::orders {

struct Findings {
  Problems problems;  // must be mended before submitting
  Problems warnings;  // told, and submitted all the same
};

// Form (shape.hpp), codes, places, numbers, persons, domains, addresses, materials. Pure.
Findings validate(const Json& document, const std::vector<materials::Material>& materials,
                  TimePoint now);

// Where a material belongs: "/entity" for 2 and 3, a service for 1, 4 and 5. material_owner when
// the owner is of the other kind, or the document has no such service yet; code_unknown for the
// purpose.
Status check_material_owner(const Json& document, int purpose, const std::string& owner);
// The pointer of a material in findings: owner + "/materials/" + purpose.
std::string material_field(int purpose, const std::string& owner);

}  // namespace beian::orders
