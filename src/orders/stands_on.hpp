// What the new services of an order stand on: resources of the account, authorization codes.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// At /services/n/resource: resource_required; what resources::take says of what is named, of its
// addresses at /services/n/accesses/m/addresses/k. Looks only.
Problems check_resources(const Context& context, db::Tx& tx, const Order& order);

// In the transaction of the submission: takes what is named and gives back what it no longer names.
// What services stand on that were filed before the rest was refused stays used.
Status take_resources(const Context& context, db::Tx& tx, const Order& order);

// Places of the services that the authority has filed, of an order that waits for others or was
// given up.
std::vector<int64_t> filed_services(const Order& order);

}  // namespace beian::orders
