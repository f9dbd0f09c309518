// What administrators let pass of the rules, as rows; and the state of the rules that judge.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "rules/override.hpp"

namespace beian::orders {

struct StoredOverride {
  rules::Override what;
  std::string account_id;  // who decided
  TimePoint created, changed;
};

// By id.
std::vector<StoredOverride> all_overrides(db::Tx& tx);
// Those whose last day is not over, by id.
std::vector<rules::Override> overrides_in_force(db::Tx& tx, rules::Day today);

// Creates or replaces the override with that id, from {"rule"?, "province"?, "severity": "warn" or
// "off", "until"?: the last day, "order"?, "reason"}. Leaves a trace (account_events), and has the
// open drafts judged again. required, wrong_type, unknown_field, too_long, bad_format; not_found at
// /rule, /province, /order; out_of_range at /until for a day that is over; required at /rule for
// one that names neither rule nor province nor order.
struct Put {
  StoredOverride stored;
  bool created = false;
};
Result<Put> put_override(const Context& context, const http::Caller& caller,
                         const std::string& remote, const std::string& id, const Json& body);
// not_found.
Status remove_override(const Context& context, const http::Caller& caller,
                       const std::string& remote, const std::string& id);

Json to_json(const StoredOverride& stored);

// The state of the rules on that day, as 16 hexadecimal digits: the files of data/rules, the
// program that judges by them, and the overrides in force.
std::string rules_hash(const Context& context, db::Tx& tx);

}  // namespace beian::orders
