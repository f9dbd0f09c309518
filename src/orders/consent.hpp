// The agreement of who holds the website that a migration takes away. Where the old entity belongs
// to an account here, that account agrees; where it is nobody's, its filing password does.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Asks the account that the order's `filed.from` names, in the transaction that makes the order. It
// is told by a notice, as the applicant is of the answer.
void ask_consent(db::Tx& tx, TimePoint now, const Order& order);

// migration_not_taken at the first domain while the account has not agreed, or has declined;
// required /old_filing_password where there is no account. The password itself is judged by
// submit.cpp, which asks the authority.
Problems check_consent(db::Tx& tx, const Order& order);

// What waits for this account's word, and what it said: [{"order", "service_number",
// "service_name", "domains", "to": {"name","certificate_number","account": masked}, "state":
// "asked"|"agreed"|"declined", "asked", "decided"?, "order_state"}], newest first; `before`: only
// older orders than that id. A page and, as `next`, the order that the next one comes before.
struct ConsentPage {
  Json migrations = Json::array();
  std::string next;
};
ConsentPage consents_of(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& before, size_t limit);

// not_found for what does not ask this account; event_not_allowed once the order left the hands of
// the applicant. May be changed until then. A line in the order's history.
Result<Json> decide_consent(const Context& context, const std::string& account_id,
                            const std::string& order_id, bool agreed);

}  // namespace beian::orders
