// The provider's list of resources as CSV.
#include <algorithm>
#include <array>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "resources/keep.hpp"

namespace beian::resources {

namespace {

constexpr int64_t kMostLines = 10'000;

enum class Form { text, number, yes_no, list };
struct Column {
  std::string_view name, chinese;
  Form form;
  bool required;
};
constexpr std::array<Column, 10> kColumns{{{"source_id", "实例", Form::text, true},
                                           {"account", "账号", Form::text, true},
                                           {"product", "产品", Form::text, true},
                                           {"region", "地域", Form::text, true},
                                           {"mainland", "内地", Form::yes_no, false},
                                           {"billing", "计费", Form::text, true},
                                           {"from", "开始", Form::text, true},
                                           {"until", "到期", Form::text, false},
                                           {"addresses", "地址", Form::list, true},
                                           {"quota", "次数", Form::number, false}}};

using Header = std::vector<const Column*>;

Result<Header> read_header(const std::vector<std::string>& cells) {
  Header header;
  Problems problems;
  for (const std::string& cell : cells) {
    const auto name = text::trim(cell);
    const auto* found = std::ranges::find_if(
        kColumns, [&](const Column& c) { return c.name == name || c.chinese == name; });
    if (found == kColumns.end())
      problems.push_back({ProblemCode::unknown_field, "/header/" + std::string(name), {}});
    else if (std::ranges::find(header, found) != header.end())
      problems.push_back({ProblemCode::duplicate, "/header/" + std::string(name), {}});
    else
      header.push_back(found);
  }
  for (const Column& column : kColumns)
    if (column.required && std::ranges::find(header, &column) == header.end())
      problems.push_back({ProblemCode::required, "/header/" + std::string(column.name), {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return header;
}

Json list_of(std::string_view cell) {
  Json list = Json::array();
  std::string part;
  const auto end_part = [&] {
    if (!part.empty()) list.push(part);
    part.clear();
  };
  for (const char c : cell) {
    if (c == ' ' || c == ';' || c == '\n' || c == '\r')
      end_part();
    else
      part += c;
  }
  end_part();
  return list;
}

// A cell in the type of the API; what it cannot be is told by the reader of the API's body.
Json value_of(const Column& column, std::string_view cell) {
  int64_t number = 0;
  switch (column.form) {
    case Form::number:
      if (text::parse_i64(cell, number)) return number;
      return cell;
    case Form::yes_no:
      if (cell == "是" || cell == "true" || cell == "1") return true;
      if (cell == "否" || cell == "false" || cell == "0") return false;
      return cell;
    case Form::list:
      return list_of(cell);
    case Form::text:
      break;
  }
  return cell;
}

Result<Json> body_of(const Header& header, csv::Record& record, csv::Encoding encoding,
                     std::string& source_id) {
  Json body = Json::object();
  if (record.cells.size() > header.size())
    return fail(ProblemCode::too_many, "", {{"max", std::to_string(header.size())}});
  Problems problems;
  for (const size_t i : csv::to_utf8(record, encoding))
    problems.push_back({ProblemCode::bad_encoding,
                        "/" + std::string(header[i]->name),
                        {{"encoding", std::string(name_of(encoding))}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  for (size_t i = 0; i < record.cells.size(); ++i) {
    const auto cell = csv::plain_cell(text::trim(record.cells[i]));
    if (cell.empty()) continue;
    if (header[i]->name == "source_id")
      source_id = cell;
    else
      body.set(header[i]->name, value_of(*header[i], cell));
  }
  return body;
}

struct Row {
  LineReport report;
  Json body;
};

Result<std::vector<Row>> read_rows(std::istream& in) {
  const csv::Encoding encoding = csv::sniff(in);
  csv::Reader reader(in);
  csv::Record record;
  if (reader.next(record) != csv::Reader::Got::record)
    return fail(ProblemCode::required, "/header");
  if (!csv::to_utf8(record, encoding).empty())
    return fail(ProblemCode::bad_encoding, "/header",
                {{"encoding", std::string(name_of(encoding))}});
  const auto header = read_header(record.cells);
  if (!header) return fail(header);
  std::vector<Row> rows;
  while (true) {
    const auto got = reader.next(record);
    if (got == csv::Reader::Got::end) return rows;
    if (static_cast<int64_t>(rows.size()) == kMostLines)
      return fail(ProblemCode::too_many, "/file", {{"max", std::to_string(kMostLines)}});
    Row row;
    row.report.line = record.line;
    if (got != csv::Reader::Got::record) {
      row.report.problems.push_back({ProblemCode::bad_format, "", {}});
      rows.push_back(std::move(row));
      return rows;
    }
    auto body = body_of(*header, record, encoding, row.report.source_id);
    if (body)
      row.body = std::move(*body);
    else
      row.report.problems = std::move(body.error());
    rows.push_back(std::move(row));
  }
}

}  // namespace

Result<ImportReport> import_csv(const Context& context, const std::string& actor, std::istream& in,
                                bool dry_run) {
  const auto rows = read_rows(in);
  if (!rows) return fail(rows);
  ImportReport report;
  const auto work = [&](db::Tx& tx) {
    report = {};
    for (const Row& row : *rows) {
      LineReport line = row.report;
      if (line.problems.empty()) {
        const auto kept = put_in(context, tx, actor, line.source_id, row.body, !dry_run);
        if (kept)
          line.effect = kept->created ? "created" : kept->changed ? "changed" : "unchanged";
        else
          line.problems = kept.error();
      }
      if (!line.problems.empty()) line.effect = "bad";
      (line.effect == "created"     ? report.created
       : line.effect == "changed"   ? report.changed
       : line.effect == "unchanged" ? report.unchanged
                                    : report.bad) += 1;
      report.lines.push_back(std::move(line));
    }
  };
  if (dry_run)
    context.database->read(work);
  else
    context.database->write(work);
  return report;
}

}  // namespace beian::resources
