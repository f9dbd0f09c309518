#include "orders/rule_facts.hpp"

#include "base/text.hpp"
#include "china/mobile_area.hpp"
#include "china/phone.hpp"
#include "domains/facts.hpp"
#include "domains/suffix.hpp"
#include "orders/document.hpp"
#include "registry/filed_entity.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

rules::Known<rules::Day> day_of(const std::string& date) {
  if (date.empty()) return std::nullopt;
  const auto midnight = parse_rfc3339(date + "T00:00:00Z");
  if (!midnight) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*midnight);
}

std::vector<int64_t> codes_in(const Json& list) {
  std::vector<int64_t> out;
  for (const Json& code : list.items()) out.push_back(code.as_int());
  return out;
}

rules::Person person_of(const Json& json, std::string at, rules::Role role) {
  rules::Person p;
  p.at = std::move(at);
  p.role = role;
  p.name = json["name"].as_string();
  p.mobile = json["mobile"].as_string();
  p.emergency_mobile = json["emergency_mobile"].as_string();
  p.email = json["email"].as_string();
  p.certificate_type = json["certificate_type"].as_int();
  p.certificate_number = json["certificate_number"].as_string();
  if (const auto mobile = china::check_mobile(p.mobile))
    p.mobile_province = china::mobile_province(*mobile);
  return p;
}

rules::Entity entity_of(const Context& context, db::Tx& tx, const Json& json) {
  rules::Entity e;
  e.name = json["name"].as_string();
  e.investor = json["investor"].as_string();
  e.remark = json["remark"].as_string();
  e.nature = json["nature"].as_int();
  e.province = json["location"]["province"].as_int();
  e.city = json["location"]["city"].as_int();
  e.county = json["location"]["county"].as_int();
  e.address = json["location"]["address"].as_string();
  const Json& certificate = json["certificate"];
  e.certificate_type = certificate["type"].as_int();
  e.certificate_number = certificate["number"].as_string();
  e.certificate_address = certificate["address"].as_string();
  if (e.certificate_number.empty()) return e;
  const auto filed = registry::find_certificate(tx, context.cipher, e.certificate_type,
                                                normal_certificate(e.certificate_number));
  e.filed_here = filed.has_value();
  if (filed) e.shell = registry::is_shell(tx, *filed);
  return e;
}

rules::Domain domain_of(const Context& context, db::Tx& tx, const std::string& text,
                        std::string at) {
  rules::Domain d;
  d.at = std::move(at);
  d.name = normal_domain(text);
  if (d.name.find('.') != std::string::npos)
    d.suffix_approved = domains::is_approved_suffix(d.name);
  if (!context.options.domains) return d;
  const auto kept = domains::kept_registration(*context.options.domains, tx, d.name);
  if (!kept || kept->kind != domains::Registration::Kind::registered) return d;
  d.registered = day_of(kept->registered);
  d.expires = day_of(kept->expires);
  if (!kept->holder.empty()) d.holder = kept->holder;
  return d;
}

void add_accesses(const Json& accesses, rules::Service& service) {
  for (const Json& access : accesses.items()) {
    for (const Json& place : access["locations"].items())
      service.provinces.push_back(place.as_int());
    for (const Json& range : access["addresses"].items())
      if (const auto parsed =
              china::parse_ip_range(range["from"].as_string(), range["to"].as_string()))
        service.addresses.push_back(*parsed);
  }
}

rules::Service service_of(const Context& context, db::Tx& tx, const Json& json,
                          const std::string& at) {
  rules::Service s;
  s.at = at;
  if (const auto& kind = json["kind"].as_string(); !kind.empty()) s.kind = kind;
  s.name = json["name"].as_string();
  s.remark = json["remark"].as_string();
  size_t i = 0;
  for (const Json& domain : json["domains"].items())
    s.domains.push_back(
        domain_of(context, tx, domain.as_string(), at + "/domains/" + std::to_string(i++)));
  if (const auto& home = json["home_url"].as_string(); !home.empty()) s.home_urls.push_back(home);
  s.contents = codes_in(json["contents"]);
  s.languages = codes_in(json["languages"]);
  for (const Json& approval : json["pre_approvals"].items())
    s.pre_approvals.push_back(approval["content_type"].as_int());
  add_accesses(json["accesses"], s);
  return s;
}

}  // namespace

rules::Facts rule_facts(const Context& context, db::Tx& tx, const Order& order) {
  rules::Facts facts;
  facts.order = order.kind;
  facts.today = day_of(china_date(context.clock.now())).value();
  const Json& entity = order.document["entity"];
  facts.entity = entity_of(context, tx, entity);
  facts.province = facts.entity.province;
  if (entity["manager"].is_object())
    facts.persons.push_back(
        person_of(entity["manager"], "/entity/manager", rules::Role::entity_manager));
  size_t i = 0;
  for (const Json& service : order.document["services"].items()) {
    const std::string at = "/services/" + std::to_string(i++);
    facts.services.push_back(service_of(context, tx, service, at));
    if (service["manager"].is_object())
      facts.persons.push_back(
          person_of(service["manager"], at + "/manager", rules::Role::service_manager));
  }
  return facts;
}

}  // namespace beian::orders
