// Starting from what was filled in before: an earlier order, or what is filed.
#pragma once

#include <string>
#include <vector>

#include "materials/materials.hpp"
#include "orders/context.hpp"
#include "orders/kind.hpp"

namespace beian::orders {

// What somebody filled in, and the pictures that belong to it.
struct Copied {
  Json document;                               // never a password
  std::vector<materials::Material> materials;  // of the source, their owners as they were there
  Json source;                                 // {"entity", "services"} that they prove
  std::string kind;                            // of the source order, or ""
  Json filed;                                  // of the source order, or null
  // Whether nothing else holds the names that only one filing may have: the source was abandoned.
  bool names_free = false;
};

// `from` as in the body of a new order: {"order": id} or {"entity": number or key} or
// {"service": number or key}; "materials": false leaves the pictures behind. Only of the account's
// own: not_found at /from/order, /from/entity, /from/service; required, wrong_type, unknown_field,
// too_many (/from: more than one source).
Result<Copied> copied_from(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& from);

// The document that such an order begins with: `begun` is what it began with otherwise (what is
// filed or verified), which stays. Edits of what is filed are taken over from an order of the same
// kind about the same: kind_differs (/from) else; verified_locked (/from) when the source is of
// another entity than the one that was verified.
Result<Json> filled_in(const OrderKind& kind, const Order& begun, const Copied& copied);

// One service for a further use: without domains, home page and what else only one may have.
Json service_copy(const Json& service);

// The source's pictures that prove the same in `order`: same purpose, and every part that the
// picture is evidence of (kind.hpp) is equal. New ids, the same bytes; file names as
// `file_name_of` reads them for the new id.
std::vector<materials::Material> copied_materials(const Context& context, TimePoint now,
                                                  const Copied& copied, const Order& order);

// `over` on top of `base`: objects by member, lists of objects by place, all else replaced.
Json overlaid(const Json& base, const Json& over);

// Adds a copy of a service to an order in the applicant's hands. Body: {"from": {"order"?: id (this
// one), "index"?: place (0)} or {"service": number or key}, "version"}. Pictures come along where
// they prove the same. The problems of `save` under /services; not_found, out_of_range
// (/from/index).
Result<Order> add_service_copy(const Context& context, const Applicant& who,
                               const std::string& order_id, int64_t version, const Json& from);

}  // namespace beian::orders
