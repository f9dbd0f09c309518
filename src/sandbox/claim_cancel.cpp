// ZXBA: cancellation of an entity (Zxlb 0), a service (1) or an access (2).
#include <algorithm>

#include "china/codes.hpp"
#include "sandbox/claim_parts.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kEntity = 0;
constexpr int64_t kService = 1;

void claim_reason(Claim& claim, const Json& reported) {
  const int64_t reason = reported["reason"].as_int();
  const china::CodeRow* row = china::code_table("cancel_reason").find(reason);
  const bool fits = row != nullptr && row->offered &&
                    std::ranges::any_of(row->more["categories"].items(), [&](const Json& category) {
                      return category == reported["kind"];
                    });
  if (!fits) say(claim, 1026, std::to_string(reason));
}

void claim_entity_end(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json id = Json::object({{"authority_entity_id", arrival.record["record_id"]}});
  const auto entity = claim_entity(tx, claim, id);
  if (!entity) return;
  if (!concerns(tx, *entity, claim.record.provider_id)) return say(claim, 1048, entity->number);
  if (in_process(tx, "entity", entity->id, {"cancel_entity"})) say(claim, 1027);
  if (in_process(tx, "entity", entity->id, {"cancel_service"})) say(claim, 1043);
  if (in_process(tx, "entity", entity->id,
                 {"new_service", "new_access", "change", "cancel_access"}))
    say(claim, 1017, entity->number);
  claim_password(tx, arrival, claim, *entity, true);
  add_person(claim, "entity_manager", std::nullopt, entity->model["manager"], entity->model);
}

void claim_service_end(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json id = Json::object({{"authority_service_id", arrival.record["record_id"]}});
  const auto service = claim_service(tx, claim, id);
  if (!service) return;
  const auto entity = entity_by_id(tx, service->entity_id);
  name_record(claim.record, *entity);
  claim.targets.push_back({"entity", entity->id});
  claim.targets.push_back({"service", service->id});
  if (!concerns(tx, *entity, claim.record.provider_id)) return say(claim, 1048, service->number);
  const auto providers = providers_of_service(tx, service->id);
  if (!providers.empty() &&
      std::ranges::find(providers, claim.record.provider_id) == providers.end())
    return say(claim, 1048, service->number);
  if (in_process(tx, "service", service->id, {"cancel_service"})) say(claim, 1030);
  if (in_process(tx, "entity", entity->id, {"cancel_entity"})) say(claim, 1042);
  if (in_process(tx, "entity", entity->id, {"change"}) ||
      in_process(tx, "service", service->id, {"new_access", "cancel_access"}))
    say(claim, 1017, service->number);
  claim_password(tx, arrival, claim, *entity, false);
  const bool own = service->provider_id == claim.record.provider_id;
  add_person(claim, "entity_manager", std::nullopt, entity->model["manager"], entity->model);
  add_person(claim, "service_manager",
             own ? std::optional(service->provider_service_id) : std::nullopt,
             service->model["manager"], entity->model);
}

// Accesses of the service that are not being cancelled already.
size_t lasting_accesses(db::Tx& tx, int64_t service_id) {
  const auto accesses = accesses_of(tx, service_id);
  return static_cast<size_t>(std::ranges::count_if(accesses, [&](const LibraryAccess& access) {
    return !in_process(tx, "access", access.id, {"cancel_access"});
  }));
}

void claim_access_end(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const int64_t id = arrival.record["record_id"].as_int();
  const auto access = access_by_id(tx, id);
  if (!access) return say(claim, 1016, "接入 " + std::to_string(id));
  const auto service = service_by_id(tx, access->service_id);
  const auto entity = entity_by_id(tx, service->entity_id);
  name_record(claim.record, *entity);
  claim.targets.push_back({"entity", entity->id});
  claim.targets.push_back({"service", service->id});
  claim.targets.push_back({"access", id});
  if (access->provider_id != claim.record.provider_id) return say(claim, 1047);
  if (in_process(tx, "access", id, {"cancel_access"})) {
    say(claim, 1032);
  } else if (arrival.provider.account.profile == "miit-3.0" &&
             lasting_accesses(tx, service->id) == 1) {
    // Later practice lets the last one go and calls what is left a shell (空壳网站).
    say(claim, 1025, service->number);
  }
  if (in_process(tx, "entity", entity->id, {"cancel_entity", "change"}) ||
      in_process(tx, "service", service->id, {"cancel_service"}))
    say(claim, 1017, service->number);
  claim_password(tx, arrival, claim, *entity, false);
}

// ZXSJ to everybody who had an access, and to who asked.
void tell_cancelled(db::Tx& tx, const Grant& grant, std::vector<int64_t> providers) {
  const Record& record = grant.record;
  if (std::ranges::find(providers, record.provider_id) == providers.end())
    providers.push_back(record.provider_id);
  const Json notice =
      Json::object({{"kind", record.model["kind"]}, {"record_id", record.model["record_id"]}});
  for (const int64_t provider : providers)
    notify(tx, provider, record.id, NoticeKind::cancelled, notice, grant.now);
}

}  // namespace

void claim_cancellation(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  Record& record = claim.record;
  const int64_t kind = arrival.record["kind"].as_int();
  const int64_t id = arrival.record["record_id"].as_int();
  record.mark = std::to_string(id);
  record.decision_ids = {id};
  claim_reason(claim, arrival.record);
  if (kind == kEntity) {
    record.operation = "cancel_entity";
    record.czlx = 6;
    record.name = "主体 " + record.mark;
    claim_entity_end(tx, arrival, claim);
  } else if (kind == kService) {
    record.operation = "cancel_service";
    record.czlx = 7;
    record.name = "网站 " + record.mark;
    claim_service_end(tx, arrival, claim);
  } else {
    record.operation = "cancel_access";
    record.czlx = 5;
    record.name = "接入 " + record.mark;
    claim.course = Course::decision;  // nobody but the provider is concerned: no SMS
    claim_access_end(tx, arrival, claim);
  }
}

Granted grant_cancellation(db::Tx& tx, const Grant& grant) {
  const Record& record = grant.record;
  const int64_t id = record.model["record_id"].as_int();
  const std::string number = entity_by_id(tx, record.entity_id)->number;
  if (record.operation == "cancel_entity") {
    const auto providers = providers_of_entity(tx, id);
    cancel_entity(tx, id, grant.now);
    tell_cancelled(tx, grant, providers);
  } else if (record.operation == "cancel_service") {
    const auto providers = providers_of_service(tx, id);
    cancel_service(tx, id, grant.now);
    tell_cancelled(tx, grant, providers);
  } else {
    // ZXSJ of V.3.0 has no word for an access: the result tells who asked, and the others on the
    // service get it as it is now.
    const int64_t service = access_by_id(tx, id)->service_id;
    cancel_access(tx, id);
    tell_filed(tx, grant, record.entity_id, providers_of_service(tx, service), {service});
  }
  return {record.entity_id, number};
}

}  // namespace beian::sandbox
