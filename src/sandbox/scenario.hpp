// Scenarios: what a test or a demonstration wants the authority to do, as data
// (data/sandbox/*.json, `beian authority --scenario`, POST /manage/scenario).
//
//   {"name": "refuse-once", "title": "…", "steps": [{"when": {…}, "times": 1, "then": {…}}]}
//
// `when` names one event:
//   call     an operation ("isp_upload") or "*"
//   record   an operation's name ("new_filing", GET /manage/operations) or "*": it was judged good
//   decided  "approved", "refused" or "*"
//   loaded   true: at once
// and may narrow it: provider_id; domain and name (of the entity) for records; daily and
// outside_daily, ["22:00", "06:00"] in Beijing time; after_ms and within_ms, since it was loaded.
// `then`, by event:
//   call     answer (a msg_code, 901 is 902 for downloads) with message; delay_ms; cut: "before" or
//            "after_commit"
//   record   codes: the record is rejected with them; or decision: {approve, opinion, codes,
//            after_ms}, in the officer's place
//   any      hand_out: [{kind, body}] or [{kind, library: true}] for what the library itself says
//            (verification_tasks, base_codes, synchronisation); provider_id, 0 for all, default the
//            event's. settings: as PUT /manage/settings
// `times`: how often the step plays; without it, always. Of the steps that fit an event the first
// one answers, cuts, rejects or decides; delays, hand-outs and settings of all of them count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "sandbox/context.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {

// Every fault of the document, each at its JSON pointer. Bodies of hand-outs are judged against the
// newest profile.
Problems scenario_problems(const Json& document);

// Adds it to those that play already and plays its `loaded` steps. Its id.
Result<int64_t> load_scenario(const Context& context, const Json& document);
void clear_scenarios(db::Tx& tx);
// [{id, name, title, loaded_at, steps: [{when, then, remaining, played}]}]
Json scenarios(db::Tx& tx);

// A call's way, before anything else is done about it.
struct CallPlan {
  std::optional<int> code;
  std::string message;
  Millis delay{0};
  bool cut_before = false, cut_after_commit = false;
};
CallPlan play_call(const Context& context, std::string_view operation, int64_t provider_id);

struct RecordFacts {
  int64_t provider_id = 0;
  std::string operation;             // records.operation
  std::vector<std::string> domains;  // domain_key
  std::string name;                  // of the entity
};
RecordFacts facts_of(const Record& record);
std::vector<std::string> domains_of(const Json& model);  // of a record, as domain_key

struct PlannedDecision {
  bool approve = true;
  std::string opinion;
  std::vector<int> codes;
  Millis after{0};
};
struct RecordPlan {
  Outcomes outcomes;  // rejects it
  std::optional<PlannedDecision> decision;
};
// In the transaction that enters the record, which is good otherwise.
RecordPlan play_record(db::Tx& tx, const Context& context, const RecordFacts& facts);
// The plan waits with the record until all that it needs is there.
void keep_plan(db::Tx& tx, int64_t record_id, const PlannedDecision& plan);
std::optional<PlannedDecision> plan_of(db::Tx& tx, int64_t record_id);

// In the transaction that decided it.
void play_decided(db::Tx& tx, const Context& context, const RecordFacts& facts, bool approved);

}  // namespace beian::sandbox
