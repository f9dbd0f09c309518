#include "sandbox/decide.hpp"

#include <tuple>

#include "base/day.hpp"
#include "base/text.hpp"
#include "sandbox/icp.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/scenario.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kOpinionLimit = 1024;
constexpr const char* kCertificateUntil = "/certificate_valid_until";

// BAJG: the result code and the decisions with their opinion.
void notify_decision(db::Tx& tx, const Context& context, const Record& record, const Decision& made,
                     TimePoint now) {
  const auto& [approve, opinion, codes, certificate_until] = made;
  Outcomes outcomes;
  for (const int code : codes) outcomes.push_back(outcome(code, opinion));
  if (codes.empty()) outcomes.push_back(approve ? outcome(1001) : outcome(1002, opinion));
  notify_outcomes(tx, record.provider_id, record.id, record.czlx, record.mark, outcomes, {},
                  to_ms(now));
  Json decisions = Json::array();
  for (const int64_t id : record.decision_ids) {
    Json decision = Json::object({{"reviewer", context.options.officer},
                                  {"phone", context.options.officer_phone},
                                  {"time", china_datetime(now)}});
    if (!opinion.empty()) decision.set("opinion", opinion);
    decision.set("result", approve ? 1 : 0);
    decision.set("operation", record.czlx);
    decision.set("record_id", id);
    decisions.push(std::move(decision));
  }
  notify(tx, record.provider_id, record.id, NoticeKind::results,
         Json::object({{"decisions", std::move(decisions)}}), to_ms(now));
}

// New filings and changes report the entity; the others are about one that is filed.
bool reports_entity(const Record& record) {
  return record.operation == "new_filing" || record.operation == "change";
}

Result<Json> decide_in(db::Tx& tx, const Context& context, int64_t record_id,
                       const Decision& decision) {
  const TimePoint now = context.clock.now();
  auto record = find_record(tx, record_id);
  if (!record) return fail(ProblemCode::not_found);
  if (!decision.certificate_until.empty()) {
    if (!decision.approve || !reports_entity(*record))
      return fail(ProblemCode::unknown_field, kCertificateUntil);
    record->model.find("entity")->set("certificate_valid_until", decision.certificate_until);
  }
  const bool approve = decision.approve;
  const RecordState to = approve ? RecordState::approved : RecordState::refused;
  // First, so that of two officers one gets the record and the other waits and finds it decided.
  if (!move_record(tx, record_id, RecordState::at_authority, to, to_ms(now), decision.opinion))
    return fail(ProblemCode::event_not_allowed, {},
                {{"state", std::string(chinese_of(record->state))},
                 {"event", approve ? "审核通过" : "审核拒绝"}});
  Json answer = Json::object({{"id", record_id}, {"state", name_of(to)}});
  notify_decision(tx, context, *record, decision, now);
  play_decided(tx, context, facts_of(*record), approve);
  if (!approve) return answer;

  const Granted granted =
      icp_operation(record->operation).grant(tx, {context, *record, to_ms(now)});
  tx.exec("UPDATE records SET entity_id = :entity WHERE id = :id",
          {{"entity", granted.entity_id}, {"id", record_id}});
  answer.set("entity_number", granted.entity_number);
  return answer;
}

// A refusal may name any code that refuses an ICP record; an approval has its own.
Problems code_problems(const std::vector<int>& codes, bool approve) {
  Problems problems;
  for (size_t i = 0; i < codes.size(); ++i)
    if (approve || !is_refusal(codes[i]))
      problems.push_back({ProblemCode::code_unknown,
                          "/codes/" + std::to_string(i),
                          {{"code", std::to_string(codes[i])}}});
  return problems;
}

}  // namespace

bool is_refusal(int code) {
  return code >= 1002 && code <= 5999 && !wire::code_text(code).empty() &&
         wire::code_reaction(code) != wire::Reaction::success && (code < 2000 || code >= 5000);
}

Result<Json> decide(const Context& context, int64_t record_id, Decision decision) {
  auto& [approve, opinion, codes, certificate_until] = decision;
  opinion = std::string(text::trim(opinion));
  if (text::length(opinion) > kOpinionLimit)
    return fail(ProblemCode::too_long, "/opinion", {{"max", std::to_string(kOpinionLimit)}});
  if (!approve && opinion.empty()) return fail(ProblemCode::required, "/opinion");
  if (auto problems = code_problems(codes, approve); !problems.empty())
    return std::unexpected(std::move(problems));
  if (!certificate_until.empty() && !parse_day(certificate_until))
    return fail(ProblemCode::bad_format, kCertificateUntil);
  try {
    return context.database->write_result(
        [&](db::Tx& tx) { return decide_in(tx, context, record_id, decision); });
  } catch (const db::UniqueViolation&) {
    return fail(ProblemCode::conflict);
  }
}

void decide_by_itself(const Context& context, int64_t record_id) {
  std::optional<PlannedDecision> plan;
  context.database->read([&](db::Tx& tx) { plan = plan_of(tx, record_id); });
  if (!plan) plan = PlannedDecision{true, "自动审核通过", {}, Millis(0)};
  const auto decided = decide(context, record_id, {plan->approve, plan->opinion, plan->codes, {}});
  if (!decided && decided.error().front().code == ProblemCode::conflict)
    std::ignore = decide(context, record_id, {false, "主体证件或域名已备案", {}, {}});
}

}  // namespace beian::sandbox
