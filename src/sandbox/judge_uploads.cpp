#include "sandbox/judge_uploads.hpp"

#include <vector>

#include "platform/jobs/jobs.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/sms.hpp"
#include "sandbox/store.hpp"
#include "sandbox/upload_file.hpp"

namespace beian::sandbox {
namespace {

void refuse_file(db::Tx& tx, const Upload& upload, const UploadFile& opened, int64_t now) {
  const FileFault& fault = *opened.fault;
  const std::string remark = "dataSequence=" + std::to_string(upload.sequence) +
                             (fault.reason.empty() ? std::string{} : " " + fault.reason);
  const Outcomes outcomes{{fault.code, fault.text}};
  if (opened.entity_ids.empty())
    notify_outcomes(tx, upload.provider_id, 0, 1, {}, outcomes, remark, now);
  for (const int64_t id : opened.entity_ids)
    notify_outcomes(tx, upload.provider_id, 0, 1, std::to_string(id), outcomes, remark, now);
}

Record make_record(const Upload& upload, const Json& reported, int64_t position, int64_t now) {
  Record record;
  const Json& entity = reported["entity"];
  record.upload_id = upload.id;
  record.position = position;
  record.provider_id = upload.provider_id;
  record.provider_entity_id = entity["provider_entity_id"].as_int();
  record.province = entity["location"]["province"].as_int();
  record.certificate_type = entity["certificate"]["type"].as_int();
  record.certificate_number = certificate_key(entity["certificate"]["number"].as_string());
  record.name = entity["name"].as_string();
  record.model = reported;
  record.model.erase("attachments");  // they stay in the uploaded file
  record.received_at = record.changed_at = now;
  return record;
}

Json json_of(const Outcomes& outcomes) {
  Json list = Json::array();
  for (const auto& o : outcomes) list.push(Json::object({{"code", o.code}, {"text", o.text}}));
  return list;
}

std::vector<std::string> domains_of(const Json& record) {
  std::vector<std::string> domains;
  for (const auto& service : record["services"].items())
    for (const auto& domain : service["domains"].items())
      domains.push_back(domain_key(domain["name"].as_string()));
  return domains;
}

void enter_record(db::Tx& tx, const Context& context, const Provider& provider, Record record,
                  Outcomes outcomes, const Settings& settings, int64_t now) {
  const auto more = conflicts(record.model, library_of(tx, record.provider_id));
  outcomes.insert(outcomes.end(), more.begin(), more.end());
  record.outcomes = json_of(outcomes);
  const bool sms = provider.account.profile != "miit-3.0";
  if (!outcomes.empty())
    record.state = RecordState::rejected;
  else
    record.state = sms ? RecordState::sms_pending : RecordState::at_authority;
  record.id = insert_record(
      tx, record, outcomes.empty() ? domains_of(record.model) : std::vector<std::string>{});
  if (!outcomes.empty()) {
    notify_outcomes(tx, record.provider_id, record.id, 1, std::to_string(record.provider_entity_id),
                    outcomes, {}, now);
  } else if (sms) {
    start_verification(tx, context, record, settings);
  } else {
    notify_outcomes(tx, record.provider_id, record.id, 1, std::to_string(record.provider_entity_id),
                    {outcome(1062)}, {}, now);
    await_decision(tx, context, record.id, settings);
  }
}

void judge_one(const Context& context, const Upload& upload, const Provider& provider) {
  const UploadFile opened = open_upload(context, upload, provider);
  // What needs no library is judged before the transaction, which holds up all other writers.
  std::vector<Outcomes> inspected;
  const Circumstances circumstances{context.clock.now(), context.options.province,
                                    provider.account.profile != "miit-3.0"};
  for (const auto& record : opened.records.items())
    inspected.push_back(inspect(record, circumstances));

  context.database->write([&](db::Tx& tx) {
    const int64_t now = to_ms(context.clock.now());
    const auto count = static_cast<int64_t>(inspected.size());
    const std::string fault =
        opened.fault ? std::to_string(opened.fault->code) + " " + opened.fault->reason : "";
    if (!mark_judged(tx, upload.id, count, fault, now)) return;
    if (opened.fault) return refuse_file(tx, upload, opened, now);
    const Settings settings = load_settings(tx, context.options);
    int64_t position = 0;
    for (const auto& reported : opened.records.items()) {
      enter_record(tx, context, provider, make_record(upload, reported, position, now),
                   inspected[static_cast<size_t>(position)], settings, now);
      ++position;
    }
  });
}

}  // namespace

void judge_uploads(const Context& context, int64_t provider_id) {
  for (;;) {
    std::optional<Upload> upload;
    std::optional<Provider> provider;
    context.database->read([&](db::Tx& tx) {
      upload = oldest_unjudged(tx, provider_id);
      provider = find_provider(tx, provider_id);
    });
    if (!upload || !provider) return;
    judge_one(context, *upload, *provider);
    context.nudge();
  }
}

}  // namespace beian::sandbox
