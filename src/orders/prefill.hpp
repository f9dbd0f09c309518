// What an order about something that is filed here starts from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "orders/kind.hpp"
#include "registry/filed_entity.hpp"

namespace beian::orders {

// What the applicant named; the number of an entity or service, or its key ("440000-17").
struct Named {
  std::string entity, service;
  std::vector<std::string> services;  // change_both: these; empty: all that are served here
  int64_t access = 0;                 // cancel_access, when there are several here
};

// The order's `filed`: {"key", "entity": {ENTITY, "authority_entity_id", "filing_number"},
// "services": [{SERVICE, "authority_service_id", "filing_number", "domain_ids": [{"name","id"}];
// accesses with "authority_access_id", their addresses with "authority_address_id"; pre-approvals
// with "files", an app with its "icon"}], "access"?: {"authority_access_id"}, "leaves"?:
// "shell_entity"|"shell_service"}, ENTITY and SERVICE as in the document (order.hpp). The services
// are those that the order is about; of change_entity the one that has to be reported along (Wz_xx
// must not be missing). Only what is the account's own: not_found at /entity, /service,
// /services/n; required, too_many (/access, /services); kind_differs when nothing there can be
// changed.
Result<Json> filed_for(const Context& context, db::Tx& tx, const std::string& account_id,
                       const OrderKind& kind, const Named& named);

// The same of a whole entity, for a claim: with all of its services.
Json filed_whole(const registry::FiledEntity& entity);

// The document that such an order begins with.
Json prefilled(const OrderKind& kind, const Json& filed);

// Is what the order is about still filed, and the account's own? Else not_found at /entity or
// /services/n. services_of_entity: an individual would have more services than it may.
Problems check_still_filed(const Context& context, db::Tx& tx, const Order& order);

}  // namespace beian::orders
