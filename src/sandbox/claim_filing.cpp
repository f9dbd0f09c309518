// XZBA: a new filing.
#include "base/text.hpp"
#include "sandbox/claim_parts.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {
namespace {

bool same_certificate_in_process(db::Tx& tx, const Record& record) {
  return tx
      .query_one(
          "SELECT id FROM records WHERE certificate_number = :number"
          " AND certificate_type = :type AND operation = 'new_filing'"
          " AND state IN ('sms_pending', 'at_authority') LIMIT 1",
          {{"number", record.certificate_number}, {"type", record.certificate_type}})
      .has_value();
}

bool entity_in_process(db::Tx& tx, const Record& record) {
  return tx
      .query_one(
          "SELECT id FROM records WHERE provider_id = :provider"
          " AND provider_entity_id = :entity AND operation = 'new_filing'"
          " AND state IN ('sms_pending', 'at_authority') LIMIT 1",
          {{"provider", record.provider_id}, {"entity", record.provider_entity_id}})
      .has_value();
}

bool owned(const Json& owner, const Json& record) {
  const int64_t id = owner["id"].as_int();
  if (owner["kind"].as_int() == 1) return record["entity"]["provider_entity_id"].as_int() == id;
  for (const auto& service : record["services"].items())
    if (service["provider_service_id"].as_int() == id) return true;
  return false;
}

}  // namespace

void claim_new_filing(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& reported = arrival.record;
  const Json& entity = reported["entity"];
  Record& record = claim.record;
  record.provider_entity_id = entity["provider_entity_id"].as_int();
  record.czlx = 1;
  record.mark = std::to_string(record.provider_entity_id);
  record.decision_ids = {record.provider_entity_id};
  name_record(record, entity);

  if (blacklisted(tx, "entity", record.certificate_number)) say(claim, 1065);
  if (entity_in_process(tx, record)) say(claim, 1037, "主体正在审核");
  if (same_certificate_in_process(tx, record))
    say(claim, 1003, "同一证件正在审核");
  else if (entity_by_certificate(tx, record.certificate_type, record.certificate_number))
    say(claim, 1003, "同一证件已备案");
  claim_services(tx, claim, reported["services"]);
  claim_owners(claim, reported["attachments"],
               [&](const Json& owner) { return owned(owner, reported); });
  add_person(claim, "entity_manager", std::nullopt, entity["manager"], entity);
  add_service_managers(claim, reported["services"], entity);
}

Granted grant_new_filing(db::Tx& tx, const Grant& grant) {
  const Record& record = grant.record;
  const Filed filed = file_record(tx, record, grant.now);
  tell_filed(tx, grant, filed.entity_id, {record.provider_id});
  send_message(tx, first_mobile(record.model["entity"]["manager"]["mobile"].as_string()),
               "【模拟管局】" + record.name + " 的 ICP 备案已审核通过，主体备案号 " + filed.number +
                   "，备案密码 " + filed.password + "，请妥善保管。",
               {}, grant.now);
  return {filed.entity_id, filed.number};
}

}  // namespace beian::sandbox
