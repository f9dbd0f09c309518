// An order judged by the rules of its province.
#pragma once

#include <optional>
#include <vector>

#include "materials/materials.hpp"
#include "orders/context.hpp"
#include "orders/rule_facts.hpp"
#include "orders/validate.hpp"
#include "rules/evaluate.hpp"

namespace beian::orders {

// What the rules of its province say of an order; nothing as long as province or nature of the
// entity are not known, for nobody can say then which rules are in force. A cancellation is judged
// by rules about cancellations alone. Overrides in force are applied (overrides.hpp).
std::optional<rules::Verdict> judge_by_rules(const Context& context, db::Tx& tx, const Order& order,
                                             const Resolved& resolved = {});

// What the rules say whatever materials are there, as lines that stay the same from day to day: one
// for each finding and each demand, "refuse manager-min-age /entity/manager/certificate_number",
// sorted, without what is overridden. No personal data.
std::string rules_said(const Context& context, db::Tx& tx, const Order& order);

// Adds what the rules found to what the provider's checks found. A rule that refuses is
// rule_refuses at its pointer, a material that a rule asks and that is not there material_missing
// at its owner's pointer; rules that advise are warnings of the same codes. What a rule cannot tell
// refuses nothing.
//
// Only what the applicant can mend in this order refuses it: a finding at a field that the order's
// form does not have, or that is overridden wholly, is left out, one at a field that is as it is
// filed, or overridden, is a warning. What the provider's checks found at a field is not said again
// by a rule.
void add_rule_findings(const Order& order, const rules::Verdict& verdict,
                       const std::vector<materials::Material>& materials, Findings& findings);

}  // namespace beian::orders
