// What an authority finds wrong with a domain registrar's record (YM): codes 3001 to 3037, several
// at once. Which of them nothing can decide, and why: tests/golden/sandbox/judge_codes_ip_ym.json.
#pragma once

#include <cstdint>
#include <optional>

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/judge.hpp"

namespace beian::sandbox {

// What the record shows by itself: a new one, or a change.
Outcomes inspect_domain(const Json& record, const Circumstances& circumstances);
// What the library says to it; `id` is the record's own when it is a change.
Outcomes domain_conflicts(db::Tx& tx, const Json& record, int64_t provider_id,
                          std::optional<int64_t> id);

}  // namespace beian::sandbox
