#include "orders/report_body.hpp"

#include <algorithm>

#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/prefill.hpp"

namespace beian::orders {
namespace {

void copy(Json& to, const Json& from, std::string_view name) {
  if (const Json* value = from.find(name)) to.set(name, *value);
}

// Names as the mapping takes them: with the authority's id where it has one.
Json domains_with_ids(const Json& names, const Json& ids) {
  Json out = Json::array();
  for (const auto& name : names.items()) {
    Json domain = Json::object({{"name", name}});
    for (const auto& known : ids.items())
      if (known["name"] == name) domain.set("authority_domain_id", known["id"]);
    out.push(std::move(domain));
  }
  return out;
}

void add_address_ids(Json& access, const Json& filed) {
  Json* addresses = access.find("addresses");
  if (!addresses) return;
  for (auto& address : addresses->items())
    for (const auto& known : filed["addresses"].items())
      if (known["from"] == address["from"] && known["to"] == address["to"])
        copy(address, known, "authority_address_id");
}

// The scans of an approval that stays come back as they were told; of a new one they are materials.
void add_files(Json& service, const Json& filed) {
  Json* approvals = service.find("pre_approvals");
  if (!approvals) return;
  for (auto& approval : approvals->items())
    for (const auto& known : filed["pre_approvals"].items())
      if (known["content_type"] == approval["content_type"] &&
          known["number"] == approval["number"])
        copy(approval, known, "files");
}

Json changed_service(Json service, const Json& filed) {
  copy(service, filed, "authority_service_id");
  copy(service, filed, "filing_number");
  service.set("domains", domains_with_ids(service["domains"], filed["domain_ids"]));
  if (Json* accesses = service.find("accesses"))
    for (size_t i = 0; i < accesses->size(); ++i) {
      copy(accesses->items()[i], filed["accesses"].at(i), "authority_access_id");
      add_address_ids(accesses->items()[i], filed["accesses"].at(i));
    }
  add_files(service, filed);
  // Unless another icon is a material of the order (mapping_parts.cpp).
  if (Json* app = service.find("app")) copy(*app, filed["app"], "icon");
  return service;
}

// Indices of the document's services that are reported.
std::vector<size_t> changed_services(const Order& order) {
  std::vector<size_t> out;
  const Json before = prefilled(kind_of(order), order.filed);
  for (size_t i = 0; i < order.document["services"].size(); ++i)
    if (order.document["services"].at(i) != before["services"].at(i)) out.push_back(i);
  if (out.empty()) out.push_back(0);
  return out;
}

Json change_body(const Order& order) {
  const Json& filed = order.filed;
  Json entity = order.document["entity"];
  copy(entity, filed["entity"], "authority_entity_id");
  copy(entity, filed["entity"], "filing_number");
  Json services = Json::array();
  const Json& given = order.document["services"];
  if (given.size() == 0)
    services.push(
        changed_service(cut(kWholeForm, filed)["services"].at(0), filed["services"].at(0)));
  else
    for (const size_t i : changed_services(order))
      services.push(changed_service(given.at(i), filed["services"].at(i)));
  return Json::object({{"entity", std::move(entity)}, {"services", std::move(services)}});
}

Json named_entity(const Order& order) {
  Json out = Json::object();
  copy(out, order.filed["entity"], "authority_entity_id");
  if (!order.document["entity_number"].is_null())
    out.set("filing_number", order.document["entity_number"]);
  else
    copy(out, order.filed["entity"], "filing_number");
  return out;
}

// What they stand on is nobody's business but the provider's.
Json new_services(const Order& order) {
  Json out = order.document["services"];
  for (auto& service : out.items()) service.erase("resource");
  return out;
}

Json new_service_body(const Order& order) {
  Json out = Json::object({{"entity", named_entity(order)}, {"services", new_services(order)}});
  copy(out, order.document, "filing_password");
  return out;
}

Json new_access_body(const Order& order) {
  Json out = Json::object(
      {{"service", Json::object({{"filing_number", order.document["service_number"]}})},
       {"access", order.document["services"].at(0)["accesses"].at(0)}});
  copy(out, order.document, "filing_password");
  return out;
}

// The first upload of a migration.
Json release_body(const Order& order) {
  constexpr int64_t kDomainLeft = 3;  // cancel_reason: 域名转让或到期
  const Json& service = order.filed["from"]["service"];
  Json what = Json::object();
  copy(what, service, "authority_service_id");
  copy(what, service, "filing_number");
  Json out =
      Json::object({{"service", std::move(what)}, {"reason", kDomainLeft}, {"remark", "网站迁移"}});
  if (const Json* password = order.document.find("old_filing_password"))
    out.set("filing_password", *password);
  return out;
}

Json cancellation_body(const Order& order) {
  constexpr std::string_view kMembers[] = {"entity", "service", "access"};
  constexpr std::string_view kIds[] = {"authority_entity_id", "authority_service_id",
                                       "authority_access_id"};
  const auto category = static_cast<size_t>(kind_of(order).cancels);
  const Json& filed = order.filed;
  const Json& target = category == 0   ? filed["entity"]
                       : category == 1 ? filed["services"].at(0)
                                       : filed["access"];
  Json what = Json::object();
  copy(what, target, kIds[category]);
  copy(what, target, "filing_number");
  Json out = Json::object();
  out.set(kMembers[category], std::move(what));
  for (const auto* name : {"reason", "remark", "filing_password"}) copy(out, order.document, name);
  return out;
}

}  // namespace

Json report_body(const Order& order) {
  const auto& kind = kind_of(order);
  if (kind.moves && order.parts == 0) return release_body(order);
  if (is_cancellation(kind)) return cancellation_body(order);
  if (is_change(kind)) return change_body(order);
  if (kind.services == Part::named) return new_access_body(order);
  if (entity_part(kind, order.filed) != Part::asked) return new_service_body(order);
  return Json::object({{"entity", order.document["entity"]}, {"services", new_services(order)}});
}

std::vector<size_t> reported_services(const Order& order) {
  const size_t services = order.document["services"].size();
  if (is_change(kind_of(order)) && services > 0) return changed_services(order);
  std::vector<size_t> out;
  for (size_t i = 0; i < services; ++i) out.push_back(i);
  return out;
}

std::string report_owner(const Order& order, const std::string& owner) {
  const auto& kind = kind_of(order);
  if (kind.moves && order.parts == 0) return {};
  if (kind.services == Part::named) return covers("/services/0", owner) ? "/service" : "";
  if (!is_change(kind) || owner == "/entity") return owner;
  const auto reported = changed_services(order);
  for (size_t i = 0; i < reported.size(); ++i) {
    const std::string mine = "/services/" + std::to_string(reported[i]);
    if (covers(mine, owner)) return "/services/" + std::to_string(i) + owner.substr(mine.size());
  }
  return {};
}

}  // namespace beian::orders
