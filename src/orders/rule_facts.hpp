// What the rules look at, from an order: its document, what is filed, what is known of its domains.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orders/context.hpp"
#include "rules/facts.hpp"

namespace beian::orders {

// Nothing is asked of anybody: of a domain counts what is kept (domains/facts.hpp). What nobody
// knows stays unknown, and no rule refuses for it. The pointers of the facts are those of the
// document.
// `resolved`: where those domains resolve to now, by their normal names, where somebody has asked.
using Resolved = std::map<std::string, std::vector<std::string>, std::less<>>;
rules::Facts rule_facts(const Context& context, db::Tx& tx, const Order& order,
                        const Resolved& resolved = {});

}  // namespace beian::orders
