// The officer's decision: approve (numbers are issued, the record enters the library) or refuse.
#pragma once

#include <string>

#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

// not_found; event_not_allowed unless the record waits for a decision; too_long (opinion, 1024);
// required (a refusal's opinion); conflict when its certificate or domain was filed meanwhile.
// The answer: {"id", "state", "entity_number"?}.
Result<Json> decide(const Context& context, int64_t record_id, bool approve, std::string opinion);

// The set time is over (job). A record decided by hand meanwhile is left alone; one that can no
// longer be filed is refused.
void decide_by_itself(const Context& context, int64_t record_id);

}  // namespace beian::sandbox
