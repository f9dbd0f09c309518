#include "sandbox/claim_parts.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "china/app.hpp"
#include "china/filing_number.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/notices.hpp"

namespace beian::sandbox {

void say(Claim& claim, int code, std::string_view where) {
  claim.faults.push_back(outcome(code, where));
}

void name_record(Record& record, const Json& entity) {
  record.province = entity["location"]["province"].as_int();
  record.certificate_type = entity["certificate"]["type"].as_int();
  record.certificate_number = certificate_key(entity["certificate"]["number"].as_string());
  record.name = entity["name"].as_string();
}

void name_record(Record& record, const LibraryEntity& entity) {
  record.province = entity.province();
  record.certificate_type = entity.certificate_type;
  record.certificate_number = entity.certificate_number;
  record.name = entity.name;
  record.entity_id = entity.id;
}

Circumstances circumstances_of(const Arrival& arrival) {
  return {from_ms(arrival.now), arrival.context.options.province,
          arrival.provider.account.profile != "miit-3.0"};
}

bool same_number(std::string_view given, std::string_view filed) {
  const auto number = china::parse_filing_number(given);
  return number && number->text() == filed;
}

bool names(const Json& owner, const LibraryEntity& entity) {
  const Json* id = owner.find("id");
  return id != nullptr ? id->as_int() == entity.id
                       : same_number(owner["filing_number"].as_string(), entity.number);
}

bool names(const Json& owner, const LibraryService& service) {
  const Json* id = owner.find("id");
  return id != nullptr ? id->as_int() == service.id
                       : same_number(owner["filing_number"].as_string(), service.number);
}

bool in_process(db::Tx& tx, std::string_view kind, int64_t target,
                std::initializer_list<std::string_view> operations) {
  return std::ranges::any_of(open_records(tx, kind, target), [&](const OpenRecord& open) {
    return std::ranges::find(operations, open.operation) != operations.end();
  });
}

std::optional<LibraryEntity> claim_entity(db::Tx& tx, Claim& claim, const Json& given) {
  const std::string& number = given["filing_number"].as_string();
  std::optional<LibraryEntity> entity;
  if (const Json* id = given.find("authority_entity_id"))
    entity = entity_by_id(tx, id->as_int());
  else if (const auto parsed = china::parse_filing_number(number))
    entity = entity_by_number(tx, parsed->text());
  if (!entity) {
    say(claim, 1058, number);
    return std::nullopt;
  }
  name_record(claim.record, *entity);
  if (entity->cancelled) {
    say(claim, 1049, entity->number);
    return std::nullopt;
  }
  if (!number.empty() && !same_number(number, entity->number))
    say(claim, 1016, "主体备案号 " + number);
  claim.targets.push_back({"entity", entity->id});
  return entity;
}

std::optional<LibraryService> find_service(db::Tx& tx, const Json& given) {
  if (const Json* id = given.find("authority_service_id")) return service_by_id(tx, id->as_int());
  const auto number = china::parse_filing_number(given["filing_number"].as_string());
  if (!number) return std::nullopt;
  return service_by_number(tx, number->text());
}

std::optional<LibraryService> claim_service(db::Tx& tx, Claim& claim, const Json& given) {
  const auto service = find_service(tx, given);
  if (!service) {
    say(claim, 1059, given["filing_number"].as_string());
    return std::nullopt;
  }
  if (!service->cancelled) return service;
  if (entity_by_id(tx, service->entity_id)->cancelled) say(claim, 1049, service->number);
  say(claim, 1050, service->number);
  return std::nullopt;
}

void claim_password(db::Tx& tx, const Arrival& arrival, Claim& claim, const LibraryEntity& entity,
                    bool required) {
  const Json* given = arrival.record.find("icp_password_md5");
  if (given == nullptr) {
    if (required) say(claim, 1018, "缺少备案密码");
    return;
  }
  const auto check = check_icp_password(tx, entity.number, given->as_string(), arrival.now);
  if (check == PasswordCheck::too_often)
    say(claim, 1018, "连续校验错误 " + std::to_string(kPasswordTries) + " 次，24 小时后再试");
  else if (check != PasswordCheck::right)
    say(claim, 1018);
}

void claim_domain(db::Tx& tx, Claim& claim, const Json& domain, const Taker& taker) {
  const std::string name = domain_key(domain["name"].as_string());
  if (blacklisted(tx, "domain", name)) say(claim, 1064, name);
  const auto filed = services_with_domain(tx, name);
  if (std::ranges::find(filed, taker.service_id, &LibraryService::id) != filed.end())
    return;  // it has it already
  const bool website = taker.kind == china::ServiceKind::website;
  const bool taken = std::ranges::any_of(filed, [&](const LibraryService& other) {
    return other.entity_id != taker.entity_id || (website && other.kind == "website");
  });
  if (domain_in_process(tx, name))
    say(claim, 1039, name);
  else if (taken)
    say(claim, 1005, name);
  claim.domains.push_back(name);
}

void claim_app(db::Tx& tx, Claim& claim, const Json& service, const Taker& taker) {
  for (const auto& key : china::app_keys(taker.kind, service["app"])) {
    const auto filed = service_with_app(tx, key);
    if (filed && *filed == taker.service_id) continue;
    if (filed || domain_in_process(tx, key))
      say(claim, 1037, service["name"].as_string() + " " + key);
    claim.domains.push_back(key);
  }
}

void claim_home_url(db::Tx& tx, Claim& claim, const Json& service, int64_t service_id) {
  for (const auto& url : text::split(service["home_url"].as_string(), ';'))
    if (const std::string key = url_key(url); !key.empty() && service_with_url(tx, key, service_id))
      say(claim, 1021, url);
}

void claim_addresses(db::Tx& tx, Claim& claim, const Json& addresses) {
  const int64_t provider = claim.record.provider_id;
  if (addresses_of(tx, provider, AddressKind::source, 0, 1).empty() &&
      addresses_of(tx, provider, AddressKind::own_address, 0, 1).empty())
    return;
  for (const auto& address : addresses.items()) {
    const auto range = range_of(address);
    if (!range) continue;  // 1006 already
    const Range whole{address["from"].as_int(), address["to"].as_int()};
    const auto gaps = unreported(tx, provider, AddressKind::source, whole);
    const bool missing = std::ranges::any_of(gaps, [&](const Range& gap) {
      return !unreported(tx, provider, AddressKind::own_address, gap).empty();
    });
    if (missing) say(claim, 1063, range->text());
  }
}

void claim_services(db::Tx& tx, Claim& claim, const Json& services, int64_t entity_id) {
  const int64_t provider = claim.record.provider_id;
  const auto held = [&](const char* kind, int64_t id) {
    claim.targets.push_back({kind, id});
    return std::ranges::any_of(open_records(tx, kind, id), [&](const OpenRecord& open) {
      return open.provider_id == provider;
    });
  };
  for (const auto& service : services.items()) {
    const int64_t id = service["provider_service_id"].as_int();
    if (held("isp_service", id) || service_reported(tx, provider, id))
      say(claim, 1037, service["name"].as_string());
    for (const auto& access : service["accesses"].items()) {
      const int64_t access_id = access["provider_access_id"].as_int();
      if (held("isp_access", access_id) || access_reported(tx, provider, access_id))
        say(claim, 1038, service["name"].as_string());
      claim_addresses(tx, claim, access["addresses"]);
    }
    const Taker taker{entity_id, 0, china::service_kind_of_app(service["app"])};
    for (const auto& domain : service["domains"].items()) claim_domain(tx, claim, domain, taker);
    claim_app(tx, claim, service, taker);
    claim_home_url(tx, claim, service, 0);
  }
}

void claim_owners(Claim& claim, const Json& attachments,
                  const std::function<bool(const Json& owner)>& owned) {
  size_t index = 0;
  for (const auto& attachment : attachments.items()) {
    ++index;
    if (!owned(attachment["owner"])) say(claim, 1055, "附件" + std::to_string(index));
  }
}

void add_person(Claim& claim, std::string role, std::optional<int64_t> provider_service_id,
                const Json& person, const Json& entity) {
  Person p{std::move(role), provider_service_id, first_mobile(person["mobile"].as_string()), {}};
  p.number = person_number(person, entity, p.role == "entity_manager");
  const bool known = std::ranges::any_of(claim.persons, [&](const Person& other) {
    return other.mobile == p.mobile && other.number == p.number;
  });
  if (!known) claim.persons.push_back(std::move(p));
}

void add_service_managers(Claim& claim, const Json& services, const Json& entity) {
  for (const auto& service : services.items())
    add_person(claim, "service_manager", service["provider_service_id"].as_int(),
               service["manager"], entity);
}

void tell_filed(db::Tx& tx, const Grant& grant, int64_t entity_id,
                const std::vector<int64_t>& providers, const std::vector<int64_t>& services) {
  const auto entity = entity_by_id(tx, entity_id);
  for (const int64_t provider : providers) {
    const auto document =
        filed_document(tx, *entity, provider, services, grant.context.options.officer, grant.now);
    if (document) notify(tx, provider, grant.record.id, NoticeKind::filed, *document, grant.now);
  }
}

}  // namespace beian::sandbox
