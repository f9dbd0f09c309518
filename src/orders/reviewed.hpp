// What the last review of an order was about, so that the next one looks at what has changed since.
#pragma once

#include <optional>

#include "materials/materials.hpp"
#include "orders/order.hpp"

namespace beian::orders {

struct Reviewed {
  int64_t version = 0;  // of the order that was judged
  TimePoint at;
  std::string verdict;  // pass, needs_changes, reject
  Json document;        // as it was judged
  Json materials;       // {"/entity/materials/2": material id}
  Json passed;          // pointers that a review passed, this or an earlier one, unchanged since
  Json marked;          // pointers that this one found wanting
};

// In the transaction of the decision, which is about `order` as it was before it. Sealed, one row
// for an order: the last.
void keep_review(db::Tx& tx, const crypto::ColumnCipher& cipher, const Order& order,
                 const std::vector<materials::Material>& materials, TimePoint now,
                 const std::string& verdict, const Json& findings);
std::optional<Reviewed> last_review(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& order_id);

// Pointers of what differs from what was judged: fields, and materials that came, went or were
// replaced.
std::vector<std::string> changed_since(const Reviewed& review, const Order& order,
                                       const std::vector<materials::Material>& materials);

// For people: {"version","at","verdict","changed": [pointers], "unanswered": [marks under which
// nothing changed], "verified": [pointers that were passed and did not change]}.
Json review_json(const Reviewed& review, const Order& order,
                 const std::vector<materials::Material>& materials);

}  // namespace beian::orders
