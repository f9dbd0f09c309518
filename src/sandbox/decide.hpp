// The officer's decision: approve (numbers are issued, the record enters the library) or refuse.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

// `codes`: result codes of a refusal, in the place of 1002. not_found; event_not_allowed unless the
// record waits for a decision; too_long (opinion, 1024); required (a refusal's opinion);
// code_unknown at /codes/N; conflict when its certificate or domain was filed meanwhile.
// The answer: {"id", "state", "entity_number"?}.
Result<Json> decide(const Context& context, int64_t record_id, bool approve, std::string opinion,
                    const std::vector<int>& codes = {});

// Whether an officer may refuse an ICP record with that result code.
bool is_refusal(int code);

// The set time is over (job); a scenario's plan for the record says how. A record decided by hand
// meanwhile is left alone; one that can no longer be filed is refused.
void decide_by_itself(const Context& context, int64_t record_id);

}  // namespace beian::sandbox
