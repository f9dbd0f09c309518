#include "orders/prefill.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "china/app.hpp"
#include "china/codes.hpp"
#include "china/filing_number.hpp"
#include "china/ip.hpp"

namespace beian::orders {
namespace {

void set_text(Json& address, std::string_view name) {
  if (!address[name].is_int()) return;
  if (const auto ip = china::ip_from_number(address[name].as_int())) address.set(name, ip->text());
}

Json service_json(const registry::FiledService& service) {
  Json out = service.document;
  out.set("authority_service_id", service.id);
  out.set("filing_number", service.filing_number);
  out.set("kind", china::name_of(service.kind));
  Json names = Json::array(), ids = Json::array();
  for (const auto& domain : service.document["domains"].items()) {
    names.push(domain["name"]);
    ids.push(Json::object({{"name", domain["name"]}, {"id", domain["authority_domain_id"]}}));
  }
  out.set("domains", std::move(names));
  out.set("domain_ids", std::move(ids));
  for (auto& access : out.find("accesses")->items())
    if (Json* addresses = access.find("addresses"))
      for (auto& address : addresses->items())
        for (const auto* end : {"from", "to"}) set_text(address, end);
  if (service.kind == china::ServiceKind::website) return out;
  for (const auto* list : {"domains", "accesses"})
    if (out[list].size() == 0) out.erase(list);
  if (Json* app = out.find("app"))
    for (const auto* flag : {"provides_sdk", "uses_sdk"})
      if (const Json* value = app->find(flag)) app->set(flag, value->as_int() != 0);
  return out;
}

bool served_here(const registry::FiledService& service) {
  return service.served_here;
}

Json filed_json(const registry::FiledEntity& entity) {
  Json owner = entity.document;
  owner.set("authority_entity_id", entity.ref.entity_id);
  owner.set("filing_number", entity.ref.filing_number);
  return Json::object(
      {{"key", entity.key()}, {"entity", std::move(owner)}, {"services", Json::array()}});
}

Json all_of(const std::vector<registry::FiledService>& services) {
  Json out = Json::array();
  for (const auto& service : services) out.push(service_json(service));
  return out;
}

// Those of the entity's services that change_both is about.
Result<Json> chosen(const registry::FiledEntity& entity, const std::vector<std::string>& wanted,
                    size_t most) {
  std::vector<registry::FiledService> out;
  Problems problems;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto number = china::parse_filing_number(wanted[i]);
    const auto found = std::ranges::find_if(entity.services, [&](const auto& service) {
      return number && service.filing_number == number->text() && served_here(service);
    });
    if (found == entity.services.end())
      problems.push_back({ProblemCode::not_found, "/services/" + std::to_string(i), {}});
    else
      out.push_back(*found);
  }
  if (wanted.empty()) std::ranges::copy_if(entity.services, std::back_inserter(out), served_here);
  if (out.size() > most)
    problems.push_back({ProblemCode::too_many, "/services", {{"max", std::to_string(most)}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return all_of(out);
}

std::unexpected<Problems> nothing_to_change(const std::string& field) {
  return fail(ProblemCode::kind_differs, field,
              {{"kind", std::string(find_kind("add_service")->title)}});
}

Result<Json> about_entity(const OrderKind& kind, const registry::FiledEntity& entity,
                          const Named& named, size_t most) {
  Json filed = filed_json(entity);
  if (kind.name == "cancel_entity") {
    filed.set("services", all_of(entity.services));
  } else if (is_change(kind)) {
    auto services = chosen(entity, named.services, most);
    if (!services) return services;
    if (services->size() == 0) return nothing_to_change("/entity");
    if (kind.services == Part::none) services->items().resize(1);
    filed.set("services", std::move(*services));
  }
  return filed;
}

// The access of this provider that is to end.
Result<int64_t> ending_access(const Json& service, int64_t wanted) {
  const Json& accesses = service["accesses"];
  if (wanted == 0 && accesses.size() > 1) return fail(ProblemCode::required, "/access");
  for (const auto& access : accesses.items()) {
    const int64_t id = access["authority_access_id"].as_int();
    if (wanted == 0 || wanted == id) return id;
  }
  return fail(ProblemCode::not_found, wanted == 0 ? "/service" : "/access");
}

Result<Json> about_service(const OrderKind& kind, const registry::FiledEntity& entity,
                           int64_t service_id, const Named& named) {
  const auto service = std::ranges::find(entity.services, service_id, &registry::FiledService::id);
  // Another provider's to change or cancel, unless nobody serves it any more.
  const bool ours =
      service != entity.services.end() &&
      (served_here(*service) || (kind.name == "cancel_service" && service->accesses == 0));
  if (!ours) return fail(ProblemCode::not_found, "/service");
  Json filed = filed_json(entity);
  filed.set("services", Json::array({service_json(*service)}));
  if (kind.name == "cancel_access") {
    const auto access = ending_access(filed["services"].at(0), named.access);
    if (!access) return fail(access);
    filed.set("access", Json::object({{"authority_access_id", *access}}));
    if (service->accesses == 1) filed.set("leaves", "shell_service");
  }
  if (kind.name == "cancel_service" && entity.services.size() == 1)
    filed.set("leaves", "shell_entity");
  return filed;
}

// Services that an individual may have, those of the order among them.
Problems too_many_services(const Context& context, const Order& order, size_t filed) {
  const int64_t most = context.options.services_per_individual;
  const Json& nature = order.filed["entity"]["nature"];
  const size_t wanted = order.document["services"].size();
  if (kind_of(order).services != Part::asked || !nature.is_int() ||
      !china::is_individual(nature.as_int()) || static_cast<int64_t>(filed + wanted) <= most)
    return {};
  return {{ProblemCode::services_of_entity,
           "/services",
           {{"max", std::to_string(most)}, {"filed", std::to_string(filed)}}}};
}

}  // namespace

Result<Json> filed_for(const Context& context, db::Tx& tx, const std::string& account_id,
                       const OrderKind& kind, const Named& named) {
  const bool service = kind.target == Target::service;
  const std::string field = service ? "/service" : "/entity";
  const auto ref =
      registry::find_own(tx, account_id, service, service ? named.service : named.entity);
  if (!ref) return fail(ProblemCode::not_found, field);
  const auto entity = registry::open_filed(tx, context.cipher, ref->province, ref->entity_id);
  if (!entity) return fail(ProblemCode::not_found, field);
  return service ? about_service(kind, *entity, ref->service_id, named)
                 : about_entity(kind, *entity, named,
                                static_cast<size_t>(context.options.services_per_order));
}

Json filed_whole(const registry::FiledEntity& entity) {
  Json filed = filed_json(entity);
  filed.set("services", all_of(entity.services));
  return filed;
}

Json prefilled(const OrderKind& kind, const Json& filed) {
  Json document = cut(form_of(kind, filed), filed);
  // New services begin empty.
  if (kind.services == Part::asked) document.set("services", Json::array());
  return document;
}

Problems check_still_filed(const Context& context, db::Tx& tx, const Order& order) {
  if (!order.filed.find("key")) return {};
  const auto ref = registry::find_own(tx, order.account_id, false, order.filed["key"].as_string());
  const auto entity =
      ref ? registry::open_filed(tx, context.cipher, ref->province, ref->entity_id) : std::nullopt;
  if (!entity) return {{ProblemCode::not_found, "/entity", {}}};
  Problems problems;
  const auto& services = order.filed["services"].items();
  for (size_t i = 0; i < services.size(); ++i)
    if (std::ranges::find(entity->services, services[i]["authority_service_id"].as_int(),
                          &registry::FiledService::id) == entity->services.end())
      problems.push_back({ProblemCode::not_found, "/services/" + std::to_string(i), {}});
  append_under(problems, "", too_many_services(context, order, entity->services.size()));
  return problems;
}

}  // namespace beian::orders
