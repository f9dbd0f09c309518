// What an authority hands down by hand: any kind of DownloadData, judged against the provider's
// profile before it is accepted, so that a download never fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {

// What the profile says to a body of the kind: wire_schema at /body, one for each fault, its place
// in args; code_unknown at /kind when the profile has no such kind.
Problems body_problems(std::string_view profile, const KindRow& kind, const Json& body);

// The body is the value at the kind's place in the model of DownloadData: one item or an array of
// them (Merge::list, newest), an object of lists (lists), the whole (alone). Every item becomes a
// notice of its own; verification tasks and unfiled sites open a task that waits for its answer.
// Returns how many notices. Problems: not_found at /provider_id, and those of body_problems.
Result<int64_t> hand_out(db::Tx& tx, int64_t provider_id, const KindRow& kind, const Json& body,
                         int64_t now);

// Asks a provider to look at filed entities again (HSRW): the library's own words, everything where
// it has an access when `entity_numbers` is empty. not_found at /entity_numbers/N for one that is
// not filed with it. Returns how many tasks.
Result<int64_t> hand_out_verification(db::Tx& tx, int64_t provider_id,
                                      const std::vector<std::string>& entity_numbers, int64_t now);

// Account ids; of all when `provider_id` is 0. not_found at /provider_id.
Result<std::vector<int64_t>> recipients(db::Tx& tx, int64_t provider_id);

}  // namespace beian::sandbox
