// All that would be found wrong with an order, without handing it in.
#pragma once

#include "orders/context.hpp"

namespace beian::orders {

// {"ready", "problems", "warnings" (as GET …/findings), "rules": the verdict of the province's
// rules (rules/evaluate.hpp), "authority": [{"code","text","field","problem"}] the result codes
// that the authority would answer, as far as they can be foreseen, "listed": what stands on a
// blacklist by now (listed.hpp), among the problems and warnings as well}. Asks the registry of
// each domain first (domains/facts.hpp), so it may take seconds; changes nothing.
Result<Json> rehearse(const Context& context, const Order& order, Language language);

// The result code with which an authority answers what this program tells as that problem; 0: none
// that is known. By the list of V.3.0 (data/wire/result-codes.json).
int64_t foreseen_code(const Problem& problem);

}  // namespace beian::orders
