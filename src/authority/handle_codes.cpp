// JCDM: code tables, replaced as versions (registry/codes.hpp).
#include "authority/code_rows.hpp"

#include <algorithm>
#include <array>

#include "authority/apply.hpp"

namespace beian::authority {
namespace {

// Lists of the wire model and our tables. `name` is the field with the name.
struct Table {
  std::string_view list, table, name;
};
constexpr auto kTables = std::to_array<Table>({
    {"providers", "reporting_unit", "name"},
    {"unit_classes", "unit_class", "name"},
    {"natures", "entity_nature", "name"},
    {"regions", "region", "name"},
    {"feedback_classes", "feedback_class", "class_2"},
    {"administrations", "administration", "name"},
    {"industries", "industry", "name"},
    {"administrative_levels", "administrative_level", "name"},
    {"certificate_types", "certificate_type", "name"},
    {"content_types", "preapproval_content", "name"},
    {"service_contents", "service_content", "name"},
    {"access_methods", "access_method", "name"},
    {"cancel_reasons", "cancel_reason", "text"},
    {"unfiled_actions", "unfiled_site_disposition", "name"},
    {"verification_opinions", "verification_opinion", "name"},
    {"domain_types", "domain_type", "name"},
    {"attachment_formats", "attachment_format", "name"},
    {"attachment_purposes", "attachment_purpose", "name"},
    {"languages", "language", "name"},
});

// Fields of their own that are kept beside. The telephone and address of an official are not.
struct More {
  std::string_view field, name;
};
constexpr auto kMore = std::to_array<More>({{"mask", "ysid"},
                                            {"code", "sign"},
                                            {"class_1", "class"},
                                            {"kind", "level"},
                                            {"unit_class", "unit_class"},
                                            {"industry", "industry"},
                                            {"licence", "licence"},
                                            {"province", "province"},
                                            {"city", "city"},
                                            {"county", "county"},
                                            {"short_name", "short_name"},
                                            {"needs_pre_approval", "needs_pre_approval"}});

}  // namespace

std::string table_of_list(std::string_view list) {
  const auto* row = std::ranges::find(kTables, list, &Table::list);
  return row == kTables.end() ? std::string() : std::string(row->table);
}

registry::DeliveredRow code_row(std::string_view list, const Json& given) {
  const auto* table = std::ranges::find(kTables, list, &Table::list);
  registry::DeliveredRow row;
  row.code = given["id"].as_int();
  row.zh = given[table->name].as_string();
  row.note = given["remark"].as_string();
  row.offered = given["valid"].as_int(1) != 0;  // one table has no such mark
  for (const auto& more : kMore) {
    // Of a region its level; whom an attachment belongs to counts otherwise here than in uploads.
    if (more.field == "kind" && list != "regions") continue;
    if (const Json* value = given.find(more.field)) row.more.set(more.name, *value);
  }
  return row;
}

std::string words_of(const registry::Enforced& table) {
  return table.table + (table.changed ? " 启用版本 " : " 与现行版本相同：") +
         std::to_string(table.version);
}

void Applier::codes(const Json& base_codes) {
  const auto put = [&](std::string_view list, const Json& rows) {
    if (rows.size() == 0) return;
    std::vector<registry::DeliveredRow> delivered;
    for (const auto& row : rows.items()) delivered.push_back(code_row(list, row));
    registry::put_codes(tx_, now_, link_.id, download_, table_of_list(list), delivered);
  };
  put("providers", base_codes["providers"]);
  for (const auto& table : kTables) put(table.list, base_codes["codes"][table.list]);
  for (const auto& table : registry::enforce_codes(tx_, now_, download_))
    told("base_codes/" + table.table, "codes", table.changed ? "applied" : "noted",
         words_of(table));
}

}  // namespace beian::authority
