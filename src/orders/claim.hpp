// 认领备案: an entity that was filed through this provider before this system, or that nobody here
// could be told to own, goes to the account that proves it is its own. Nothing is reported: the
// authority's record stands, and the registry, which follows it, gets an owner.
#pragma once

#include "orders/context.hpp"
#include "registry/records.hpp"

namespace beian::orders {

struct Claimed {
  int64_t province = 0, entity_id = 0;
  std::string entity_number;
  Json filed;  // of the order (prefill.hpp), with all services, as the authority told it last
};

// What a claim's document is about, in the registry now. bad_filing_number, claim_unknown,
// already_filed (the account's own), entity_of_other_account, kind_differs (filed, but not served
// here) at /entity_number; claim_differs at each of /entity/name, /entity/nature,
// /entity/certificate/type, /entity/certificate/number.
Result<Claimed> look_up_claimed(const Context& context, db::Tx& tx, const Order& order);

// Has this provider an access to one of its services, or has nobody any more?
bool is_served_here(const Context& context, db::Tx& tx, const registry::RecordRef& entity);

// The reviewer passed: in the transaction of the event the entity with all that is filed of it
// becomes the account's. Looks it up again, so what the authority told meanwhile is taken over, and
// what stands against the claim by now is a problem. The fields that differ from what was reviewed.
Result<std::vector<std::string>> hand_over(const Context& context, db::Tx& tx, const Order& order);

}  // namespace beian::orders
