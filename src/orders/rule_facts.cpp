#include "orders/rule_facts.hpp"

#include <algorithm>

#include "base/day.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/mobile_area.hpp"
#include "china/phone.hpp"
#include "domains/facts.hpp"
#include "domains/suffix.hpp"
#include "materials/materials.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "registry/apps.hpp"
#include "registry/contacts.hpp"
#include "registry/holdings.hpp"
#include "registry/registry.hpp"
#include "rules/materials.hpp"

namespace beian::orders {
namespace {

std::vector<int64_t> codes_in(const Json& list) {
  std::vector<int64_t> out;
  for (const Json& code : list.items()) out.push_back(code.as_int());
  return out;
}

// Who asks: what others have on file is looked for.
struct Asking {
  const Context& context;
  db::Tx& tx;
  std::string certificate;  // of the entity; empty: not known yet
  registry::Holdings held;
};

Asking asking_for(const Context& context, db::Tx& tx, const Json& certificate) {
  Asking out{context, tx, normal_certificate(certificate["number"].as_string()), {}};
  if (!out.certificate.empty())
    out.held =
        registry::holdings_of(tx, context.cipher, certificate["type"].as_int(), out.certificate);
  return out;
}

rules::Known<std::string> told(const Json& text) {
  if (text.as_string().empty()) return std::nullopt;
  return text.as_string();
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
  p.certificate_until = parse_until(json["certificate_until"].as_string());
  if (const auto mobile = china::check_mobile(p.mobile))
    p.mobile_province = china::mobile_province(*mobile);
  return p;
}

// What others have of the persons' phones, addresses and certificates: one question for all.
void add_used_elsewhere(const Asking& asking, std::vector<rules::Person>& persons) {
  using registry::Contact;
  if (asking.certificate.empty()) return;
  std::vector<registry::ContactValue> values;
  for (const auto& p : persons) {
    values.push_back({Contact::mobile, p.mobile});
    values.push_back({Contact::email, p.email});
    values.push_back({Contact::certificate, p.certificate_number});
  }
  const auto used =
      registry::used_elsewhere(asking.tx, asking.context.cipher, values, asking.certificate);
  const auto known = [&](size_t i) {
    return values[i].value.empty() ? rules::Known<bool>() : rules::Known<bool>(used[i]);
  };
  size_t i = 0;
  for (auto& p : persons) {
    p.mobile_elsewhere = known(i++);
    p.email_elsewhere = known(i++);
    p.certificate_elsewhere = known(i++);
    if (p.role != rules::Role::service_manager || !p.certificate_elsewhere) continue;
    // Of whom nobody else has anything, he manages nothing for anybody.
    p.organizations = *p.certificate_elsewhere ? registry::organizations_managed(
                                                     asking.tx, asking.context.cipher,
                                                     p.certificate_number, asking.certificate)
                                               : 0;
  }
}

// What is filed here of the entity. What other providers have of it only the authority knows, so a
// number of services is the least that there are; a shell is one only where all is here.
void add_holdings(const Asking& asking, rules::Entity& e) {
  if (asking.certificate.empty()) return;
  const registry::Holdings& held = asking.held;
  e.filed_here = !held.entity_numbers.empty();
  if (held.entity_numbers.empty()) return;
  e.entity_numbers = static_cast<int64_t>(held.entity_numbers.size());
  e.filed_services = static_cast<int64_t>(held.service_names.size());
  e.filed_names = held.service_names;
  e.filed_domains = held.domains;
  e.shell = held.service_names.empty();
}

rules::Entity entity_of(const Asking& asking, const Json& json) {
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
  e.certificate_until = parse_until(certificate["until"].as_string());
  e.legal_representative = told(json["legal_representative"]);
  e.business_scope = told(json["business_scope"]);
  add_holdings(asking, e);
  return e;
}

rules::Domain domain_of(const Asking& asking, const std::string& text, std::string at) {
  const auto& [context, tx, certificate, held] = asking;
  rules::Domain d;
  d.at = std::move(at);
  d.name = normal_domain(text);
  if (d.name.find('.') != std::string::npos)
    d.suffix_approved = domains::is_approved_suffix(d.name);
  if (const auto filed = registry::find_domain(tx, d.name); filed && !asking.certificate.empty())
    d.filed_elsewhere =
        std::ranges::find(held.entity_numbers, filed->entity_number) == held.entity_numbers.end();
  if (!context.options.domains) return d;
  const auto kept = domains::kept_registration(*context.options.domains, tx, d.name);
  if (!kept || kept->kind != domains::Registration::Kind::registered) return d;
  d.registered = parse_day(kept->registered);
  d.expires = parse_day(kept->expires);
  if (!kept->holder.empty()) d.holder = kept->holder;
  return d;
}

void add_accesses(const Json& accesses, rules::Service& service) {
  for (const Json& access : accesses.items()) {
    for (const Json& place : access["locations"].items())
      if (const auto* row = china::code_table("server_location").find(place.as_int()))
        service.provinces.push_back(row->more["region"].as_int(row->code));
    for (const Json& range : access["addresses"].items())
      if (const auto parsed =
              china::parse_ip_range(range["from"].as_string(), range["to"].as_string()))
        service.addresses.push_back(*parsed);
  }
}

// The registrable domain has a registration; its name stays as it is called.
rules::Domain called_domain_of(const Asking& asking, const std::string& text, std::string at) {
  const std::string name = normal_domain(text);
  const auto own = china::independent_domain(name);
  rules::Domain d = domain_of(asking, own ? *own : name, std::move(at));
  d.name = name;
  return d;
}

void add_app(const Asking& asking, const Json& app, const std::string& at,
             rules::Service& service) {
  std::vector<rules::Platform> platforms;
  for (const Json& platform : app["platforms"].items()) {
    const std::string here = at + "/platforms/" + std::to_string(platforms.size());
    const std::string& name = platform["platform"].as_string();
    platforms.push_back({name == "harmonyos" ? "harmony" : name, "",
                         platform["package_id"].as_string(), platform["public_key"].as_string(),
                         platform["fingerprint"].as_string()});
    size_t i = 0;
    for (const Json& domain : platform["domains"].items())
      service.domains.push_back(
          called_domain_of(asking, domain.as_string(), here + "/domains/" + std::to_string(i++)));
  }
  service.platforms = std::move(platforms);
}

rules::Service service_of(const Asking& asking, const Json& json, const std::string& at) {
  rules::Service s;
  s.at = at;
  if (const auto& kind = json["kind"].as_string(); !kind.empty()) s.kind = kind;
  s.name = json["name"].as_string();
  s.remark = json["remark"].as_string();
  size_t i = 0;
  for (const Json& domain : json["domains"].items())
    s.domains.push_back(
        domain_of(asking, domain.as_string(), at + "/domains/" + std::to_string(i++)));
  if (const auto& home = json["home_url"].as_string(); !home.empty()) s.home_urls.push_back(home);
  s.contents = codes_in(json["contents"]);
  s.languages = codes_in(json["languages"]);
  for (const Json& approval : json["pre_approvals"].items())
    s.pre_approvals.push_back(approval["content_type"].as_int());
  add_accesses(json["accesses"], s);
  if (service_kind(json) == china::ServiceKind::website) return s;
  if (json["app"].is_object()) add_app(asking, json["app"], at + "/app", s);
  // What the registry does not know may be filed all the same.
  if (!s.name.empty() &&
      registry::app_named_elsewhere(asking.tx, asking.context.cipher, s.name, asking.certificate))
    s.name_elsewhere = true;
  return s;
}

rules::Names names_in(const Json& list) {
  rules::Names out;
  for (const Json& name : list.items()) out.push_back(normal_domain(name.as_string()));
  return out;
}

// What is filed of the entity and its services, as it was when the order was made.
void add_filed(const Order& order, rules::Facts& facts) {
  const OrderKind& kind = kind_of(order);
  // Their forms have no place for a change.
  if (kind.entity == Part::fixed || kind.entity == Part::named) facts.carries_change = false;
  if (order.filed.is_null()) return;
  const Json& entity = order.filed["entity"];
  rules::Filed& filed = facts.filed.emplace();
  filed.name = entity["name"].as_string();
  filed.certificate_number = normal_certificate(entity["certificate"]["number"].as_string());
  filed.certificate_address = entity["certificate"]["address"].as_string();
  filed.address = entity["location"]["address"].as_string();
  filed.investor = entity["investor"].as_string();
  filed.nature = entity["nature"].as_int();
  filed.certificate_type = entity["certificate"]["type"].as_int();
  filed.province = entity["location"]["province"].as_int();
  const Json& manager = entity["manager"];
  filed.manager_name = manager["name"].as_string();
  filed.manager_certificate = normal_certificate(manager["certificate_number"].as_string());
  filed.manager_mobile = manager["mobile"].as_string();
  const Json& services = order.filed["services"];
  if (services.size() > 0)
    filed.service_manager_certificate =
        normal_certificate(services.at(0)["manager"]["certificate_number"].as_string());
  if (kind.services == Part::edited)
    for (size_t i = 0; i < facts.services.size() && i < services.size(); ++i)
      facts.services[i].filed_domains = names_in(services.at(i)["domains"]);
}

std::vector<rules::Material> materials_of(db::Tx& tx, const std::string& order_id) {
  std::vector<rules::Material> out;
  for (const auto& material : materials::of_order(tx, order_id))
    if (const auto* kind = rules::material_of_purpose(material.purpose))
      out.push_back({kind->id, material.owner});
  return out;
}

}  // namespace

rules::Facts rule_facts(const Context& context, db::Tx& tx, const Order& order,
                        const Resolved& resolved) {
  rules::Facts facts;
  facts.order = order.kind;
  facts.today = parse_day(china_date(context.clock.now())).value();
  // A cancellation is about what is filed.
  const Json* own = order.document.find("entity");
  const Json& entity = own ? *own : order.filed["entity"];
  const Asking asking = asking_for(context, tx, entity["certificate"]);
  facts.entity = entity_of(asking, entity);
  facts.province = facts.entity.province;
  if (order.filed.find("from")) {
    facts.entity.own_account = true;  // the order's own, and never the old holder's
    facts.entity.open_orders = context.store.is_claimed(tx, order);
  }
  if (entity["manager"].is_object())
    facts.persons.push_back(
        person_of(entity["manager"], "/entity/manager", rules::Role::entity_manager));
  size_t i = 0;
  for (const Json& service : order.document["services"].items()) {
    const std::string at = "/services/" + std::to_string(i++);
    facts.services.push_back(service_of(asking, service, at));
    if (service["manager"].is_object())
      facts.persons.push_back(
          person_of(service["manager"], at + "/manager", rules::Role::service_manager));
  }
  add_used_elsewhere(asking, facts.persons);
  facts.materials = materials_of(tx, order.id);
  add_filed(order, facts);
  for (auto& one : facts.services)
    for (auto& domain : one.domains)
      if (const auto found = resolved.find(domain.name); found != resolved.end())
        domain.resolves_to = found->second;
  return facts;
}

}  // namespace beian::orders
