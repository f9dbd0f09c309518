#include "orders/view.hpp"

#include "accounts/accounts.hpp"
#include "base/personal.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/locked.hpp"
#include "orders/migrate.hpp"
#include "orders/prefill.hpp"

namespace beian::orders {
namespace {

Json allowed_json(const Order& order, const http::Caller& caller) {
  Json events = Json::array();
  const auto add = [&](Actor actor) {
    for (const Event event : allowed_events(order.state, actor))
      if (takes_event(kind_of(order), order.state, order.parts, event)) events.push(name_of(event));
  };
  if (caller.account_id == order.account_id && accounts::holds(caller, accounts::kOrdersWrite))
    add(Actor::applicant);
  if (accounts::holds(caller, accounts::kReview)) add(Actor::reviewer);
  return events;
}

Json head_json(const Order& order, const http::Caller& caller) {
  return Json::object(
      {{"id", order.id},
       {"account_id", order.account_id},
       {"kind", order.kind},
       {"kind_title", kind_of(order).title},
       {"state", name_of(order.state)},
       {"state_title",
        order.state == State::completed ? kind_of(order).done : title_of(order.state)},
       {"version", order.version},
       {"editable", is_editable(order.state) && caller.account_id == order.account_id},
       {"allowed", allowed_json(order, caller)},
       {"authority", order.authority},
       {"filing_number", order.filing_number},
       {"created", to_rfc3339(order.created)},
       {"updated", to_rfc3339(order.updated)}});
}

// Without personal data: numbers, names of services, domains.
Json filed_json(const Order& order) {
  Json services = Json::array();
  for (const auto& service : order.filed["services"].items())
    services.push(Json::object(
        {{"filing_number", service["filing_number"]},
         {"kind", service["kind"]},
         {"name", service["name"]},
         {"domains", service["domains"].is_array() ? service["domains"] : Json::array()}}));
  Json out = Json::object({{"entity_number", order.filed["entity"]["filing_number"]},
                           {"services", std::move(services)}});
  if (const Json* leaves = order.filed.find("leaves")) out.set("leaves", *leaves);
  if (const Json* from = order.filed.find("from")) {
    Json old =
        Json::object({{"entity_number", (*from)["entity"]["filing_number"]},
                      {"service_number", (*from)["service"]["filing_number"]},
                      {"service_name", (*from)["service"]["name"]},
                      {"domains", (*from)["service"]["domains"]},
                      // Whose account it is, is not told (consent.hpp).
                      {"agrees", (*from)["account"].as_string().empty() ? "password" : "account"}});
    if (const Json* leaves = from->find("leaves")) old.set("leaves", *leaves);
    out.set("from", std::move(old));
  }
  return out;
}

// Of each service the number that it has by now; of what is filed already the one that it has.
Json service_numbers_json(const Order& order) {
  if (order.service_numbers.is_array()) return order.service_numbers;
  Json out = Json::array();
  const bool filed = kind_of(order).services != Part::asked;
  for (const auto& service : order.filed["services"].items())
    if (filed) out.push(service["filing_number"]);
  if (const Json* number = order.document.find("service_number")) out.push(*number);
  return out;
}

Json changed_json(const Order& order) {
  Json out = Json::array();
  for (auto& field : changed_fields(prefilled(kind_of(order), order.filed), order.document))
    out.push(std::move(field));
  return out;
}

std::string_view actor_title(Actor actor) {
  switch (actor) {
    case Actor::applicant:
      return "申请人";
    case Actor::reviewer:
      return "接入商审核员";
    case Actor::system:
      return "系统";
    case Actor::person:
      return "相关负责人";
    case Actor::authority:
      return "管局";
  }
  return "";
}

}  // namespace

Json order_json(const Order& order, const http::Caller& caller) {
  const bool mask = view_of(caller, order) == View::masked;
  Json json = head_json(order, caller);
  json.set("locked", locked_fields(order));
  Json document = mask ? masked(order.document) : order.document;
  json.set("filing_password_given", order.document.find("filing_password") != nullptr);
  if (kind_of(order).moves)
    json.set("old_filing_password_given", order.document.find("old_filing_password") != nullptr);
  for (const auto name : kSecrets) document.erase(name);
  json.set("document", std::move(document));
  if (!order.filed.is_null()) json.set("filed", filed_json(order));
  if (kind_of(order).moves) json.set("parts", parts_json(order));
  // What the reviewer of a claim compares with; to the applicant it is not told before it is his.
  if (kind_of(order).end == End::review && !order.filed.is_null() &&
      (accounts::holds(caller, accounts::kReview) || accounts::holds(caller, accounts::kOfficer)))
    json.set("record", Json::object({{"entity", order.filed["entity"]},
                                     {"services", order.filed["services"]}}));
  if (is_change(kind_of(order))) json.set("changed", changed_json(order));
  json.set("service_numbers", service_numbers_json(order));
  json.set("code_names", order.code_names);
  json.set("rules_hash", order.rules_hash);
  json.set("findings", order.findings.is_array() ? order.findings : Json::array());
  return json;
}

Json summary_json(const Order& order, const http::Caller& caller) {
  const Json subject = subject_of(order);
  const Json document = view_of(caller, order) == View::masked ? masked(subject) : subject;
  Json json = head_json(order, caller);
  json.set("entity_name", document["entity"]["name"].as_string());
  const int64_t province = province_of(order);
  json.set("province", province == 0 ? Json() : Json(province));
  Json domains = Json::array();
  for (const auto& field : domains_of(document)) domains.push(field.domain);
  json.set("domains", std::move(domains));
  return json;
}

Json history_json(const std::vector<HistoryEntry>& history, const Order& order,
                  const http::Caller& caller) {
  const bool own = caller.account_id == order.account_id;
  Json entries = Json::array();
  for (const auto& entry : history) {
    Json json = Json::object({{"seq", entry.seq},
                              {"at", to_rfc3339(entry.at)},
                              {"event", entry.event},
                              {"from", entry.from},
                              {"to", entry.to},
                              {"actor", name_of(entry.actor)},
                              {"actor_title", actor_title(entry.actor)},
                              {"reason", entry.reason},
                              {"details", entry.details}});
    // Applicants learn which of their members did it; that a reviewer decided, not which one.
    if (!own || entry.actor == Actor::applicant) json.set("actor_id", entry.actor_id);
    if (const auto state = state_named(entry.to)) json.set("to_title", title_of(*state));
    entries.push(std::move(json));
  }
  return entries;
}

Json material_json(const materials::Material& material, const std::string& name) {
  return Json::object({{"id", material.id},
                       {"purpose", material.purpose},
                       {"owner", material.owner},
                       {"file_name", name},
                       {"bytes", material.reported_bytes},
                       {"width", material.width},
                       {"height", material.height},
                       {"created", to_rfc3339(material.created)}});
}

}  // namespace beian::orders
