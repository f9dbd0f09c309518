// The table of ICP operations, and the way that all of them share.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "sandbox/icp.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/scenario.hpp"

namespace beian::sandbox {
namespace {

Outcomes inspect_filing(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_characters(judge, record);
  const Json& entity = record["entity"];
  judge_entity(judge, entity);
  size_t index = 0;
  for (const auto& service : record["services"].items())
    judge_service(judge, service, entity, "网站" + std::to_string(++index));
  judge_repeats(judge, record["services"]);
  judge_attachments(judge, record);
  return std::move(judge.found);
}

Json json_of(const Outcomes& outcomes) {
  Json list = Json::array();
  for (const auto& o : outcomes) list.push(Json::object({{"code", o.code}, {"text", o.text}}));
  return list;
}

RecordState state_of(const Claim& claim, bool sms) {
  if (!claim.faults.empty()) return RecordState::rejected;
  if (claim.course == Course::at_once) return RecordState::approved;
  return sms ? RecordState::sms_pending : RecordState::at_authority;
}

}  // namespace

std::span<const Operation> icp_operations() {
  static constexpr std::array<Operation, 1> kAll{{
      {"new_filing", "new_filings", inspect_filing, enter_icp},
  }};
  return kAll;
}

std::span<const MarkPath> icp_marks() {
  static constexpr std::array<MarkPath, 5> kAll{{
      {"XZBA/Baxx/Zt_xx/IspZtid", 1},
      {"XZWZ/Xzxx/Zt_xx/Ztbah", 2},
      {"XZWZ/Xzxx/Zt_xx/Ztid", 2},
      {"XZJR/Xzxx/IspJrid", 3},
      {"BGBA/Bgxx/Zt_xx/Ztid", 4},
  }};
  return kAll;
}

const IcpOperation& icp_operation(std::string_view name) {
  static constexpr std::array<IcpOperation, 1> kAll{{
      {"new_filing", "新增备案", claim_new_filing, grant_new_filing},
  }};
  const auto found = std::ranges::find(kAll, name, &IcpOperation::name);
  if (found == kAll.end()) throw std::logic_error("no ICP operation " + std::string(name));
  return *found;
}

void refuse_icp_file(db::Tx& tx, const RefusedFile& file, int64_t now) {
  const int64_t provider = file.upload.provider_id;
  if (file.marks.empty()) notify_outcomes(tx, provider, 0, 1, {}, {file.outcome}, file.remark, now);
  for (const auto& mark : file.marks)
    notify_outcomes(tx, provider, 0, mark.operation, mark.mark, {file.outcome}, file.remark, now);
}

void enter_icp(db::Tx& tx, const Arrival& arrival) {
  Claim claim;
  claim.faults = arrival.inspected;
  Record& record = claim.record;
  record.upload_id = arrival.upload.id;
  record.position = arrival.position;
  record.provider_id = arrival.upload.provider_id;
  record.operation = arrival.operation.name;
  record.model = arrival.record;
  record.model.erase("attachments");  // they stay in the uploaded file
  record.received_at = record.changed_at = arrival.now;
  icp_operation(arrival.operation.name).claim(tx, arrival, claim);
  RecordPlan plan;
  if (claim.faults.empty())
    plan =
        play_record(tx, arrival.context,
                    {record.provider_id, record.operation, domains_of(record.model), record.name});
  claim.faults.insert(claim.faults.end(), plan.outcomes.begin(), plan.outcomes.end());

  const bool sms =
      arrival.provider.account.profile != "miit-3.0" && claim.course == Course::sms_and_decision;
  record.state = state_of(claim, sms);
  Outcomes told = claim.faults;
  if (record.state == RecordState::approved) told.push_back(outcome(claim.success));
  record.outcomes = json_of(told);
  const bool open =
      record.state == RecordState::sms_pending || record.state == RecordState::at_authority;
  record.id = open ? insert_record(tx, record, claim.domains, claim.targets)
                   : insert_record(tx, record, {}, {});
  if (open && plan.decision) keep_plan(tx, record.id, *plan.decision);
  if (record.state == RecordState::at_authority) told.push_back(outcome(1062));
  if (!told.empty())
    notify_outcomes(tx, record.provider_id, record.id, record.czlx, record.mark, told,
                    claim.answers, arrival.now);
  if (record.state == RecordState::sms_pending)
    start_verification(tx, arrival.context, record, claim.persons, arrival.settings);
  else if (record.state == RecordState::at_authority)
    await_decision(tx, arrival.context, record.id, arrival.settings);
}

}  // namespace beian::sandbox
