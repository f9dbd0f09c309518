// XZWZ: services for a filed entity. XZJR: an access for a filed service.
#include <algorithm>

#include "china/app.hpp"
#include "china/filing_number.hpp"
#include "sandbox/claim_parts.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/judge_parts.hpp"

namespace beian::sandbox {
namespace {

// Kind 1 names the entity; kind 2 a service of this record by the provider's own id.
bool owned(const Json& owner, const LibraryEntity& entity, const Json& services) {
  if (owner["kind"].as_int() == 1) return names(owner, entity);
  const int64_t id = owner["id"].as_int();
  return std::ranges::any_of(services.items(), [&](const Json& service) {
    return service["provider_service_id"].as_int() == id;
  });
}

void claim_names(db::Tx& tx, Claim& claim, const LibraryEntity& entity, const Json& services) {
  for (const auto& filed : services_of(tx, entity.id))
    for (const auto& service : services.items())
      if (service["name"].as_string() == filed.name &&
          china::name_of(china::service_kind_of_app(service["app"])) == filed.kind)
        say(claim, 1020, filed.name);
}

// 0 when it is not filed, which claim_entity tells.
int64_t entity_id_of(db::Tx& tx, const Json& given) {
  if (const Json* id = given.find("authority_entity_id")) return id->as_int();
  const auto number = china::parse_filing_number(given["filing_number"].as_string());
  const auto entity = number ? entity_by_number(tx, number->text()) : std::nullopt;
  return entity ? entity->id : 0;
}

bool same_addresses(const LibraryAccess& access, const Json& addresses) {
  if (access.addresses.size() != addresses.size()) return false;
  return std::ranges::all_of(addresses.items(), [&](const Json& address) {
    return std::ranges::any_of(access.addresses, [&](const LibraryAddress& other) {
      return other.from == address["from"].as_int() && other.to == address["to"].as_int();
    });
  });
}

bool shares_address(const LibraryAccess& access, const Json& addresses) {
  return std::ranges::any_of(addresses.items(), [&](const Json& address) {
    return std::ranges::any_of(access.addresses, [&](const LibraryAddress& other) {
      return other.from <= address["to"].as_int() && address["from"].as_int() <= other.to;
    });
  });
}

// The service's accesses, filed ones and this provider's in process.
void claim_access(db::Tx& tx, Claim& claim, const LibraryService& service, const Json& access) {
  const int64_t provider = claim.record.provider_id;
  const int64_t id = access["provider_access_id"].as_int();
  const auto open = open_records(tx, "isp_access", id);
  const bool in_process =
      std::ranges::any_of(open, [&](const OpenRecord& o) { return o.provider_id == provider; });
  const auto same_service = open_records(tx, "service", service.id);
  const bool adding = std::ranges::any_of(same_service, [&](const OpenRecord& o) {
    return o.provider_id == provider && o.operation == "new_access";
  });
  if (in_process || adding || access_reported(tx, provider, id)) say(claim, 1038);
  for (const auto& filed : accesses_of(tx, service.id)) {
    if (filed.provider_id != provider) continue;
    if (same_addresses(filed, access["addresses"]))
      say(claim, 1029, service.number);
    else if (shares_address(filed, access["addresses"]))
      say(claim, 1040, service.number);
  }
}

}  // namespace

void claim_new_service(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& reported = arrival.record;
  const Json& given = reported["entity"];
  Record& record = claim.record;
  record.czlx = 2;
  const std::string& number = given["filing_number"].as_string();
  record.mark = number.empty() ? std::to_string(given["authority_entity_id"].as_int()) : number;
  for (const auto& service : reported["services"].items())
    record.decision_ids.push_back(service["provider_service_id"].as_int());
  record.name = record.mark;
  claim_services(tx, claim, reported["services"], entity_id_of(tx, given));
  const auto entity = claim_entity(tx, claim, given);
  if (!entity) return;

  // Whether an office phone and a person's number are needed depends on the entity.
  Judge judge{circumstances_of(arrival), {}};
  size_t index = 0;
  for (const auto& service : reported["services"].items())
    judge_service(judge, service, entity->model, title_of_service(service, ++index));
  claim.faults.insert(claim.faults.end(), judge.found.begin(), judge.found.end());
  claim_names(tx, claim, *entity, reported["services"]);
  if (blacklisted(tx, "entity", entity->certificate_number)) say(claim, 1065);
  if (in_process(tx, "entity", entity->id, {"cancel_entity"})) say(claim, 1017, "主体正在注销");
  claim_password(tx, arrival, claim, *entity, !concerns(tx, *entity, record.provider_id));
  claim_owners(claim, reported["attachments"],
               [&](const Json& owner) { return owned(owner, *entity, reported["services"]); });
  add_person(claim, "entity_manager", std::nullopt, entity->model["manager"], entity->model);
  add_service_managers(claim, reported["services"], entity->model);
}

void claim_new_access(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& reported = arrival.record;
  Record& record = claim.record;
  record.czlx = 3;
  const int64_t id = reported["provider_access_id"].as_int();
  record.mark = std::to_string(id);
  record.decision_ids = {id};
  record.name = reported["service"]["filing_number"].as_string();
  const auto service = claim_service(tx, claim, reported["service"]);
  if (!service) return;
  const auto entity = entity_by_id(tx, service->entity_id);
  name_record(record, *entity);
  claim.targets.push_back({"entity", entity->id});
  claim.targets.push_back({"service", service->id});
  claim.targets.push_back({"isp_access", id});
  claim_access(tx, claim, *service, reported);
  claim_addresses(tx, claim, reported["addresses"]);
  if (blacklisted(tx, "entity", entity->certificate_number)) say(claim, 1065);
  for (const auto& domain : domains_of(tx, service->id))
    if (blacklisted(tx, "domain", domain.name)) say(claim, 1064, domain.name);
  if (in_process(tx, "entity", entity->id, {"cancel_entity"})) say(claim, 1017, "主体正在注销");
  if (in_process(tx, "service", service->id, {"cancel_service"})) say(claim, 1017, "网站正在注销");
  claim_password(tx, arrival, claim, *entity, true);
  claim_owners(claim, reported["attachments"], [&](const Json& owner) {
    return owner["kind"].as_int() == 1 ? names(owner, *entity) : names(owner, *service);
  });
  add_person(claim, "entity_manager", std::nullopt, entity->model["manager"], entity->model);
  const bool own = service->provider_id == record.provider_id;
  add_person(claim, "service_manager",
             own ? std::optional(service->provider_service_id) : std::nullopt,
             service->model["manager"], entity->model);
}

Granted grant_new_service(db::Tx& tx, const Grant& grant) {
  const Record& record = grant.record;
  const auto ids =
      file_services(tx, record.entity_id, record.provider_id, record.model["services"], grant.now);
  tell_filed(tx, grant, record.entity_id, {record.provider_id}, ids);
  return {record.entity_id, entity_by_id(tx, record.entity_id)->number};
}

Granted grant_new_access(db::Tx& tx, const Grant& grant) {
  const Record& record = grant.record;
  const auto service = find_service(tx, record.model["service"]);
  file_access(tx, service->id, record.provider_id, record.model);
  tell_filed(tx, grant, record.entity_id, {record.provider_id}, {service->id});
  return {record.entity_id, entity_by_id(tx, record.entity_id)->number};
}

}  // namespace beian::sandbox
