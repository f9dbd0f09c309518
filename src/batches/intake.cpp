#include "batches/intake.hpp"

#include <map>
#include <sstream>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "batches/columns.hpp"
#include "orders/document.hpp"
#include "platform/sheet/sheet.hpp"

namespace beian::batches {
namespace {

std::unexpected<Problems> bad_sheet(const std::string& reason) {
  return fail(ProblemCode::bad_spreadsheet, "/file", {{"reason", reason}});
}

std::unexpected<Problems> too_many(const Limits& limits) {
  return fail(ProblemCode::too_many, "/file", {{"max", std::to_string(limits.rows)}});
}

// Header first, then one row after the other.
class TableReader {
 public:
  explicit TableReader(const Limits& limits) : limits_(limits) {}

  // False: the reading is over, by a fault of the whole.
  bool take(int64_t line, const std::vector<std::string>& cells) {
    if (!header_) {
      header_ = read_header(cells);
      return header_->has_value();
    }
    bool empty = true;
    for (const auto& cell : cells) empty = empty && text::trim(cell).empty();
    if (empty) return true;
    if (rows_.size() == limits_.rows) {
      too_many_ = true;
      return false;
    }
    Row row;
    row.number = static_cast<int64_t>(rows_.size()) + 1;
    row.line = line;
    row.body = body_of(**header_, cells, row.problems);
    rows_.push_back(std::move(row));
    return true;
  }

  Result<std::vector<Row>> finish() {
    if (!header_) return fail(ProblemCode::required, "/header");
    if (!*header_) return fail(*header_);
    if (too_many_) return too_many(limits_);
    if (rows_.empty()) return fail(ProblemCode::required, "/rows");
    return std::move(rows_);
  }

 private:
  const Limits& limits_;
  std::optional<Result<Header>> header_;
  std::vector<Row> rows_;
  bool too_many_ = false;
};

Result<std::vector<Row>> read_csv(const std::string& bytes, const Limits& limits) {
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) return bad_sheet("是旧版 .xls 文件，或已加密");
  std::istringstream in(bytes);
  const csv::Encoding encoding = csv::sniff(in);
  csv::Reader reader(in);
  csv::Record record;
  TableReader table(limits);
  while (true) {
    const auto got = reader.next(record);
    if (got == csv::Reader::Got::end) break;
    const std::string line = std::to_string(record.line);
    if (got == csv::Reader::Got::unclosed) return bad_sheet("第 " + line + " 行的引号没有结束");
    if (got == csv::Reader::Got::too_long) return bad_sheet("第 " + line + " 行过长");
    if (!csv::to_utf8(record, encoding).empty())
      return bad_sheet("第 " + line + " 行有不能识别的字符，文件按 " +
                       std::string(name_of(encoding)) + " 读取");
    if (!table.take(record.line, record.cells)) break;
  }
  return table.finish();
}

Result<std::vector<Row>> read_sheet(const std::string& bytes, const Limits& limits) {
  TableReader table(limits);
  const auto read =
      sheet::read_xlsx(bytes, [&](sheet::Row&& row) { return table.take(row.line, row.cells); });
  if (!read) {
    Problems problems;
    append_under(problems, "/file", read.error());
    return std::unexpected(std::move(problems));
  }
  return table.finish();
}

Result<std::vector<Row>> read_json(const std::string& bytes, const Limits& limits) {
  auto body = parse_json(bytes);
  if (!body) return fail(body);
  if (!body->is_object()) return fail(ProblemCode::wrong_type, "", {{"expected", "object"}});
  Problems problems;
  for (const auto& [name, value] : body->members())
    if (name != "rows")
      problems.push_back({ProblemCode::unknown_field, "/" + orders::pointer_token(name), {}});
  Json* list = body->find("rows");
  if (!list || list->is_null())
    problems.push_back({ProblemCode::required, "/rows", {}});
  else if (!list->is_array())
    problems.push_back({ProblemCode::wrong_type, "/rows", {{"expected", "array"}}});
  else if (list->size() == 0)
    problems.push_back({ProblemCode::required, "/rows", {}});
  else if (list->size() > limits.rows)
    return too_many(limits);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  std::vector<Row> rows;
  rows.reserve(list->size());
  for (Json& item : list->items()) {
    Row row;
    row.number = row.line = static_cast<int64_t>(rows.size()) + 1;
    if (!item.is_object())
      row.problems.push_back({ProblemCode::wrong_type, "", {{"expected", "object"}}});
    else
      row.body = std::move(item);
    if (row.body.is_null()) row.body = Json::object();
    rows.push_back(std::move(row));
  }
  return rows;
}

// Each is filed once, so only the first row that has it can succeed.
void mark_duplicates(std::vector<Row>& rows) {
  std::map<std::string, int64_t> seen;
  for (auto& row : rows) {
    const std::string& kind = row.body["kind"].as_string();
    if (!kind.empty() && kind != "first" && kind != "add_service" && kind != "add_access") continue;
    for (const auto& [domain, pointer] : orders::domains_of(row.body["document"])) {
      if (domain.empty()) continue;
      const auto [first, fresh] = seen.emplace(domain, row.number);
      if (!fresh && first->second != row.number)
        row.problems.push_back({ProblemCode::duplicate, "/document" + pointer, {}});
    }
  }
}

std::string_view plain_type(std::string_view type) {
  return text::trim(type.substr(0, type.find(';')));
}

}  // namespace

std::string_view name_of(Format format) {
  switch (format) {
    case Format::csv:
      return "csv";
    case Format::xlsx:
      return "xlsx";
    case Format::json:
      return "json";
  }
  return "";
}

Result<Format> format_of(std::string_view content_type, std::string_view body) {
  if (sheet::looks_like_xlsx(body)) return Format::xlsx;
  const std::string type = text::lower_ascii(plain_type(content_type));
  if (type == "application/json" || type.ends_with("+json")) return Format::json;
  // Browsers call a .csv what the system's spreadsheet program is.
  if (type.empty() || type == "text/csv" || type == "text/plain" ||
      type == "application/vnd.ms-excel" || type == "application/octet-stream" ||
      type == "application/csv" ||
      type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    return Format::csv;
  return fail(ProblemCode::unsupported_media_type, "",
              {{"expected",
                "text/csv, application/json, "
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}});
}

Result<std::vector<Row>> read_rows(Format format, const std::string& bytes, const Limits& limits) {
  if (bytes.size() > limits.bytes)
    return fail(ProblemCode::too_large, "", {{"max", std::to_string(limits.bytes)}});
  auto rows = format == Format::xlsx   ? read_sheet(bytes, limits)
              : format == Format::json ? read_json(bytes, limits)
                                       : read_csv(bytes, limits);
  if (rows) mark_duplicates(*rows);
  return rows;
}

}  // namespace beian::batches
