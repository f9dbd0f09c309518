#include "addresses/line.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/ip.hpp"

namespace beian::addresses {
namespace {

bool is_passed_over(std::string_view title) {
  return title == kStateColumn || title == kAuthorityColumn || title == kProviderColumn ||
         title == "state" || title == "authority_id" || title == "provider_record_id";
}

// The number, or the text as it is, for validate() to complain of.
Json number_or_text(std::string_view cell) {
  int64_t number = 0;
  if (text::parse_i64(cell, number)) return number;
  return cell;
}

Json code_of(const Field& field, std::string_view cell) {
  for (const auto& row : china::code_table(field.table).rows())
    if (row.offered && row.zh == cell) return row.code;
  return number_or_text(cell);
}

Json flag_of(std::string_view cell) {
  if (cell == "是") return 1;
  if (cell == "否") return 0;
  return number_or_text(cell);
}

Json address_of(std::string_view cell) {
  int64_t number = 0;
  if (text::all_digits(cell) && text::parse_i64(cell, number))
    if (const auto address = china::ip_from_number(number)) return address->text();
  return cell;
}

std::string two_digits(const std::string& part) {
  return part.size() == 1 ? "0" + part : part;
}

// Spreadsheets rewrite days as they like: 2026-3-1, 2026/3/1.
Json date_of(std::string_view cell) {
  std::string dashed(cell);
  std::ranges::replace(dashed, '/', '-');
  const auto parts = text::split(dashed, '-');
  if (parts.size() != 3) return cell;
  return parts[0] + "-" + two_digits(parts[1]) + "-" + two_digits(parts[2]);
}

Json value_of(const Field& field, std::string_view cell) {
  switch (field.kind) {
    case Kind::number:
    case Kind::unit:
    case Kind::region:
      return number_or_text(cell);
    case Kind::code:
      return code_of(field, cell);
    case Kind::flag:
      return flag_of(cell);
    case Kind::address:
      return address_of(cell);
    case Kind::date:
      return date_of(cell);
    default:
      return cell;
  }
}

// "203.0.113.0/24" or "203.0.113.0-203.0.113.255" in `from`, when `to` is left empty.
void spread_range(Json& document) {
  if (document.find("to")) return;
  const auto range = china::parse_ip_range(document["from"].as_string());
  if (!range) return;
  document.set("from", range->from.text());
  document.set("to", range->to.text());
}

}  // namespace

std::string Header::title_of(std::string_view pointer) const {
  if (pointer.starts_with('/')) pointer.remove_prefix(1);
  for (const auto& column : columns)
    if (column.field && column.field->name == pointer) return column.title;
  const Field* field = find_field(pointer);
  return std::string(field ? field->title : pointer);
}

Result<Header> read_header(const std::vector<std::string>& cells, bool block_given) {
  Header out;
  Problems problems;
  std::set<std::string> seen;
  for (const auto& cell : cells) {
    const std::string title(text::trim(cell));
    Header::Column column{title};
    column.is_block = title == kBlockColumn || title == "block";
    column.is_id = title == kIdColumn || title == "id";
    column.field = find_field(title);
    const bool known = column.is_block || column.is_id || column.field || is_passed_over(title);
    const std::string means = column.field ? std::string(column.field->name) : title;
    if (!title.empty() && !known)
      problems.push_back({ProblemCode::unknown_field, "/header/" + title, {}});
    else if (!title.empty() && !seen.insert(means).second)
      problems.push_back({ProblemCode::duplicate, "/header/" + title, {}});
    out.columns.push_back(std::move(column));
  }
  if (!seen.contains("from"))
    problems.push_back(
        {ProblemCode::required, "/header/" + std::string(find_field("from")->title), {}});
  const bool has_block =
      std::ranges::any_of(out.columns, [](const Header::Column& c) { return c.is_block; });
  if (!has_block && !block_given)
    problems.push_back({ProblemCode::required, "/header/" + std::string(kBlockColumn), {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return out;
}

Line read_line(const Header& header, csv::Record record, csv::Encoding encoding,
               const ImportOptions& options, int64_t own_unit) {
  Line out;
  out.number = record.line;
  const auto bad = [&out](const std::string& column, Problem problem) {
    out.problems.push_back({out.number, column, std::move(problem)});
  };
  if (record.cells.size() > header.columns.size())
    bad("", {ProblemCode::too_many, "", {{"max", std::to_string(header.columns.size())}}});

  const auto wrong = csv::to_utf8(record, encoding);
  std::optional<Block> block = options.block;
  Json document = Json::object();
  for (size_t i = 0; i < std::min(record.cells.size(), header.columns.size()); ++i) {
    const auto& column = header.columns[i];
    if (std::ranges::find(wrong, i) != wrong.end()) {
      bad(column.title,
          {ProblemCode::bad_encoding, "", {{"encoding", std::string(name_of(encoding))}}});
      continue;
    }
    const auto cell = csv::plain_cell(text::trim(record.cells[i]));
    if (cell.empty()) continue;
    if (column.is_id) out.id = std::string(cell);
    if (column.is_block) {
      block = block_named(cell);
      if (!block) bad(column.title, {ProblemCode::code_unknown, "", {{"code", std::string(cell)}}});
    }
    if (column.field) document.set(column.field->name, value_of(*column.field, cell));
  }
  if (!block) {
    if (out.problems.empty()) bad(std::string(kBlockColumn), {ProblemCode::required, "", {}});
    return out;
  }
  out.block = *block;
  spread_range(document);
  out.document = normalized(document);
  for (auto& problem : validate(out.block, out.document, own_unit)) {
    const std::string column = header.title_of(problem.field);
    bad(column, std::move(problem));
  }
  return out;
}

std::string cell_of(const Field& field, const Json& document) {
  const Json& value = document[field.name];
  if (value.is_string()) return value.as_string();
  return value.is_int() ? std::to_string(value.as_int()) : std::string();
}

}  // namespace beian::addresses
