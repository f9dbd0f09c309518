// BGBA: changes of an entity, its services, their domains and the provider's own accesses.
#include <algorithm>

#include "base/text.hpp"
#include "china/app.hpp"
#include "sandbox/claim_parts.hpp"
#include "sandbox/filed.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kDayMs = 24LL * 3600 * 1000;

// Changes that this provider asked for, whatever became of them but a rejection.
int64_t recent_changes(db::Tx& tx, const Arrival& arrival, int64_t entity_id) {
  return tx.query_i64(
      "SELECT COUNT(*) FROM records WHERE provider_id = :provider AND entity_id = :entity"
      " AND operation = 'change' AND state <> 'rejected' AND received_at > :since",
      {{"provider", arrival.upload.provider_id},
       {"entity", entity_id},
       {"since", arrival.now - kDayMs}});
}

void claim_entity_change(db::Tx& tx, const Arrival& arrival, Claim& claim,
                         const LibraryEntity& entity, const Json& changed) {
  const Json& certificate = changed["certificate"];
  const std::string number = certificate_key(certificate["number"].as_string());
  const auto other = entity_by_certificate(tx, certificate["type"].as_int(), number);
  if (other && other->id != entity.id) say(claim, 1003, other->number);
  if (blacklisted(tx, "entity", number)) say(claim, 1065);
  if (changed["location"]["province"].as_int() != entity.province()) say(claim, 1046);
  if (in_process(tx, "entity", entity.id, {"change"}))
    say(claim, 1017);
  else if (in_process(tx, "entity", entity.id,
                      {"cancel_entity", "cancel_service", "cancel_access"}))
    say(claim, 1017, "正在注销");
  if (recent_changes(tx, arrival, entity.id) >= arrival.context.options.changes_per_day)
    say(claim, 1051, std::to_string(arrival.context.options.changes_per_day) + " 次/24 小时");
}

void claim_access_change(db::Tx& tx, Claim& claim, const LibraryService& service,
                         const Json& access) {
  const int64_t id = access["authority_access_id"].as_int();
  const auto filed = access_by_id(tx, id);
  if (!filed || filed->service_id != service.id)
    return say(claim, 1016, "接入 " + std::to_string(id));
  if (filed->provider_id != claim.record.provider_id)
    return say(claim, 1048, "接入 " + std::to_string(id));
  claim_addresses(tx, claim, access["addresses"]);
  for (const auto& address : access["addresses"].items()) {
    const Json* given = address.find("authority_address_id");
    if (given == nullptr) continue;
    const bool known = std::ranges::any_of(
        filed->addresses, [&](const LibraryAddress& a) { return a.id == given->as_int(); });
    if (!known) say(claim, 1023, "IP " + std::to_string(given->as_int()));
  }
}

void claim_domain_changes(db::Tx& tx, Claim& claim, const LibraryService& service,
                          const Taker& taker, const Json& domains) {
  const auto filed = domains_of(tx, service.id);
  for (const auto& domain : domains.items()) {
    claim_domain(tx, claim, domain, taker);
    const Json* id = domain.find("authority_domain_id");
    if (id == nullptr) continue;
    const std::string name = domain_key(domain["name"].as_string());
    const bool known = std::ranges::any_of(
        filed, [&](const LibraryDomain& d) { return d.id == id->as_int() && d.name == name; });
    if (!known) say(claim, 1016, "域名 " + std::to_string(id->as_int()));
  }
}

void claim_service_change(db::Tx& tx, Claim& claim, const LibraryEntity& entity,
                          const Json& changed) {
  const int64_t id = changed["authority_service_id"].as_int();
  const auto service = service_by_id(tx, id);
  if (!service || service->entity_id != entity.id) return say(claim, 1059, std::to_string(id));
  if (service->cancelled) return say(claim, 1050, service->number);
  if (!same_number(changed["filing_number"].as_string(), service->number))
    say(claim, 1016, "网站备案号 " + changed["filing_number"].as_string());
  claim.targets.push_back({"service", id});
  const auto providers = providers_of_service(tx, id);
  if (std::ranges::find(providers, claim.record.provider_id) == providers.end())
    return say(claim, 1048, service->number);
  for (const auto& other : services_of(tx, entity.id))
    if (other.id != id && other.kind == service->kind && other.name == changed["name"].as_string())
      say(claim, 1020, other.name);
  const Taker taker{entity.id, id, china::service_kind_of_app(changed["app"])};
  if (china::name_of(taker.kind) != service->kind) say(claim, 1016, "服务类型");
  claim_domain_changes(tx, claim, *service, taker, changed["domains"]);
  claim_app(tx, claim, changed, taker);
  claim_home_url(tx, claim, changed, id);
  for (const auto& access : changed["accesses"].items())
    claim_access_change(tx, claim, *service, access);
}

}  // namespace

void claim_change(db::Tx& tx, const Arrival& arrival, Claim& claim) {
  const Json& reported = arrival.record;
  const Json& changed = reported["entity"];
  Record& record = claim.record;
  const int64_t id = changed["authority_entity_id"].as_int();
  record.czlx = 4;
  record.mark = std::to_string(id);
  record.decision_ids = {id};
  record.name = changed["name"].as_string();
  const auto entity = claim_entity(tx, claim, changed);
  if (!entity) return;
  if (!concerns(tx, *entity, record.provider_id)) return say(claim, 1048, entity->number);
  claim_entity_change(tx, arrival, claim, *entity, changed);
  for (const auto& service : reported["services"].items())
    claim_service_change(tx, claim, *entity, service);
  claim_password(tx, arrival, claim, *entity, false);
  claim_owners(claim, reported["attachments"], [&](const Json& owner) {
    if (owner["kind"].as_int() == 1) return names(owner, *entity);
    return std::ranges::any_of(reported["services"].items(), [&](const Json& service) {
      const auto filed = service_by_id(tx, service["authority_service_id"].as_int());
      return filed && names(owner, *filed);
    });
  });
  add_person(claim, "entity_manager", std::nullopt, changed["manager"], changed);
  for (const auto& service : reported["services"].items()) {
    const auto filed = service_by_id(tx, service["authority_service_id"].as_int());
    const bool own = filed && filed->provider_id == record.provider_id;
    add_person(claim, "service_manager",
               own ? std::optional(filed->provider_service_id) : std::nullopt, service["manager"],
               changed);
  }
}

Granted grant_change(db::Tx& tx, const Grant& grant) {
  const Record& record = grant.record;
  change_filed(tx, record.provider_id, record.model, grant.now);
  tell_filed(tx, grant, record.entity_id, providers_of_entity(tx, record.entity_id));
  return {record.entity_id, entity_by_id(tx, record.entity_id)->number};
}

}  // namespace beian::sandbox
