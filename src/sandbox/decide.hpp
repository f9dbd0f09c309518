// The officer's decision: approve (numbers are issued, the record enters the library) or refuse.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

struct Decision {
  bool approve = false;
  std::string opinion;
  std::vector<int> codes;  // result codes of a refusal, in the place of 1002
  // Of an approval of a new filing or a change: until when the entity's certificate holds, as the
  // officer read it off the picture; a day, "2027-01-31". It is handed down with the entity
  // (Zsyxq); nothing that a provider uploads says it. Empty: not noted, and what an earlier
  // approval noted stood on other papers and is no more.
  std::string certificate_until;
};
// not_found; event_not_allowed unless the record waits for a decision; too_long (opinion, 1024);
// required (a refusal's opinion); code_unknown at /codes/N; bad_format at /certificate_valid_until,
// unknown_field where the decision has no entity to note it of; conflict when its certificate or
// domain was filed meanwhile. The answer: {"id", "state", "entity_number"?}.
Result<Json> decide(const Context& context, int64_t record_id, Decision decision);

// Whether an officer may refuse an ICP record with that result code.
bool is_refusal(int code);

// The set time is over (job); a scenario's plan for the record says how. A record decided by hand
// meanwhile is left alone; one that can no longer be filed is refused.
void decide_by_itself(const Context& context, int64_t record_id);

}  // namespace beian::sandbox
