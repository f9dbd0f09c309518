// What is answered at once: XZHYD attachments, HSJG and WBACLJG answers to the authority's tasks.
#include <tuple>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/filing_number.hpp"
#include "china/regions.hpp"
#include "sandbox/claim_parts.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/tasks.hpp"

namespace beian::sandbox {
namespace {

// Whose unit an answer names: 1054 none that we know, 5003 another than who reports.
void claim_unit(db::Tx& tx, Claim& claim, int64_t unit) {
  if (!find_provider(tx, unit))
    say(claim, 1054, std::to_string(unit));
  else if (unit != claim.record.provider_id)
    say(claim, 5003, std::to_string(unit));
}

// The entity behind the attachment's owner; faults are told.
std::optional<LibraryEntity> owner_of(db::Tx& tx, Claim& claim, const Json& owner) {
  const bool of_entity = owner["kind"].as_int() == 1;
  const auto number = china::parse_filing_number(owner["filing_number"].as_string());
  if (number && number->is_entity() != of_entity) {
    say(claim, 1055, owner["filing_number"].as_string());
    return std::nullopt;
  }
  Json given = owner;
  given.erase("id");
  if (of_entity) {
    if (const Json* id = owner.find("id")) given.set("authority_entity_id", *id);
    return claim_entity(tx, claim, given);
  }
  if (const Json* id = owner.find("id")) given.set("authority_service_id", *id);
  const auto service = claim_service(tx, claim, given);
  if (!service) return std::nullopt;
  return entity_by_id(tx, service->entity_id);
}

}  // namespace

void claim_attachment(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& owner = arrival.record["owner"];
  claim.course = Course::at_once;
  claim.success = 1060;
  Record& record = claim.record;
  record.czlx = 35;
  record.model.erase("content");
  record.mark = owner["filing_number"].as_string();
  if (record.mark.empty()) record.mark = std::to_string(owner["id"].as_int());
  record.name = record.mark;
  claim.answers = "XZHYD " + record.mark;
  const auto entity = owner_of(tx, claim, owner);
  if (!entity) return;
  name_record(record, *entity);
  if (!concerns(tx, *entity, record.provider_id)) say(claim, 1048, entity->number);
}

void claim_verification_result(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& given = arrival.record["record"]["entity"];
  claim.course = Course::at_once;
  claim.success = 1001;
  Record& record = claim.record;
  const int64_t id = given["authority_entity_id"].as_int();
  record.czlx = 0;
  record.name = given["name"].as_string();
  claim.answers = "HSJG " + std::to_string(id);
  claim_unit(tx, claim, arrival.record["reporting_unit"].as_int());
  const auto entity = claim_entity(tx, claim, given);
  if (!entity) return;
  name_record(record, *entity);
  if (!concerns(tx, *entity, record.provider_id)) say(claim, 1048, entity->number);
  for (const auto& service : arrival.record["record"]["services"].items())
    std::ignore = claim_service(tx, claim, service);
  Json answer = arrival.record;
  answer.erase("record");
  const auto task = find_task(tx, record.provider_id, TaskKind::verification, std::to_string(id));
  if (!task || task->answered)
    say(claim, 1016, "没有待核实的任务");
  else if (claim.faults.empty())
    answer_task(tx, task->id, answer, arrival.now);
}

void claim_unfiled_action(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& given = arrival.record;
  claim.course = Course::at_once;
  claim.success = 1001;
  Record& record = claim.record;
  record.czlx = 0;
  record.name = given["domain"].as_string();
  claim.answers = "WBACLJG " + record.name;
  claim_unit(tx, claim, given["provider"].as_int());
  const auto task =
      find_task(tx, record.provider_id, TaskKind::unfiled_site,
                unfiled_subject(given["domain"].as_string(), given["address"].as_int()));
  if (!task)
    say(claim, 5005, record.name);
  else if (task->answered)
    say(claim, 5006, record.name);
  else if (claim.faults.empty())
    answer_task(tx, task->id, given, arrival.now);
}

}  // namespace beian::sandbox
