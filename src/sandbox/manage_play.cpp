// /manage: scenarios, reporting units, and the IP and domain filings as the library has them.
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/regions.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/operations.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/scenario.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kMost = 100'000;
constexpr size_t kLongestName = 255;

Result<Json> post_scenario(const Context& context, const Json& body) {
  const auto id = load_scenario(context, body);
  if (!id) return fail(id);
  return Json::object({{"id", *id}});
}

Result<Json> post_unit(const Context& context, const Json& body) {
  auto problems = unknown_fields(body, {"id", "name", "unit_class", "province", "carrier"});
  Unit unit{body["id"].as_int(), body["name"].as_string(), body["unit_class"].as_int(5),
            body["province"].as_int(0), body["carrier"].as_bool()};
  if (unit.id < 1) problems.push_back({ProblemCode::wrong_type, "/id", {{"expected", "正整数"}}});
  if (text::trim(unit.name).empty()) problems.push_back({ProblemCode::required, "/name", {}});
  if (text::length(unit.name) > kLongestName)
    problems.push_back({ProblemCode::too_long, "/name", {{"max", std::to_string(kLongestName)}}});
  if (const auto known = china::check_code("unit_class", unit.unit_class, "/unit_class"); !known)
    append_under(problems, "", known.error());
  if (unit.province != 0 && china::find_region(unit.province) == nullptr)
    problems.push_back({ProblemCode::unknown_region, "/province", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  context.database->write([&](db::Tx& tx) { save_unit(tx, unit); });
  return Json::object({{"id", unit.id}});
}

Json units(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& unit : all_units(tx))
    list.push(Json::object({{"id", unit.id},
                            {"name", unit.name},
                            {"unit_class", unit.unit_class},
                            {"province", unit.province},
                            {"carrier", unit.carrier}}));
  return list;
}

// With everything as it was reported, and the authority's ids.
Json addresses(db::Tx& tx, int64_t provider) {
  Json all = Json::object();
  for (const auto kind : {AddressKind::source, AddressKind::assignment, AddressKind::broadcast,
                          AddressKind::own_address}) {
    Json list = Json::array();
    for (const auto& record : addresses_of(tx, provider, kind, 0, kMost)) {
      Json json = record.model;
      json.set("id", record.id);
      json.set("provider_id", record.provider_id);
      json.set("provider_record_id", record.provider_record_id);
      json.set("from", record.from);
      json.set("to", record.to);
      list.push(std::move(json));
    }
    all.set(list_of(kind), std::move(list));
  }
  return all;
}

Json domain_names(db::Tx& tx, int64_t provider) {
  Json list = Json::array();
  for (const auto& record : domain_records_of(tx, provider, 0, kMost)) {
    Json json = record.model;
    json.set("id", record.id);
    json.set("provider_id", record.provider_id);
    json.set("provider_record_id", record.provider_record_id);
    list.push(std::move(json));
  }
  return list;
}

// What a scenario may name, and what a file may hold.
Json operations(db::Tx&, int64_t) {
  Json list = Json::array();
  for (const auto& block : blocks())
    for (const auto& operation : block.operations)
      list.push(Json::object({{"block", block.field}, {"name", operation.name}}));
  return list;
}

}  // namespace

std::vector<http::Route> play_routes(const Context& context) {
  return {
      {"POST", "/manage/scenario", http::kPublic, "Play a scenario",
       with_body(context, post_scenario)},
      {"GET", "/manage/scenario", http::kPublic, "Scenarios that play, step by step",
       reading(context, [](db::Tx& tx, int64_t) { return scenarios(tx); })},
      {"DELETE", "/manage/scenario", http::kPublic, "No more scenarios",
       guarded(context,
               [&context](const http::Request&) {
                 context.database->write(clear_scenarios);
                 return http::Response::no_content();
               })},
      {"POST", "/manage/units", http::kPublic, "Create or replace a reporting unit",
       with_body(context, post_unit)},
      {"GET", "/manage/units", http::kPublic, "Reporting units", reading(context, units)},
      {"GET", "/manage/addresses", http::kPublic, "IP filings, by provider",
       reading(context, addresses)},
      {"GET", "/manage/domain-names", http::kPublic, "Domain filings, by provider",
       reading(context, domain_names)},
      {"GET", "/manage/operations", http::kPublic, "Operations of an upload",
       reading(context, operations)},
  };
}

}  // namespace beian::sandbox
