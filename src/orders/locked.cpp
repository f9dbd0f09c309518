#include "orders/locked.hpp"

#include <algorithm>

#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/prefill.hpp"

namespace beian::orders {
namespace {

// Facts of a detection and where they stand in the document.
constexpr std::pair<std::string_view, std::string_view> kFacts[] = {
    {"province", "/entity/location/province"},
    {"nature", "/entity/nature"},
    {"certificate_type", "/entity/certificate/type"},
    {"certificate_number", "/entity/certificate/number"},
    {"domains", "/services/0/domains"},
    {"apps", "/services/0/app"},
    {"entity_number", "/entity_number"},
    {"service_number", "/service_number"},
};
constexpr std::string_view kOfChangedEntity[] = {"/entity/location/province",
                                                 "/entity/certificate/number"};

void add_locked(Problems& problems, std::string field) {
  problems.push_back({ProblemCode::verified_locked, std::move(field), {}});
}

// Verified domains may be shared out among the services as one likes. Of several services the one
// is told whose domain was not verified; one that is missing is missing in all of them.
void check_domains(const Json& verified, const Json& document, Problems& problems) {
  const size_t before = problems.size();
  for (const auto& field : domains_of(document))
    if (std::ranges::find(verified.items(), Json(field.domain)) == verified.items().end())
      add_locked(problems, field.pointer);
  if (problems.size() == before) add_locked(problems, "/services");
}

void check_facts(const Json& locked, const Json& document, Problems& problems) {
  const Json facts = facts_of(document);
  const bool several = document["services"].size() > 1;
  for (const auto& [fact, field] : kFacts) {
    if (!locked.find(fact) || facts[fact] == locked[fact]) continue;
    if (fact == "domains" && several)
      check_domains(locked[fact], document, problems);
    else
      add_locked(problems, std::string(field));
  }
}

void check_changed_service(const Json& before, const Json& after, const std::string& at,
                           Problems& problems) {
  if (before["kind"] != after["kind"]) add_locked(problems, at + "/kind");
  if (before["accesses"].size() != after["accesses"].size()) add_locked(problems, at + "/accesses");
  // The domains of an app come and go with it; a website's may only be removed.
  if (service_kind(before) != china::ServiceKind::website) return;
  const auto& filed = before["domains"].items();
  const auto& names = after["domains"].items();
  for (size_t d = 0; d < names.size(); ++d)
    if (std::ranges::find(filed, names[d]) == filed.end())
      problems.push_back({ProblemCode::domain_added,
                          at + "/domains/" + std::to_string(d),
                          {{"domain", names[d].as_string()}}});
}

void check_change(const Json& start, const Json& document, Problems& problems) {
  for (const auto field : kOfChangedEntity) {
    const Json* before = start.pointer(field);
    const Json* after = document.pointer(field);
    if (before && (!after || *before != *after)) add_locked(problems, std::string(field));
  }
  const Json& services = document["services"];
  if (services.size() != start["services"].size()) return add_locked(problems, "/services");
  for (size_t i = 0; i < services.size(); ++i)
    check_changed_service(start["services"].at(i), services.at(i), "/services/" + std::to_string(i),
                          problems);
}

}  // namespace

Problems check_locked(const Order& order, const Json& document) {
  Problems problems;
  if (order.locked.is_object()) check_facts(order.locked, document, problems);
  if (order.filed.is_null()) return problems;
  const auto& kind = kind_of(order);
  const Json start = prefilled(kind, order.filed);
  if (entity_part(kind, order.filed) == Part::fixed)
    for (const auto& field : changed_fields(start["entity"], document["entity"]))
      add_locked(problems, "/entity" + field);
  if (is_change(kind)) check_change(start, document, problems);
  return problems;
}

Json locked_fields(const Order& order) {
  Json fields = Json::array();
  for (const auto& [fact, field] : kFacts)
    if (order.locked.find(fact)) fields.push(field);
  if (order.filed.is_null()) return fields;
  const auto& kind = kind_of(order);
  if (entity_part(kind, order.filed) == Part::fixed) fields.push("/entity");
  if (kind.entity == Part::edited)
    for (const auto field : kOfChangedEntity) fields.push(field);
  return fields;
}

}  // namespace beian::orders
