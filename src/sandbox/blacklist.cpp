#include "sandbox/blacklist.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kAdded = 0, kChanged = 1, kRemoved = 2;  // Czlx
constexpr char kEntity[] = "entity", kDomain[] = "domain", kIllegalAccess[] = "illegal_access";
constexpr size_t kLongestDomain = 128, kLongestName = 255, kLongestNumber = 255;
constexpr int64_t kSomeProvince = 110000;

void notify_all(db::Tx& tx, NoticeKind kind, const Json& body, int64_t now) {
  for (const auto& provider : all_providers(tx))
    notify(tx, provider.account.provider_id, 0, kind, body, now);
}

void tell(db::Tx& tx, std::string_view kind, const Json& model, int64_t operation, int64_t now) {
  const bool entity = kind == kEntity;
  Json item = Json::object({{entity ? "entity" : "service", model}, {"operation", operation}});
  if (const Json* remark = model.find("remark")) {
    item.set("remark", *remark);
    item.find(entity ? "entity" : "service")->erase("remark");
  }
  notify_all(tx, NoticeKind::blacklist,
             Json::object({{entity ? "entities" : "services", Json::array({std::move(item)})}}),
             now);
}

Json entity_model(const Json& body, const std::string& number) {
  return Json::object({{"name", body["name"].is_string() ? body["name"] : Json("样例主体")},
                       {"certificate", Json::object({{"type", body["certificate_type"].as_int(1)},
                                                     {"number", number}})}});
}

Json site_model(const Json& body, const std::string& domain) {
  return Json::object({{"name", body["name"].is_string() ? body["name"] : Json("样例网站")},
                       {"domains", Json::array({Json::object({{"name", domain}})})}});
}

// Lists it and tells so; what stands there already is a change.
void put(db::Tx& tx, std::string_view kind, const std::string& value, const Json& model,
         int64_t now) {
  const int64_t before =
      tx.exec("UPDATE blacklist SET model = :model WHERE kind = :kind AND value = :value",
              {{"model", to_string(model)}, {"kind", kind}, {"value", value}});
  if (before == 0)
    tx.exec("INSERT INTO blacklist (kind, value, model) VALUES (:kind, :value, :model)",
            {{"kind", kind}, {"value", value}, {"model", to_string(model)}});
  tell(tx, kind, model, before == 0 ? kAdded : kChanged, now);
}

void put_illegal_access(db::Tx& tx, const Json& body, const std::string& domain, int64_t address,
                        int64_t now) {
  Json item = Json::object({{"id", db::next_number(tx, "illegal_access")},
                            {"domain", domain},
                            {"address", address},
                            {"direct_provider", body["direct_provider"].as_int(1)},
                            {"province", body["province"].as_int(kSomeProvince)},
                            {"checked", china_datetime(from_ms(now))}});
  if (const Json* remark = body.find("remark")) item.set("remark", *remark);
  tx.exec(
      "INSERT INTO blacklist (kind, value, model) VALUES (:kind, :value, :model)"
      " ON CONFLICT (kind, value) DO UPDATE SET model = excluded.model",
      {{"kind", kIllegalAccess},
       {"value", domain + " " + std::to_string(address)},
       {"model", to_string(item)}});
  notify_all(tx, NoticeKind::illegal_accesses, item, now);
}

Problems body_faults(const Json& body) {
  Problems problems;
  const auto say = [&](ProblemCode code, std::string field,
                       std::vector<std::pair<std::string, std::string>> args = {}) {
    problems.push_back({code, std::move(field), std::move(args)});
  };
  for (const auto& [name, value] : body.members())
    if (name != "kind" && name != "value" && name != "name" && name != "certificate_type" &&
        name != "remark" && name != "address" && name != "direct_provider" && name != "province")
      say(ProblemCode::unknown_field, "/" + name);
  const std::string& kind = body["kind"].as_string();
  const std::string& value = body["value"].as_string();
  if (kind != kEntity && kind != kDomain && kind != kIllegalAccess)
    say(ProblemCode::code_unknown, "/kind", {{"code", kind}});
  if (text::trim(value).empty()) say(ProblemCode::required, "/value");
  if (text::length(value) > kLongestNumber)
    say(ProblemCode::too_long, "/value", {{"max", std::to_string(kLongestNumber)}});
  if (text::length(body["name"].as_string()) > kLongestName)
    say(ProblemCode::too_long, "/name", {{"max", std::to_string(kLongestName)}});
  for (const auto* name : {"certificate_type", "direct_provider", "province"})
    if (const Json* number = body.find(name); number != nullptr && number->as_int() < 1)
      say(ProblemCode::wrong_type, "/" + std::string(name), {{"expected", "正整数"}});
  if (body["certificate_type"].as_int() > 999)
    say(ProblemCode::out_of_range, "/certificate_type", {{"min", "1"}, {"max", "999"}});
  if (const Json* remark = body.find("remark"); remark != nullptr && !remark->is_string())
    say(ProblemCode::wrong_type, "/remark", {{"expected", "文字"}});
  if (kind != kEntity && !value.empty()) {
    const auto domain = china::normalise_domain(value);
    if (!domain)
      append_under(problems, "/value", domain.error());
    else if (domain->size() > kLongestDomain)
      say(ProblemCode::too_long, "/value", {{"max", std::to_string(kLongestDomain)}});
  }
  if (kind == kIllegalAccess) {
    const auto address = china::parse_ip(body["address"].as_string());
    if (!address || !address->is_v4()) say(ProblemCode::bad_ip_address, "/address");
  }
  return problems;
}

Json model_of(const db::Row& row) {
  auto model = parse_json(row.text("model"));
  if (!model) throw std::runtime_error("the sandbox's blacklist is damaged");
  // Listed before the models came.
  if (model->size() > 0) return std::move(*model);
  return row.text("kind") == kEntity ? entity_model({}, row.text("value"))
                                     : site_model({}, row.text("value"));
}

void remove(db::Tx& tx, const db::Row& row, int64_t now) {
  const std::string kind = row.text("kind");
  if (kind != kIllegalAccess) tell(tx, kind, model_of(row), kRemoved, now);
  tx.exec("DELETE FROM blacklist WHERE kind = :kind AND value = :value",
          {{"kind", kind}, {"value", row.text("value")}});
}

}  // namespace

Status add_to_blacklist(db::Tx& tx, const Json& body, int64_t now) {
  if (auto problems = body_faults(body); !problems.empty())
    return std::unexpected(std::move(problems));
  const std::string& kind = body["kind"].as_string();
  const std::string& value = body["value"].as_string();
  if (kind == kIllegalAccess) {
    put_illegal_access(tx, body, domain_key(value),
                       china::parse_ip(body["address"].as_string())->to_u32().value(), now);
    return {};
  }
  const bool entity = kind == kEntity;
  const std::string key = entity ? certificate_key(value) : domain_key(value);
  Json model = entity ? entity_model(body, key) : site_model(body, key);
  if (const Json* remark = body.find("remark")) model.set("remark", *remark);
  put(tx, kind, key, model, now);
  return {};
}

Status remove_from_blacklist(db::Tx& tx, std::string_view kind, std::string_view value,
                             int64_t now) {
  const std::string key = kind == kEntity   ? certificate_key(value)
                          : kind == kDomain ? domain_key(value)
                                            : std::string(value);
  const auto row = tx.query_one("SELECT * FROM blacklist WHERE kind = :kind AND value = :value",
                                {{"kind", kind}, {"value", key}});
  if (!row) return fail(ProblemCode::not_found);
  remove(tx, *row, now);
  return {};
}

void clear_blacklist(db::Tx& tx, int64_t now) {
  for (const auto& row : tx.query("SELECT * FROM blacklist ORDER BY kind, value"))
    remove(tx, row, now);
}

}  // namespace beian::sandbox
