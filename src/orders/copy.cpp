#include "orders/copy.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/ids.hpp"
#include "orders/attach.hpp"
#include "orders/document.hpp"
#include "orders/prefill.hpp"
#include "orders/save.hpp"
#include "orders/shape.hpp"
#include "orders/validate.hpp"
#include "registry/filed_entity.hpp"

namespace beian::orders {
namespace {

// What only one filing may have. An app's are its domains and its platforms' names and signatures.
constexpr std::string_view kNames[] = {"domains", "home_url", "app"};

Copied of_order(db::Tx& tx, const Order& order, bool pictures) {
  Copied out;
  out.kind = order.kind;
  out.filed = order.filed;
  out.source = subject_of(order);
  out.document = order.document;
  for (const auto name : kSecrets) out.document.erase(name);
  out.names_free = order.state == State::abandoned;
  if (pictures) out.materials = materials::of_order(tx, order.id);
  return out;
}

Result<Copied> of_filed(const Context& context, db::Tx& tx, const std::string& account_id,
                        const std::string& number, bool service) {
  const std::string field = service ? "/from/service" : "/from/entity";
  // The kinds that are about one of each: they read the registry as this wants it.
  Named named;
  (service ? named.service : named.entity) = number;
  const OrderKind* kind = find_kind(service ? "change_service" : "add_service");
  auto filed = filed_for(context, tx, account_id, *kind, named);
  if (!filed) return fail(ProblemCode::not_found, field);
  Copied out;
  out.document = cut(kWholeForm, *filed);
  out.source = out.document;
  return out;
}

bool same_filed(const OrderKind& kind, const Order& begun, const Copied& copied) {
  if (copied.kind != kind.name || copied.filed["key"] != begun.filed["key"]) return false;
  const auto ids = [](const Json& filed) {
    std::vector<int64_t> out;
    for (const auto& service : filed["services"].items())
      out.push_back(service["authority_service_id"].as_int());
    return out;
  };
  return ids(copied.filed) == ids(begun.filed) && copied.filed["access"] == begun.filed["access"];
}

bool same_certificate(const Json& a, const Json& b) {
  const Json& left = a["entity"]["certificate"];
  const Json& right = b["entity"]["certificate"];
  return left["type"] == right["type"] && normal_certificate(left["number"].as_string()) ==
                                              normal_certificate(right["number"].as_string());
}

Json without_names(Json document) {
  if (Json* services = document.find("services"))
    for (auto& service : services->items()) service = service_copy(service);
  return document;
}

std::optional<size_t> place_of(const std::string& owner) {
  constexpr std::string_view kServices = "/services/";
  if (!owner.starts_with(kServices)) return std::nullopt;
  return static_cast<size_t>(std::strtoul(owner.c_str() + kServices.size(), nullptr, 10));
}

bool proves_the_same(const MaterialRow& row, const Json& source, const Json& now,
                     const std::string& from, const std::string& to) {
  return std::ranges::all_of(row.evidence, [&](std::string_view part) {
    const Json* before = source.pointer(from + std::string(part));
    const Json* after = now.pointer(to + std::string(part));
    return before && after && !before->is_null() && *before == *after;
  });
}

materials::Material copy_of(const Context& context, TimePoint now, const materials::Material& from,
                            const std::string& order_id, const std::string& owner) {
  materials::Material out = from;
  const std::string name = file_name_of(context, from);
  out.id = new_id(now);
  out.order_id = order_id;
  out.owner = owner;
  out.created = now;
  out.file_name = sealed_file_name(context, out.id, name);
  return out;
}

// Pictures of the source's service `from`, for the service `to` of the order.
void copy_service_materials(const Context& context, TimePoint now, const Copied& copied,
                            const Order& order, size_t from, size_t to,
                            std::vector<materials::Material>& out) {
  const std::string here = "/services/" + std::to_string(from);
  const std::string there = "/services/" + std::to_string(to);
  const Json subject = subject_of(order);
  for (const auto& material : copied.materials) {
    if (!covers(here, material.owner)) continue;
    const std::string owner = there + material.owner.substr(here.size());
    const auto rows = material_rows();
    const auto row = std::ranges::find(rows, material.purpose, &MaterialRow::purpose);
    if (row == rows.end() || !check_material_owner(order, material.purpose, owner)) continue;
    if (proves_the_same(*row, copied.source, subject, material.owner, owner))
      out.push_back(copy_of(context, now, material, order.id, owner));
  }
}

struct ServiceSource {
  Json service;
  Copied copied;
  size_t index = 0;
};

Result<ServiceSource> service_source(const Context& context, db::Tx& tx,
                                     const std::string& account_id, const std::string& order_id,
                                     const Json& from) {
  if (!from.is_object()) return fail(ProblemCode::wrong_type, "/from", {{"expected", "object"}});
  ServiceSource out;
  Json where = from;
  const Json* index = where.find("index");
  if (index && !index->is_int())
    return fail(ProblemCode::wrong_type, "/from/index", {{"expected", "integer"}});
  const int64_t place = index ? index->as_int() : 0;
  where.erase("index");
  if (!where.find("service") && !where.find("order")) where.set("order", order_id);
  if (where.find("entity")) return fail(ProblemCode::unknown_field, "/from/entity");
  auto copied = copied_from(context, tx, account_id, where);
  if (!copied) return fail(copied);
  const auto& services = copied->document["services"].items();
  if (place < 0 || static_cast<size_t>(place) >= services.size())
    return fail(
        ProblemCode::out_of_range, "/from/index",
        {{"min", "0"}, {"max", std::to_string(services.empty() ? 0 : services.size() - 1)}});
  out.index = static_cast<size_t>(place);
  out.service = services[out.index];
  if (!copied->names_free) out.service = service_copy(out.service);
  out.copied = std::move(*copied);
  return out;
}

}  // namespace

Json service_copy(const Json& service) {
  Json out = service;
  for (const auto name : kNames) out.erase(name);
  return out;
}

Json overlaid(const Json& base, const Json& over) {
  if (base.is_object() && over.is_object()) {
    Json out = base;
    for (const auto& [name, value] : over.members()) {
      const Json* before = out.find(name);
      out.set(name, before ? overlaid(*before, value) : value);
    }
    return out;
  }
  const auto objects = [](const Json& list) {
    return list.is_array() &&
           std::ranges::all_of(list.items(), [](const Json& item) { return item.is_object(); });
  };
  if (!objects(base) || !objects(over)) return over;
  Json out = base;
  for (size_t i = 0; i < over.size(); ++i) {
    if (i < out.size())
      out.items()[i] = overlaid(out.items()[i], over.at(i));
    else
      out.push(over.at(i));
  }
  return out;
}

Result<Copied> copied_from(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& from) {
  if (!from.is_object()) return fail(ProblemCode::wrong_type, "/from", {{"expected", "object"}});
  Problems problems;
  std::vector<std::pair<std::string, std::string>> sources;
  for (const auto& [name, value] : from.members()) {
    const std::string field = "/from/" + pointer_token(name);
    if (name == "materials") {
      if (!value.is_bool())
        problems.push_back({ProblemCode::wrong_type, field, {{"expected", "boolean"}}});
    } else if (name != "order" && name != "entity" && name != "service") {
      problems.push_back({ProblemCode::unknown_field, field, {}});
    } else if (!value.is_string()) {
      problems.push_back({ProblemCode::wrong_type, field, {{"expected", "string"}}});
    } else {
      sources.emplace_back(name, value.as_string());
    }
  }
  if (problems.empty() && sources.empty())
    problems.push_back({ProblemCode::required, "/from/order", {}});
  if (sources.size() > 1) problems.push_back({ProblemCode::too_many, "/from", {{"max", "1"}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  const auto& [name, id] = sources.front();
  if (name != "order") return of_filed(context, tx, account_id, id, name == "service");
  const auto order = own_order(context, tx, account_id, id);
  if (!order) return fail(ProblemCode::not_found, "/from/order");
  return of_order(tx, *order, from["materials"].as_bool(true));
}

Result<Json> filled_in(const OrderKind& kind, const Order& begun, const Copied& copied) {
  // What is edited or ended is one certain thing.
  if (is_change(kind) || is_cancellation(kind)) {
    if (!same_filed(kind, begun, copied))
      return fail(ProblemCode::kind_differs, "/from", {{"kind", std::string(kind.title)}});
    return cut(form_of(kind, begun.filed), copied.document);
  }
  if (begun.document["entity"]["certificate"].is_object() && begun.filed.is_null() &&
      copied.document["entity"]["certificate"].is_object() &&
      !same_certificate(begun.document, copied.document))
    return fail(ProblemCode::verified_locked, "/from");
  Json given = copied.names_free ? copied.document : without_names(copied.document);
  if (!begun.filed.is_null()) given.erase("entity");  // as it is filed
  // Neither is about what the source was about.
  for (const auto* number : {"entity_number", "service_number"}) given.erase(number);
  const Json fitting = cut(form_of(kind, begun.filed), given);
  Json out = overlaid(fitting, begun.document);
  // An empty list on top of a full one is no list to start with.
  if (begun.document["services"].size() == 0 && fitting.find("services"))
    out.set("services", fitting["services"]);
  return out;
}

std::vector<materials::Material> copied_materials(const Context& context, TimePoint now,
                                                  const Copied& copied, const Order& order) {
  std::vector<materials::Material> out;
  const Json subject = subject_of(order);
  for (const auto& material : copied.materials) {
    if (place_of(material.owner)) continue;
    const auto rows = material_rows();
    const auto row = std::ranges::find(rows, material.purpose, &MaterialRow::purpose);
    if (row == rows.end() || !check_material_owner(order, material.purpose, material.owner))
      continue;
    if (proves_the_same(*row, copied.source, subject, material.owner, material.owner))
      out.push_back(copy_of(context, now, material, order.id, material.owner));
  }
  const size_t services =
      std::min(copied.source["services"].size(), order.document["services"].size());
  for (size_t i = 0; i < services; ++i)
    copy_service_materials(context, now, copied, order, i, i, out);
  return out;
}

Result<Order> add_service_copy(const Context& context, const Applicant& who,
                               const std::string& order_id, int64_t version, const Json& from) {
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    context.store.lock(tx, order_id);
    const auto order = own_order(context, tx, who.account_id, order_id);
    if (!order) return order;
    if (kind_of(*order).services != Part::asked)
      return fail(ProblemCode::verified_locked, "/services");
    const auto source = service_source(context, tx, who.account_id, order_id, from);
    if (!source) return fail(source);
    Json document = order->document;
    Json services = document["services"];
    const size_t place = services.size();
    services.push(source->service);
    document.set("services", std::move(services));
    auto saved = save_in(context, tx, now, who, order_id, version, document, "");
    if (!saved) return saved;
    std::vector<materials::Material> pictures;
    copy_service_materials(context, now, source->copied, *saved, source->index, place, pictures);
    for (const auto& picture : pictures) materials::insert(tx, picture);
    return saved;
  });
}

}  // namespace beian::orders
