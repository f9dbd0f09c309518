// Everything that can be said about an order's document before it is handed in, in one pass.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "materials/materials.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

struct Findings {
  Problems problems;  // must be mended before submitting
  Problems warnings;  // told, and submitted all the same
};

struct Limits {
  int64_t services_per_order = 10;  // of an individual one, whatever this says
};

// Does a code table have that code, and still offer it? code_unknown.
using CodeJudge = std::function<Status(std::string_view table, int64_t code)>;
Status judge_by_program(std::string_view table, int64_t code);

// Form (shape.hpp), codes, places, numbers, persons, domains, addresses, materials. Pure but for
// the judge: without one the code tables in the program count. What is as it is filed is not judged
// again; a change that changes nothing is nothing_changed. Only kind, document and filed of the
// order count.
Findings validate(const Order& order, const std::vector<materials::Material>& materials,
                  TimePoint now, const CodeJudge& judge = judge_by_program,
                  const Limits& limits = {});

// Where a material belongs: "/entity" for 2 and 3, a service for 1, 4 and 5, as rules/materials.hpp
// says for the provider's own. material_owner when
// the owner is of the other kind, or the document has no such service yet; code_unknown for a
// purpose that is none, or that the kind of order does not take.
Status check_material_owner(const Order& order, int purpose, const std::string& owner);
// The pointer of a material in findings: owner + "/materials/" + purpose.
std::string material_field(int purpose, const std::string& owner);

}  // namespace beian::orders
