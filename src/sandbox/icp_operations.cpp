// The table of ICP operations, and the way that all of them share.
#include <algorithm>
#include <array>
#include <stdexcept>

#include "china/domain.hpp"
#include "china/regions.hpp"
#include "sandbox/contact_checks.hpp"
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
    judge_service(judge, service, entity, title_of_service(service, ++index));
  judge_repeats(judge, record["services"]);
  judge_attachments(judge, record);
  return std::move(judge.found);
}

// Whose services they are, and with it what is asked of their managers, is known by the library.
Outcomes inspect_new_service(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_characters(judge, record);
  judge_repeats(judge, record["services"]);
  judge_attachments(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_new_access(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_characters(judge, record);
  judge_access(judge, record, "接入");
  judge_attachments(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_attachment(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_attachment(judge, record, "附件");
  return std::move(judge.found);
}

Outcomes inspect_text(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_characters(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_unfiled_action(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_characters(judge, record);
  const std::string& domain = record["domain"].as_string();
  judge.unless(china::normalise_domain(domain).has_value(), 1004, domain);
  const Json address = Json::object({{"from", record["address"]}, {"to", record["address"]}});
  judge.unless(range_of(address).has_value(), 1006, domain);
  judge.unless(known("unfiled_site_disposition", record["result"].as_int()), 5007, domain);
  judge.unless(!china::filing_prefix_of(record["province"].as_int()).empty(), 1019, domain);
  const std::string& phone = record["reporter_phone"].as_string();
  judge.unless(phone.empty() || valid_office_phones(phone) || valid_mobiles(phone), 1007,
               "上报人电话");
  const std::string& email = record["reporter_email"].as_string();
  judge.unless(email.empty() || valid_emails(email), 1009, "上报人");
  return std::move(judge.found);
}

Json json_of(const Outcomes& outcomes) {
  Json list = Json::array();
  for (const auto& o : outcomes) list.push(Json::object({{"code", o.code}, {"text", o.text}}));
  return list;
}

// BAJG allows the Czlx 1 to 7 and requires one. An answer to anything else says 4, has no Bs that a
// change could be taken for, and names the operation and its mark in Bz.
void tell_outcomes(db::Tx& tx, const Claim& claim, const Outcomes& told, int64_t now) {
  const Record& record = claim.record;
  if (claim.answers.empty())
    notify_outcomes(tx, record.provider_id, record.id, record.czlx, record.mark, told, {}, now);
  else
    notify_outcomes(tx, record.provider_id, record.id, 4, {}, told, claim.answers, now);
}

RecordState state_of(const Claim& claim, bool sms) {
  if (!claim.faults.empty()) return RecordState::rejected;
  if (claim.course == Course::at_once) return RecordState::approved;
  return sms ? RecordState::sms_pending : RecordState::at_authority;
}

}  // namespace

std::span<const Operation> icp_operations() {
  static constexpr std::array<Operation, 8> kAll{{
      {"new_filing", "new_filings", inspect_filing, enter_icp},
      {"new_service", "new_services", inspect_new_service, enter_icp},
      {"new_access", "new_accesses", inspect_new_access, enter_icp},
      {"change", "changes", inspect_filing, enter_icp},
      {"cancellation", "cancellations", inspect_text, enter_icp},
      {"attachment", "verification_attachments", inspect_attachment, enter_icp},
      {"verification_result", "verification_results", inspect_text, enter_icp},
      {"unfiled_action", "unfiled_site_actions", inspect_unfiled_action, enter_icp},
  }};
  return kAll;
}

std::span<const MarkPath> icp_marks() {
  static constexpr std::array<MarkPath, 6> kAll{{
      {"XZBA/Baxx/Zt_xx/IspZtid", 1},
      {"XZWZ/Xzxx/Zt_xx/Ztbah", 2},
      {"XZWZ/Xzxx/Zt_xx/Ztid", 2},
      {"XZJR/Xzxx/IspJrid", 3},
      {"BGBA/Bgxx/Zt_xx/Ztid", 4},
      {"ZXBA/Zx_xx/Jlid", 0},
  }};
  return kAll;
}

const IcpOperation& icp_operation(std::string_view name) {
  static constexpr std::array<IcpOperation, 11> kAll{{
      {"new_filing", "新增备案", claim_new_filing, grant_new_filing},
      {"new_service", "新增网站", claim_new_service, grant_new_service},
      {"new_access", "新增接入", claim_new_access, grant_new_access},
      {"change", "变更备案", claim_change, grant_change},
      {"cancellation", "注销备案", claim_cancellation, nullptr},  // becomes one of the next three
      {"cancel_entity", "注销主体", nullptr, grant_cancellation},
      {"cancel_service", "注销网站", nullptr, grant_cancellation},
      {"cancel_access", "取消接入", nullptr, grant_cancellation},
      {"attachment", "核验材料", claim_attachment, nullptr},
      {"verification_result", "核实结果", claim_verification_result, nullptr},
      {"unfiled_action", "未备案处理结果", claim_unfiled_action, nullptr},
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
  record.model.erase("attachments");       // they stay in the uploaded file
  record.model.erase("icp_password_md5");  // judged from there, kept nowhere
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
  if (record.state == RecordState::at_authority && record.czlx <= 4) told.push_back(outcome(1062));
  if (!told.empty()) tell_outcomes(tx, claim, told, arrival.now);
  if (record.state == RecordState::sms_pending)
    start_verification(tx, arrival.context, record, claim.persons, arrival.settings);
  else if (record.state == RecordState::at_authority)
    await_decision(tx, arrival.context, record.id, arrival.settings);
}

}  // namespace beian::sandbox
