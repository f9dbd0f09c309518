// A saved document may have its services in other places: pictures go with the service that they
// are of.
#pragma once

#include <map>

#include "orders/context.hpp"

namespace beian::orders {

// Where each service of `before` stands in `after`; one that is gone stands nowhere. The same
// service: equal, else the same name or a domain in common, else the same place.
std::map<size_t, size_t> places_of_services(const Json& before, const Json& after);

// In the transaction of the save, under the order's lock. Pictures of a service that is gone go.
void follow_services(db::Tx& tx, const std::string& order_id, const Json& before,
                     const Json& after);

}  // namespace beian::orders
