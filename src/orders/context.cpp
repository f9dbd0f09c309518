#include "orders/context.hpp"

#include "accounts/accounts.hpp"

namespace beian::orders {

View view_of(const http::Caller& caller, const Order& order) {
  if (caller.account_id == order.account_id) return View::full;
  if (accounts::holds(caller, accounts::kReview) || accounts::holds(caller, accounts::kOfficer))
    return View::full;
  if (accounts::holds(caller, accounts::kAudit)) return View::masked;
  return View::none;
}

Result<Order> own_order(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& order_id) {
  auto order = context.store.load(tx, order_id);
  if (!order || order->account_id != account_id) return fail(ProblemCode::not_found);
  return std::move(*order);
}

}  // namespace beian::orders
