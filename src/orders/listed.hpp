// Is the applicant, or a name or address of his, on an authority's blacklist? Asked at every save
// and every submit, of this installation's copy (registry/blacklist.hpp).
#pragma once

#include "orders/context.hpp"
#include "orders/validate.hpp"
#include "registry/blacklist.hpp"

namespace beian::orders {

struct ListHit {
  std::string field;  // "/entity/name"
  registry::ListedReason reason;
  bool stops = true;  // an address alone does not: many sites share one
};
std::vector<ListHit> blacklist_hits(const Context& context, db::Tx& tx, const Json& document);

// Problems: blacklisted at the certificate's number, an organisation's name, each domain. An
// address alone is a warning.
Findings check_blacklists(const Context& context, db::Tx& tx, const Json& document);

// For who reviews, of what the order is about, what is filed included: [{"field", "list", "text"
// (Chinese), "source": the authority's link, "listed": when, "after_submission", "in_order": may a
// finding name the field, "stops"}], what stops first.
Json hits_json(const Context& context, db::Tx& tx, const Order& order);

}  // namespace beian::orders
