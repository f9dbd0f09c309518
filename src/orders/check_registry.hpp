// At the moment of submitting: does the own registry still agree with the order?
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// What decide_kind says, kind_differs when another kind is needed by now, not_found when what the
// order is about is gone.
Problems check_registry(const Context& context, db::Tx& tx, const Order& order);

}  // namespace beian::orders
