#include "orders/document.hpp"

#include <algorithm>
#include <array>

#include "base/day.hpp"
#include "base/personal.hpp"
#include "base/text.hpp"
#include "china/app.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"
#include "china/narrow.hpp"

namespace beian::orders {
namespace {

constexpr int64_t kIndividual = 5;  // nature: 个人

void collect_changes(const Json* before, const Json* after, const std::string& pointer,
                     std::vector<std::string>& out) {
  if (before && after && *before == *after) return;
  const auto is = [&](bool (Json::*kind)() const) {
    return (!before || (before->*kind)()) && (!after || (after->*kind)());
  };
  if (is(&Json::is_object)) {
    static const Json kNone = Json::object();
    const Json& left = before ? *before : kNone;
    const Json& right = after ? *after : kNone;
    for (const auto& [name, value] : left.members())
      collect_changes(&value, right.find(name), pointer + "/" + pointer_token(name), out);
    for (const auto& [name, value] : right.members())
      if (!left.find(name))
        collect_changes(nullptr, &value, pointer + "/" + pointer_token(name), out);
  } else if (before && after && before->is_array() && after->is_array() &&
             before->size() == after->size()) {
    for (size_t i = 0; i < before->size(); ++i)
      collect_changes(&before->at(i), &after->at(i), pointer + "/" + std::to_string(i), out);
  } else {
    out.push_back(pointer);
  }
}

void mask_member(Json& object, std::string_view name, std::string (*mask)(std::string_view)) {
  if (Json* value = object.find(name); value && value->is_string())
    *value = Json(mask(value->as_string()));
}

std::string mask_email(std::string_view email) {
  const size_t at = email.find('@');
  if (at == std::string_view::npos || at == 0) return "***";
  return std::string(email.substr(0, 1)) + "***" + std::string(email.substr(at));
}

void mask_person(Json* person) {
  if (!person || !person->is_object()) return;
  mask_member(*person, "name", mask_name);
  for (const auto name : {"mobile", "emergency_mobile", "office_phone", "certificate_number"})
    mask_member(*person, name, mask_number);
  mask_member(*person, "email", mask_email);
}

}  // namespace

std::string pointer_token(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

bool covers(std::string_view whole, std::string_view part) {
  return part.starts_with(whole) && (part.size() == whole.size() || part[whole.size()] == '/');
}

Json reported(const Json& document) {
  Json out = document;
  if (Json* entity = out.find("entity"); entity && entity->is_object()) {
    for (const auto name : {"legal_representative", "business_scope"}) entity->erase(name);
    if (Json* certificate = entity->find("certificate"); certificate && certificate->is_object())
      certificate->erase("until");
    if (Json* manager = entity->find("manager"); manager && manager->is_object())
      manager->erase("certificate_until");
  }
  if (Json* services = out.find("services"); services && services->is_array())
    for (Json& service : services->items())
      if (Json* manager = service.find("manager"); manager && manager->is_object())
        manager->erase("certificate_until");
  return out;
}

std::optional<std::chrono::sys_days> parse_until(const std::string& text) {
  if (text == kLongTerm) return std::chrono::sys_days::max();
  return parse_day(text);
}

std::string normal_domain(const std::string& text) {
  auto domain = china::normalise_domain(text);
  return domain ? *domain : text;
}

std::string normal_certificate(const std::string& text) {
  std::string out = beian::text::upper_ascii(china::squeeze(text));
  std::erase(out, '-');
  return out;
}

Json subject_of(const Order& order) {
  const auto part = [&](std::string_view name) -> const Json& {
    const Json* own = order.document.find(name);
    return own ? *own : order.filed[name];
  };
  return Json::object({{"entity", part("entity")}, {"services", part("services")}});
}

int64_t province_of(const Order& order) {
  const int64_t told = subject_of(order)["entity"]["location"]["province"].as_int();
  if (told != 0) return told;
  const auto number = china::parse_filing_number(order.document["entity_number"].as_string());
  return number ? number->province() : 0;
}

std::vector<DomainField> domains_of(const Json& document) {
  std::vector<DomainField> out;
  const auto& services = document["services"].items();
  for (size_t s = 0; s < services.size(); ++s) {
    const auto& domains = services[s]["domains"].items();
    for (size_t d = 0; d < domains.size(); ++d)
      out.push_back({normal_domain(domains[d].as_string()),
                     "/services/" + std::to_string(s) + "/domains/" + std::to_string(d)});
  }
  return out;
}

std::optional<china::ServiceKind> service_kind(const Json& service) {
  const Json* kind = service.find("kind");
  if (!kind || !kind->is_string()) return china::ServiceKind::website;
  return china::service_kind_named(kind->as_string());
}

size_t index_of_service(std::string_view pointer) {
  constexpr std::string_view kServices = "/services/";
  int64_t index = 0;
  if (pointer.starts_with(kServices)) {
    const auto rest = pointer.substr(kServices.size());
    beian::text::parse_i64(rest.substr(0, rest.find('/')), index);
  }
  return static_cast<size_t>(index);
}

std::vector<AppField> apps_of(const Json& document) {
  std::vector<AppField> out;
  const auto& services = document["services"].items();
  for (size_t s = 0; s < services.size(); ++s) {
    const auto kind = service_kind(services[s]).value_or(china::ServiceKind::website);
    const std::string at = "/services/" + std::to_string(s) + "/app";
    const Json& app = services[s]["app"];
    if (kind != china::ServiceKind::app) {
      for (auto& key : china::app_keys(kind, app))
        out.push_back({std::move(key), at + "/applet_id", kind});
      continue;
    }
    const auto& platforms = app["platforms"].items();
    for (size_t p = 0; p < platforms.size(); ++p)
      for (auto& key :
           china::app_keys(kind, Json::object({{"platforms", Json::array({platforms[p]})}})))
        out.push_back(
            {std::move(key), at + "/platforms/" + std::to_string(p) + "/package_id", kind});
  }
  return out;
}

Json facts_of(const Json& document) {
  const Json& entity = document["entity"];
  std::vector<std::string> names;
  for (const auto& field : domains_of(document)) names.push_back(field.domain);
  std::ranges::sort(names);
  Json domains = Json::array();
  for (auto& name : names) domains.push(std::move(name));
  Json facts = Json::object(
      {{"province", entity["location"]["province"]},
       {"nature", entity["nature"]},
       {"certificate_type", entity["certificate"]["type"]},
       {"certificate_number", normal_certificate(entity["certificate"]["number"].as_string())},
       {"domains", std::move(domains)}});
  std::vector<std::string> keys;
  for (const auto& field : apps_of(document)) keys.push_back(field.key);
  std::ranges::sort(keys);
  Json apps = Json::array();
  for (auto& key : keys) apps.push(std::move(key));
  if (apps.size() > 0) facts.set("apps", std::move(apps));
  for (const auto* name : {"entity_number", "service_number"})
    if (const Json* number = document.find(name)) facts.set(name, *number);
  return facts;
}

std::vector<std::string> changed_fields(const Json& before, const Json& after) {
  std::vector<std::string> out;
  collect_changes(&before, &after, "", out);
  return out;
}

std::string entity_claim(const crypto::ColumnCipher& cipher, const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  const std::string number = normal_certificate(certificate["number"].as_string());
  if (number.empty()) return {};
  return cipher.blind_index(std::to_string(certificate["type"].as_int()) + ":" + number,
                            "orders.entity");
}

Json masked(const Json& document) {
  Json out = document;
  for (const auto name : kSecrets) out.erase(name);
  if (Json* entity = out.find("entity")) {
    mask_person(entity->find("manager"));
    mask_member(*entity, "legal_representative", mask_name);
    if ((*entity)["nature"].as_int() == kIndividual) {
      mask_member(*entity, "name", mask_name);
      if (Json* certificate = entity->find("certificate")) {
        mask_member(*certificate, "number", mask_number);
        mask_member(*certificate, "address", mask_name);
      }
      if (Json* location = entity->find("location")) mask_member(*location, "address", mask_name);
    }
  }
  if (Json* services = out.find("services"); services && services->is_array())
    for (auto& service : services->items()) {
      mask_person(service.find("manager"));
      if (Json* resource = service.find("resource")) mask_member(*resource, "code", mask_number);
    }
  return out;
}

}  // namespace beian::orders
