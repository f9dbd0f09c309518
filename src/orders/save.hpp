// Saving a draft, or what a review asked to change.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// The whole document, under optimistic locking. Only where the applicant holds the order
// (event_not_allowed). In needs_changes only marked fields may differ (not_marked_for_change), and
// never what the type detection verified (verified_locked); nothing that is blacklisted; only an
// entity that the account may file (check_entity).
// stale_version (/version); the form's
// problems are told under `field` ("/document"). Saving what is there already changes nothing.
// Pictures of services go with them when they change places, and go when they do.
Result<Order> save(const Context& context, const Applicant& who, const std::string& order_id,
                   int64_t version, const Json& document, const std::string& field);

// The same inside a transaction.
Result<Order> save_in(const Context& context, db::Tx& tx, TimePoint now, const Applicant& who,
                      const std::string& order_id, int64_t version, const Json& document,
                      const std::string& field);

// May the applicant change this field now, by what the review marked? A material is free when
// it or a field of its owner was marked: papers follow the facts.
bool is_marked(const Order& order, const std::string& pointer);
bool is_material_marked(const Order& order, int purpose, const std::string& owner);

// event_not_allowed unless the order is in the applicant's hands.
Status check_editable(const Order& order, std::string_view action);

}  // namespace beian::orders
