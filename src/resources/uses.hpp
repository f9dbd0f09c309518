// What the services of an order stand on. Called by orders, in the transaction of the event.
#pragma once

#include "china/ip.hpp"
#include "resources/context.hpp"

namespace beian::resources {

// A service names {"resource": source id} of the account's own, or {"code": authorization code}.
struct Claim {
  int64_t service = 0;  // its place in the document
  std::string resource, code;
  std::string field;  // of the problems, e.g. /services/0/resource
  // What the service is reached at; each must lie in the resource's addresses.
  struct Address {
    china::IpRange range;
    std::string field;
  };
  std::vector<Address> addresses = {};
};

// Has the provider told of any resource at all?
bool any_known(db::Tx& tx);

// When an order is handed in: takes what each service names, and gives back what an earlier
// submission of this order had taken and is named no more. The same again changes nothing.
// not_found (no such resource of this account), resource_unfit (also at an address that is not the
// resource's), quota_exhausted; filing_code_unknown, filing_code_foreign, filing_code_taken,
// filing_code_used, filing_code_void (also when its resource no longer fits).
Status take(const Context& context, db::Tx& tx, const std::string& account_id,
            const std::string& order_id, const std::vector<Claim>& claims);
// What take() would say, without taking.
Problems foresee(const Context& context, db::Tx& tx, const std::string& account_id,
                 const std::string& order_id, const std::vector<Claim>& claims);
// Completed: used for good.
void settle(const Context& context, db::Tx& tx, const std::string& order_id);
// The same for some services of an order that go their own way: they are filed, the others are not.
// The order may hand in others in their places.
void settle_services(const Context& context, db::Tx& tx, const std::string& order_id,
                     const std::vector<int64_t>& services);
// Abandoned or expired: codes are free again, quota too.
void give_up(const Context& context, db::Tx& tx, const std::string& order_id);

}  // namespace beian::resources
