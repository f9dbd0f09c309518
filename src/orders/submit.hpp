// What the applicant does with an order as a whole: hand in, take back, give up, send again.
#pragma once

#include "orders/context.hpp"
#include "orders/validate.hpp"

namespace beian::registry {
class CodeBook;
}

namespace beian::orders {

// Validates document and materials and claims the entity and the domains, all in one transaction.
// Every problem of the validation, and of the rules (judgement.hpp); those of check_registry;
// filing_password_wrong, filing_password_limited (asked of the authority before all else);
// blacklisted; no_authority_link; service_kind_not_taken (/services/n/kind); open_order_exists,
// domain_in_open_order, app_filed; those of check_resources; event_not_allowed, stale_version. What
// the services stand on is taken in the same transaction, and what an earlier submission had taken
// and the document names no more is given back.
Result<Order> submit(const Context& context, const Applicant& who, const std::string& order_id,
                     std::optional<int64_t> version);

// withdraw, abandon, resubmit: one event of the machine, nothing else.
Result<Order> act(const Context& context, const Applicant& who, const std::string& order_id,
                  Event event, std::optional<int64_t> version);

// The validation alone, without submitting; of an order that is not stored yet with the materials
// that it would have. The book of codes is the caller's, so that many orders share it.
Findings findings_of(const Context& context, db::Tx& tx, const Order& order);
Findings findings_of(const Context& context, db::Tx& tx, const Order& order,
                     const std::vector<materials::Material>& materials, registry::CodeBook& codes);

}  // namespace beian::orders
