// An order as the authority's side reports it: the document with the authority's ids of what is
// filed already.
#pragma once

#include "orders/order.hpp"

namespace beian::orders {

// In the form that authority/mapping.hpp tells for the operation of the order's kind. Of a change:
// the entity, and the services that differ from what is filed; when none does, the first (the
// interface demands one).
Json report_body(const Order& order);

// Places in the document of the services that the report has, in its order.
std::vector<size_t> reported_services(const Order& order);

// The owner of one of the order's materials, as a pointer into that body; "" when what it belongs
// to is not reported.
std::string report_owner(const Order& order, const std::string& owner);

}  // namespace beian::orders
