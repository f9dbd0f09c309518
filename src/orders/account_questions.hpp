// The six questions about accounts and entities, and how they are answered at an order. Each is a
// setting (accounts.* in docs/generated/settings.md).
#pragma once

#include <string>

#include "orders/context.hpp"

namespace beian::orders {

// What an order or a type detection is about.
struct Asking {
  std::string account_id;
  std::string order_id;  // empty: there is none yet
  int64_t certificate_type = 0;
  std::string certificate_number;  // empty: not told yet, so only the account can be judged
  std::string field;               // of the certificate's number
};
Asking asking_of(const Order& order, const Json& document);

// Whose is the entity, is it one too many, is the account who it files for: identity_differs,
// entity_of_other_account (account: its name, masked), account_has_entity, all at the field.
Problems check_entity(const Context& context, db::Tx& tx, const Asking& asking);

// open_order_exists: the entity has one already, whoever's it is; with one_open_order the account.
Problems check_open_orders(const Context& context, db::Tx& tx, const Asking& asking);
// The account alone: may it begin, or hand in, an order (`order_id` empty: a new one)? At `field`.
Problems check_may_begin(const Context& context, db::Tx& tx, const std::string& account_id,
                         const std::string& order_id, const std::string& field);

// domain_holder_differs at the domain, by what the domain's registry told (src/domains). An unknown
// holder refuses nothing.
Problems check_domain_holders(const Context& context, db::Tx& tx, const Order& order);

// Asks the registries of the document's domains, so that the answers are kept for the checks. Takes
// seconds at worst: never inside a transaction.
void ask_domain_holders(const Context& context, const Json& document);

}  // namespace beian::orders
