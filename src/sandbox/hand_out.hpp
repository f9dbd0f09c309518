// What an authority hands down by hand: any kind of DownloadData, judged against the provider's
// profile before it is accepted, so that a download never fails.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "sandbox/context.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {

// What the profile says to a body of the kind: wire_schema at /body, one for each fault, its place
// in args; code_unknown at /kind when the profile has no such kind.
Problems body_problems(std::string_view profile, const KindRow& kind, const Json& body);

// One provider and what it is to have of a kind. The body is the value at the kind's place in the
// model of DownloadData: one item or an array of them (Merge::list, newest), an object of lists
// (lists), the whole (alone).
struct Handout {
  int64_t provider_id = 0;
  std::string profile;
  Json body;
};
// One for each account, or for the one of `provider_id` (0: all), with what `body_for` says of it;
// one whose body is null is left out. not_found at /provider_id, and the problems of `body_for`.
using BodyFor = std::function<Result<Json>(db::Tx& tx, int64_t provider_id)>;
Result<std::vector<Handout>> handouts(db::Tx& tx, int64_t provider_id, const BodyFor& body_for);

// Check, before any transaction that writes (a large body takes long): the problems of
// body_problems; the same body is judged once for each profile.
Problems check_handouts(const KindRow& kind, const std::vector<Handout>& handouts);
// Write what was checked. Every item becomes a notice of its own; verification tasks and unfiled
// sites open a task that waits for its answer. How many notices.
int64_t write_handouts(db::Tx& tx, const KindRow& kind, const std::vector<Handout>& handouts,
                       int64_t now);
// All three, each where it belongs: `body_for` reads, nothing of it is written when one does not
// fit.
Result<int64_t> hand_out(const Context& context, const KindRow& kind, int64_t provider_id,
                         const BodyFor& body_for);
// Check and write for who is in a transaction already: small bodies only.
Result<int64_t> hand_out(db::Tx& tx, int64_t provider_id, const KindRow& kind, const Json& body,
                         int64_t now);

// To look at filed entities again (HSRW): the library's own words, everything where the provider
// has an access when `entity_numbers` is empty; null when that is nothing. not_found at
// /entity_numbers/N for one that is not filed with it.
Result<Json> verification_tasks(db::Tx& tx, int64_t provider_id,
                                const std::vector<std::string>& entity_numbers);

// Account ids; of all when `provider_id` is 0. not_found at /provider_id.
Result<std::vector<int64_t>> recipients(db::Tx& tx, int64_t provider_id);

}  // namespace beian::sandbox
