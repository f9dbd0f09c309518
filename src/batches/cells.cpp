// From cells to the body of an order.
#include <algorithm>
#include <array>
#include <map>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "batches/columns.hpp"
#include "china/codes.hpp"
#include "china/ip.hpp"
#include "china/regions.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"

namespace beian::batches {
namespace {

constexpr std::pair<std::string_view, std::string_view> kServiceKinds[] = {
    {"网站", "website"},        {"APP", "app"},          {"应用程序", "app"},
    {"小程序", "mini_program"}, {"快应用", "quick_app"},
};

// The places of a list in a cell, without blanks around and empty ones.
std::vector<std::string> parts_of(std::string_view cell, std::string_view separators) {
  std::string plain(cell);
  for (size_t at = 0; (at = plain.find("；", at)) != std::string::npos;)
    plain.replace(at, std::string_view("；").size(), ";");
  std::vector<std::string> out;
  std::string part;
  const auto end_part = [&] {
    if (const auto trimmed = text::trim(part); !trimmed.empty()) out.emplace_back(trimmed);
    part.clear();
  };
  for (const char c : plain) {
    if (c == ';' || c == '\n' || c == '\r' || separators.find(c) != std::string_view::npos)
      end_part();
    else
      part += c;
  }
  end_part();
  return out;
}

// Sets a value inside the body by a pointer of the table of columns: objects, and lists of one.
void put(Json& body, std::string_view pointer, Json value) {
  Json* at = &body;
  const auto tokens = text::split(pointer.substr(1), '/');
  for (size_t i = 0; i < tokens.size(); ++i) {
    const bool last = i + 1 == tokens.size();
    if (tokens[i] == "0") {
      if (at->size() == 0) at->push(Json::object());
      at = &at->items().front();
      continue;
    }
    if (last) {
      at->set(tokens[i], std::move(value));
      return;
    }
    if (!at->find(tokens[i]))
      at->set(tokens[i], tokens[i + 1] == "0" ? Json::array() : Json::object());
    at = at->find(tokens[i]);
  }
}

// A code by its number or name. Whether the number is one is judged with the order: the authority's
// tables may know more than the program's.
std::optional<int64_t> code_of(std::string_view table, std::string_view cell) {
  int64_t code = 0;
  if (text::parse_i64(cell, code)) return code;
  static const auto kByName = [] {
    std::map<std::string, std::map<std::string, int64_t>, std::less<>> out;
    for (const auto& known : china::code_tables())
      for (const auto& row : known.rows())
        for (const auto& name : {text::lower_ascii(row.zh), text::lower_ascii(row.en)})
          if (!name.empty()) out[known.name()].emplace(name, row.code);
    return out;
  }();
  const auto names = kByName.find(table);
  if (names == kByName.end()) return std::nullopt;
  const auto found = names->second.find(text::lower_ascii(cell));
  if (found == names->second.end()) return std::nullopt;
  return found->second;
}

class RowReader {
 public:
  explicit RowReader(Problems& problems) : problems_(problems) {}

  void cell(const Column& column, std::string_view cell) {
    switch (column.form) {
      case Form::text:
        return set(column, cell);
      case Form::texts: {
        Json list = Json::array();
        for (auto& part : parts_of(cell, ", ")) list.push(std::move(part));
        return set(column, std::move(list));
      }
      case Form::code:
        if (const auto code = code_of(column.table, cell)) return set(column, *code);
        return unknown(column, "", cell);
      case Form::codes:
        return codes(column, cell);
      case Form::region:
        return regions_.push_back({&column, std::string(cell)});
      case Form::kind:
        return kind(column, cell);
      case Form::service:
        return service(column, cell);
      case Form::addresses:
        return addresses(column, cell);
      case Form::approvals:
        return approvals(column, cell);
    }
  }

  // Names of places are told from the larger to the smaller.
  Json finish() {
    std::ranges::stable_sort(regions_, {}, [](const auto& r) { return r.column; });
    int64_t parent = 0;
    for (const auto& [column, cell] : regions_) {
      int64_t code = 0;
      if (!text::parse_i64(cell, code)) code = region_named(cell, parent);
      if (code == 0)
        problems_.push_back({ProblemCode::unknown_region, std::string(column->pointer), {}});
      else
        set(*column, code);
      parent = code;
    }
    return std::move(body_);
  }

 private:
  void set(const Column& column, Json value) { put(body_, column.pointer, std::move(value)); }
  void unknown(const Column& column, const std::string& below, std::string_view cell) {
    problems_.push_back({ProblemCode::code_unknown,
                         std::string(column.pointer) + below,
                         {{"code", std::string(cell)}}});
  }
  static std::string place(size_t i) { return "/" + std::to_string(i); }

  void codes(const Column& column, std::string_view cell) {
    Json list = Json::array();
    // Some names have separators in them.
    if (const auto whole = code_of(column.table, cell)) {
      list.push(*whole);
      return set(column, std::move(list));
    }
    for (const auto& part : parts_of(cell, ",")) {
      if (const auto code = code_of(column.table, part))
        list.push(*code);
      else
        unknown(column, place(list.size()), part);
    }
    set(column, std::move(list));
  }

  static int64_t region_named(std::string_view name, int64_t parent) {
    int64_t found = 0;
    for (const auto* region : china::regions_under(parent)) {
      if (region->name == name) return region->code;
      // 广东 is 广东省, 天河 is 天河区; of two that begin so neither is meant.
      if (name.size() < 6 || !region->name.starts_with(name)) continue;
      if (found != 0) return 0;
      found = region->code;
    }
    return found;
  }

  void kind(const Column& column, std::string_view cell) {
    for (const auto& kind : orders::order_kinds())
      if (kind.name == cell || kind.title == cell) return set(column, kind.name);
    set(column, cell);  // told when the order is made
  }

  void service(const Column& column, std::string_view cell) {
    for (const auto& [chinese, name] : kServiceKinds)
      if (text::upper_ascii(cell) == chinese || cell == name) return set(column, name);
    set(column, cell);
  }

  void addresses(const Column& column, std::string_view cell) {
    Json list = Json::array();
    for (const auto& part : parts_of(cell, ", ")) {
      const auto range = china::parse_ip_range(part);
      if (!range) {
        append_under(problems_, std::string(column.pointer) + place(list.size()), range.error());
        continue;
      }
      list.push(Json::object({{"from", range->from.text()}, {"to", range->to.text()}}));
    }
    set(column, std::move(list));
  }

  void approvals(const Column& column, std::string_view cell) {
    Json list = Json::array();
    for (auto part : parts_of(cell, "")) {
      if (const size_t wide = part.find("："); wide != std::string::npos)
        part.replace(wide, std::string_view("：").size(), ":");
      const size_t colon = part.find(':');
      const auto type = text::trim(std::string_view(part).substr(0, colon));
      const auto code = code_of(column.table, type);
      if (colon == std::string::npos)
        problems_.push_back(
            {ProblemCode::bad_format, std::string(column.pointer) + place(list.size()), {}});
      else if (!code)
        unknown(column, place(list.size()), type);
      else
        list.push(Json::object(
            {{"content_type", *code},
             {"number", std::string(text::trim(std::string_view(part).substr(colon + 1)))}}));
    }
    set(column, std::move(list));
  }

  struct RegionCell {
    const Column* column;
    std::string cell;
  };
  Problems& problems_;
  Json body_ = Json::object();
  std::vector<RegionCell> regions_;
};

}  // namespace

Result<Header> read_header(const std::vector<std::string>& cells) {
  Header header;
  Problems problems;
  for (const std::string& cell : cells) {
    const auto name = text::trim(cell);
    if (name.empty()) {
      header.push_back(nullptr);
      continue;
    }
    const auto known = columns();
    const auto found = std::ranges::find_if(
        known, [&](const Column& c) { return c.name == name || c.chinese == name; });
    const std::string field = "/header/" + orders::pointer_token(name);
    if (found == known.end())
      problems.push_back({ProblemCode::unknown_field, field, {}});
    else if (std::ranges::find(header, &*found) != header.end())
      problems.push_back({ProblemCode::duplicate, field, {}});
    else
      header.push_back(&*found);
  }
  if (problems.empty() && std::ranges::all_of(header, [](const auto* c) { return !c; }))
    problems.push_back({ProblemCode::required, "/header", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return header;
}

Json body_of(const Header& header, const std::vector<std::string>& cells, Problems& problems) {
  RowReader reader(problems);
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto cell = csv::plain_cell(text::trim(cells[i]));
    if (cell.empty()) continue;
    if (i >= header.size() || !header[i]) {
      problems.push_back({ProblemCode::too_many, "", {{"max", std::to_string(header.size())}}});
      break;
    }
    reader.cell(*header[i], cell);
  }
  return reader.finish();
}

}  // namespace beian::batches
