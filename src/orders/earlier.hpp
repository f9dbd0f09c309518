// What a reviewer compares an order with: earlier ones that are like it.
#pragma once

#include "orders/context.hpp"
#include "platform/http/router.hpp"

namespace beian::orders {

// [{…summary, "same": ["entity", "domain", "person"], "findings"}], newest first, at most 20:
// orders of the account that are older, no drafts, and have the entity's certificate, a domain, or
// a person's certificate or mobile number in common. (An open order of another account cannot have
// the same entity or domain: order_claims.) Looks at the newest 200 of the account.
Json earlier_orders(const Context& context, db::Tx& tx, const Order& order,
                    const http::Caller& caller);

}  // namespace beian::orders
