#include "china/codes.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/embedded.hpp"

namespace beian::china {

namespace {

std::vector<CodeTable> load() {
  const auto json = parse_json(embedded::file("data/codes/codes.json"));
  if (!json) throw std::logic_error("data/codes/codes.json is not JSON");
  std::vector<CodeTable> out;
  for (const auto& [name, table] : (*json)["tables"].members()) out.emplace_back(name, table);
  return out;
}

bool contains(const Json& numbers, int64_t n) {
  return std::ranges::any_of(numbers.items(), [n](const Json& item) { return item.as_int() == n; });
}

}  // namespace

CodeTable::CodeTable(std::string name, const Json& json)
    : name_(std::move(name)), title_(json["title"].as_string()), json_(json) {
  for (const Json& row : json["rows"].items()) {
    rows_.push_back(CodeRow{row["code"].as_int(), row["zh"].as_string(), row["en"].as_string(),
                            row["note"].as_string(), row["offered"].as_bool(true), row});
  }
}

const CodeRow* CodeTable::find(int64_t code) const {
  const auto it = std::ranges::find(rows_, code, &CodeRow::code);
  return it == rows_.end() ? nullptr : &*it;
}

std::span<const CodeTable> code_tables() {
  static const std::vector<CodeTable> kTables = load();
  return kTables;
}

const CodeTable& code_table(std::string_view name) {
  for (const CodeTable& table : code_tables()) {
    if (table.name() == name) return table;
  }
  throw std::logic_error("no code table " + std::string(name));
}

std::string code_text(std::string_view table, int64_t code) {
  const CodeRow* row = code_table(table).find(code);
  return row == nullptr ? std::to_string(code) : row->zh;
}

Status check_code(std::string_view table, int64_t code, std::string field) {
  const CodeRow* row = code_table(table).find(code);
  if (row != nullptr && row->offered) return {};
  return fail(ProblemCode::code_unknown, std::move(field), {{"code", std::to_string(code)}});
}

std::vector<int64_t> certificates_of_nature(int64_t nature) {
  std::vector<int64_t> out;
  if (const CodeRow* row = code_table("entity_nature").find(nature)) {
    for (const Json& type : row->more["certificates"].items()) out.push_back(type.as_int());
  }
  return out;
}

bool certificate_fits(int64_t nature, int64_t certificate_type) {
  const CodeRow* row = code_table("entity_nature").find(nature);
  return row != nullptr && contains(row->more["certificates"], certificate_type);
}

bool is_individual(int64_t nature) {
  const CodeRow* row = code_table("entity_nature").find(nature);
  return row != nullptr && row->more["individual"].as_bool();
}

bool is_person_certificate(int64_t certificate_type) {
  return contains(code_table("certificate_type").json()["person_types"], certificate_type);
}

bool name_is_private(int64_t nature, int64_t certificate_type) {
  const CodeRow* certificate = code_table("certificate_type").find(certificate_type);
  if (certificate != nullptr && certificate->more["holder"].as_string() == "person") return true;
  if (certificate == nullptr && code_table("entity_nature").find(nature) == nullptr) return true;
  return is_individual(nature);
}

}  // namespace beian::china
