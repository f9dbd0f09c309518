#include "sandbox/code_tables.hpp"

#include <array>
#include <string>
#include <string_view>

#include "china/codes.hpp"
#include "china/regions.hpp"
#include "sandbox/address_records.hpp"

namespace beian::sandbox {
namespace {

struct TableRow {
  std::string_view field, table;
  void (*add)(Json& out, const china::CodeRow& row);  // what only this table has
};

void nothing(Json&, const china::CodeRow&) {}
void letter(Json& out, const china::CodeRow& row) {
  const Json& code = row.more["letter"];
  out.set("code", code.is_string() ? code : Json(std::to_string(row.code)));
}
void mask(Json& out, const china::CodeRow& row) {
  out.set("mask", row.more["ysid"].as_int(row.code));
}
void approval(Json& out, const china::CodeRow& row) {
  mask(out, row);
  out.set("needs_pre_approval", 1);
}
// Dwflid: the nature that the certificate is one of.
void nature(Json& out, const china::CodeRow& row) {
  out.set("unit_class", row.more["natures"].at(0).as_int(1));
}
void owner(Json& out, const china::CodeRow& row) {
  out.set("kind", row.more["owner"].as_int(1));
}
void reason(Json& out, const china::CodeRow&) {
  out.set("text", out["name"]);
  out.erase("name");
}
void without_validity(Json& out, const china::CodeRow&) {
  out.erase("valid");
}

constexpr std::array<TableRow, 15> kTables{{
    {"unit_classes", "unit_class", nothing},
    {"natures", "entity_nature", nothing},
    {"industries", "industry", letter},
    {"administrative_levels", "administrative_level", nothing},
    {"certificate_types", "certificate_type", nature},
    {"content_types", "preapproval_content", approval},
    {"service_contents", "service_content", mask},
    {"access_methods", "access_method", mask},
    {"cancel_reasons", "cancel_reason", reason},
    {"unfiled_actions", "unfiled_site_disposition", without_validity},
    {"verification_opinions", "verification_opinion", nothing},
    {"domain_types", "domain_type", nothing},
    {"attachment_formats", "attachment_format", nothing},
    {"attachment_purposes", "attachment_purpose", owner},
    {"languages", "language", nothing},
}};

Json table_of(const TableRow& table) {
  Json rows = Json::array();
  for (const auto& row : china::code_table(table.table).rows()) {
    if (row.code < 1) continue;  // ids begin with 1
    Json out = Json::object({{"id", row.code}, {"name", row.zh}, {"valid", row.offered ? 1 : 0}});
    table.add(out, row);
    rows.push(std::move(out));
  }
  return rows;
}

Json regions() {
  Json rows = Json::array();
  for (const auto& region : china::regions())
    rows.push(Json::object({{"id", region.code},
                            {"name", region.name},
                            {"kind", static_cast<int>(region.level)},
                            {"valid", 1}}));
  return rows;
}

// One for each province that files.
Json administrations() {
  Json rows = Json::array();
  for (const auto& row : china::code_table("server_location").rows()) {
    const int64_t province = row.more["region"].as_int();
    if (china::filing_prefix_of(province).empty()) continue;
    rows.push(Json::object({{"id", row.code},
                            {"mask", row.more["ysid"].as_int(row.code)},
                            {"code", row.more["letters"]},
                            {"name", china::full_name(province) + "通信管理局"},
                            {"province", province},
                            {"short_name", china::filing_prefix_of(province)},
                            {"valid", 1}}));
  }
  return rows;
}

Json units(db::Tx& tx) {
  Json rows = Json::array();
  for (const auto& unit : all_units(tx)) {
    Json row = Json::object({{"id", unit.id}, {"name", unit.name}});
    if (unit.unit_class != 0) row.set("unit_class", unit.unit_class);
    if (unit.province != 0) row.set("province", unit.province);
    row.set("valid", 1);
    rows.push(std::move(row));
  }
  return rows;
}

}  // namespace

Json code_tables(db::Tx& tx) {
  Json codes = Json::object();
  for (const auto& table : kTables) codes.set(table.field, table_of(table));
  codes.set("regions", regions());
  codes.set("administrations", administrations());
  return Json::object({{"providers", units(tx)}, {"codes", std::move(codes)}});
}

}  // namespace beian::sandbox
