#include "registry/filed_csv.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/regions.hpp"

namespace beian::registry {

namespace {

enum Column : size_t {
  province,
  entity_id,
  entity_number,
  entity_name,
  nature,
  certificate_type,
  certificate_number,
  service_id,
  service_number,
  service_name,
  domains,
  accesses,
  entity,
  service
};
constexpr std::array<std::string_view, 14> kColumns = {
    "province",         "entity_id",          "entity_number", "entity_name",    "nature",
    "certificate_type", "certificate_number", "service_id",    "service_number", "service_name",
    "domains",          "accesses",           "entity",        "service"};
constexpr auto kMustBe = {
    province,   entity_id,    entity_name, certificate_type, certificate_number,
    service_id, service_name, domains,     accesses};
constexpr size_t kNone = static_cast<size_t>(-1);

// One that somebody can have: no address, no suffix, in no other way than a filing names it.
bool is_domain(std::string_view name) {
  const auto normal = china::normalise_domain(name);
  return normal && china::independent_domain(*normal);
}

Problem at_line(ProblemCode code, std::string_view column, int64_t line) {
  return {code, std::string(column), {{"line", std::to_string(line)}}};
}

// Cells by column, whatever the file's order.
class Line {
 public:
  // wrong: cells that are not in the file's encoding.
  Line(const std::array<size_t, kColumns.size()>& order, csv::Record record,
       std::vector<size_t> wrong)
      : order_(order), record_(std::move(record)), wrong_(std::move(wrong)) {}
  bool is_wrong(Column column) const {
    return std::ranges::find(wrong_, order_[column]) != wrong_.end();
  }
  std::string_view operator[](Column column) const { return csv::plain_cell(raw(column)); }
  // With what keeps a spreadsheet from taking it for a formula.
  std::string_view raw(Column column) const {
    const size_t at = order_[column];
    return at < record_.cells.size() ? text::trim(record_.cells[at]) : std::string_view();
  }
  int64_t number() const { return record_.line; }
  std::string as_it_stood() const { return csv::line_of(record_.cells); }

 private:
  const std::array<size_t, kColumns.size()>& order_;
  csv::Record record_;
  std::vector<size_t> wrong_;
};

// Builds the record of an entity, line by line. What a document has keeps its place in it, so that
// it stays the same text.
class Builder {
 public:
  Builder(const Line& first, std::string_view encoding) : encoding_(encoding) {
    out_.line = first.number();
  }

  void add(const Line& line) {
    out_.lines += line.as_it_stood();
    line_ = line.number();
    for (size_t i = 0; i < kColumns.size(); ++i)
      if (line.is_wrong(static_cast<Column>(i)))
        wrong(ProblemCode::bad_encoding, static_cast<Column>(i),
              {"encoding", std::string(encoding_)});
    check_codes(line);
    Json whole = document(line, entity);
    if (whole.is_object()) entity_ = std::move(whole);
    if (entity_.is_null()) entity_ = Json::object();
    put_number(entity_, "authority_entity_id", line, entity_id);
    put_text(entity_, "filing_number", line, entity_number);
    put_text(entity_, "name", line, entity_name);
    put_number(entity_, "nature", line, nature);
    put_number(part(entity_, "location"), "province", line, province);
    put_number(part(entity_, "certificate"), "type", line, certificate_type);
    put_text(part(entity_, "certificate"), "number", line, certificate_number);
    Json one = document(line, service);
    if (!one.is_object()) one = Json::object();
    put_number(one, "authority_service_id", line, service_id);
    put_text(one, "filing_number", line, service_number);
    put_text(one, "name", line, service_name);
    put_list(one, "domains", line, domains, "authority_domain_id", "name");
    put_list(one, "accesses", line, accesses, "authority_access_id", "provider");
    services_.push(std::move(one));
  }

  CsvRecord finish() {
    out_.record =
        Json::object({{"entity", std::move(entity_)}, {"services", std::move(services_)}});
    return std::move(out_);
  }

 private:
  void wrong(ProblemCode code, Column column, std::pair<std::string, std::string> more = {}) {
    Problem problem = at_line(code, kColumns[column], line_);
    if (!more.first.empty()) problem.args.push_back(std::move(more));
    out_.problems.push_back(std::move(problem));
  }

  // What only people get wrong: an authority's own file has it right.
  void check_codes(const Line& line) {
    const auto number = [&](Column column) {
      int64_t out = 0;
      return text::parse_i64(line[column], out) ? std::optional(out) : std::nullopt;
    };
    const auto check = [&](Column column, const auto& known) {
      if (const auto code = number(column); code && !known(*code))
        wrong(ProblemCode::code_unknown, column, {"code", std::to_string(*code)});
    };
    check(province,
          [](int64_t code) { return !china::filing_prefix_of(china::province_of(code)).empty(); });
    check(nature,
          [](int64_t code) { return china::code_table("entity_nature").find(code) != nullptr; });
    check(certificate_type,
          [](int64_t code) { return china::code_table("certificate_type").find(code) != nullptr; });
    for (const Column column : {entity_id, service_id})
      if (const auto id = number(column); id && *id <= 0) wrong(ProblemCode::bad_format, column);
  }

  Json document(const Line& line, Column column) {
    if (line[column].empty()) return {};
    auto json = parse_json(line[column]);
    if (!json || !json->is_object()) return wrong(ProblemCode::malformed_json, column), Json();
    return std::move(*json);
  }

  static Json& part(Json& object, std::string_view key) {
    Json* found = object.find(key);
    return found && found->is_object() ? *found : object.set(key, Json::object());
  }

  void put_text(Json& object, std::string_view key, const Line& line, Column column) {
    const auto cell = line[column], known = text::trim(object[key].as_string());
    if (!cell.empty() && known != cell && known != line.raw(column))
      object.set(key, std::string(cell));
  }
  void put_number(Json& object, std::string_view key, const Line& line, Column column) {
    int64_t number = 0;
    if (line[column].empty()) return;
    if (!text::parse_i64(line[column], number)) return wrong(ProblemCode::bad_format, column);
    if (!object[key].is_int() || object[key].as_int() != number) object.set(key, number);
  }

  // "id:value" with blanks between. Of an id that the document has only the value is put in.
  void put_list(Json& object, std::string_view key, const Line& line, Column column,
                std::string_view id_key, std::string_view value_key) {
    if (line[column].empty()) return;
    Json list = Json::array();
    for (const auto& item : text::split(line[column], ' ')) {
      if (item.empty()) continue;
      const size_t colon = item.find(':');
      int64_t id = 0, number = 0;
      const std::string value = colon == item.npos ? "" : item.substr(colon + 1);
      const bool numeric = column == accesses;
      if (!text::parse_i64(item.substr(0, colon), id) || id <= 0 || value.empty() ||
          (numeric && !text::parse_i64(value, number)))
        return wrong(ProblemCode::bad_format, column);
      if (!numeric && !is_domain(value))
        return wrong(ProblemCode::bad_domain, column, {"reason", value});
      const auto& known = object[key].items();
      const auto same = std::ranges::find_if(known, [&](const Json& one) {
        return one[id_key].is_int() && one[id_key].as_int() == id;
      });
      Json one = same == known.end() ? Json::object({{std::string(id_key), id}}) : *same;
      if (numeric && !(one[value_key].is_int() && one[value_key].as_int() == number))
        one.set(value_key, number);
      if (!numeric && one[value_key].as_string() != value) one.set(value_key, value);
      list.push(std::move(one));
    }
    if (!(object[key] == list)) object.set(key, std::move(list));
  }

  CsvRecord out_;
  std::string_view encoding_;
  int64_t line_ = 0;
  Json entity_;
  Json services_ = Json::array();
};

using Order = std::array<size_t, kColumns.size()>;

// All that is wrong with the first line.
Result<Order> order_from(const csv::Record& header) {
  Problems problems;
  Order order;
  order.fill(kNone);
  for (size_t i = 0; i < header.cells.size(); ++i) {
    const auto name = text::trim(header.cells[i]);
    const auto found = std::ranges::find(kColumns, name);
    size_t* const place =
        found == kColumns.end() ? nullptr : &order[static_cast<size_t>(found - kColumns.begin())];
    if (place == nullptr || *place != kNone)
      problems.push_back(at_line(ProblemCode::bad_format, name, header.line));
    else
      *place = i;
  }
  for (const Column column : kMustBe)
    if (order[column] == kNone)
      problems.push_back(at_line(ProblemCode::required, kColumns[column], header.line));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return order;
}

std::string list_text(const Json& list, std::string_view id_key, std::string_view value_key) {
  std::string out;
  for (const auto& item : list.items()) {
    if (!out.empty()) out += ' ';
    out += std::to_string(item[id_key].as_int()) + ":";
    const Json& value = item[value_key];
    // Names are kept as the authority sent them: what does not fit here stands in the document.
    if (!value.is_int() && !is_domain(value.as_string())) return {};
    out += value.is_int() ? std::to_string(value.as_int()) : value.as_string();
  }
  return out;
}

std::string number_text(const Json& number) {
  return number.is_int() ? std::to_string(number.as_int()) : "";
}

}  // namespace

Status read_filed_csv(std::istream& in, const std::function<bool(CsvRecord)>& take) {
  const csv::Encoding encoding = csv::sniff(in);
  csv::Reader reader(in);
  csv::Record record;
  std::optional<Order> order;
  std::optional<Builder> builder;
  std::string key;  // of the entity whose lines are read
  for (;;) {
    const auto got = reader.next(record);
    if (got == csv::Reader::Got::end) break;
    if (got != csv::Reader::Got::record)
      return std::unexpected(Problems{at_line(ProblemCode::bad_format, "", record.line)});
    auto wrong = csv::to_utf8(record, encoding);
    if (!order) {
      const auto found = order_from(record);
      if (!found) return fail(found);
      order = *found;
      continue;
    }
    const Line line(*order, std::move(record), std::move(wrong));
    std::string here(line[province].substr(0, 2));
    here += '-';
    here += line[entity_id];
    if (here != key && builder && !take(builder->finish())) return {};
    if (here != key || !builder) builder.emplace(line, csv::name_of(encoding));
    key = std::move(here);
    builder->add(line);
    record = {};
  }
  if (!order) return std::unexpected(Problems{at_line(ProblemCode::required, kColumns[0], 1)});
  if (builder) take(builder->finish());
  return {};
}

std::string filed_csv_header() {
  return csv::line_of({kColumns.begin(), kColumns.end()});
}

std::optional<std::string> filed_csv_lines(const Json& record) {
  std::string out;
  const Json& filer = record["entity"];
  const Json& certificate = filer["certificate"];
  for (const auto& one : record["services"].items()) {
    const bool first = out.empty();
    const auto once = [&](std::string text) { return first ? std::move(text) : std::string(); };
    const auto line = csv::line_of(
        {number_text(filer["location"]["province"]), number_text(filer["authority_entity_id"]),
         once(filer["filing_number"].as_string()), once(filer["name"].as_string()),
         once(number_text(filer["nature"])), once(number_text(certificate["type"])),
         once(certificate["number"].as_string()), number_text(one["authority_service_id"]),
         one["filing_number"].as_string(), one["name"].as_string(),
         list_text(one["domains"], "authority_domain_id", "name"),
         list_text(one["accesses"], "authority_access_id", "provider"), once(to_string(filer)),
         to_string(one)});
    if (line.size() > csv::kMostRecordBytes) return std::nullopt;
    out += line;
  }
  return out;
}

}  // namespace beian::registry
