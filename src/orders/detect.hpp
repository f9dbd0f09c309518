// Which kind of order an applicant needs is found, never asked: from province, nature, certificate
// and domains, the own registry and the authority's status query (three-valued).
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// Body: {"province","nature","certificate":{"type","number"},"domains":[…]}. Answer:
// {"kind":"first", "explanation", "certificate": STATUS, "domains": [STATUS…], "detection"} with
// STATUS = {"domain"?, "status": "not_filed"|"unknown", "reason"?, "asked"}; `detection` is a
// sealed text to create the order with: what was verified is then locked. Problems of the body's
// fields, no_authority_link (/province), already_filed, filed_elsewhere
// (/domains/n), kind_not_served with the kind found.
Result<Json> detect(const Context& context, const std::string& account_id, const Json& body);

// The facts of a detection of that account (facts_of), or detection_expired.
Result<Json> open_detection(const Context& context, const std::string& account_id,
                            const std::string& detection);

// verified_locked for everything in `document` that differs from the locked facts; facts that the
// document does not have yet may not be missing either.
Problems check_locked(const Json& locked, const Json& document);

// In the own registry, at the moment of submitting: already_filed, filed_elsewhere,
// kind_not_served.
Problems check_registry(const Context& context, db::Tx& tx, const Json& document);

}  // namespace beian::orders
