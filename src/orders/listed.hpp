// Is the applicant, or a name or address of his, on an authority's blacklist? Asked at every save
// and every submit, of this installation's copy (registry/blacklist.hpp).
#pragma once

#include "orders/context.hpp"
#include "orders/validate.hpp"

namespace beian::orders {

// Problems: blacklisted at the certificate's number, an organisation's name, each domain. An
// address alone is a warning: many sites share one.
Findings check_blacklists(const Context& context, db::Tx& tx, const Json& document);

}  // namespace beian::orders
