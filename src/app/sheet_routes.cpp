#include "app/sheet_routes.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "orders/document.hpp"
#include "platform/sheet/sheet.hpp"

namespace beian::app {
namespace {

constexpr size_t kMostRows = 50'000, kMostCells = 64, kLongestName = 100;
constexpr size_t kLongestSheetName = 31;
// Of the 32,767 units of UTF-16 that a cell holds.
constexpr size_t kLongestCell = 16'000;

std::string cell(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.as_string() : to_string(value);
}

std::vector<std::string> cells(const Json& row) {
  std::vector<std::string> out;
  for (const Json& value : row.items()) out.push_back(cell(value));
  return out;
}

Problems check(const Json& body) {
  Problems problems;
  for (const auto& [name, value] : body.members())
    if (name != "name" && name != "rows")
      problems.push_back({ProblemCode::unknown_field, "/" + orders::pointer_token(name), {}});
  const Json& name = body["name"];
  if (!name.is_string() || text::trim(name.as_string()).empty())
    problems.push_back({ProblemCode::required, "/name", {}});
  else if (text::length(name.as_string()) > kLongestName)
    problems.push_back({ProblemCode::too_long, "/name", {{"max", std::to_string(kLongestName)}}});
  const Json& rows = body["rows"];
  if (!rows.is_array() || rows.size() == 0)
    problems.push_back({ProblemCode::required, "/rows", {}});
  if (rows.size() > kMostRows)
    problems.push_back({ProblemCode::too_many, "/rows", {{"max", std::to_string(kMostRows)}}});
  const auto& items = rows.items();
  for (size_t i = 0; i < items.size() && problems.empty(); ++i) {
    const std::string at = "/rows/" + std::to_string(i);
    if (!items[i].is_array())
      problems.push_back({ProblemCode::wrong_type, at, {{"expected", "array"}}});
    else if (items[i].size() > kMostCells)
      problems.push_back({ProblemCode::too_many, at, {{"max", std::to_string(kMostCells)}}});
    for (size_t n = 0; n < items[i].size() && problems.empty(); ++n)
      if (text::length(items[i].at(n).as_string()) > kLongestCell)
        problems.push_back({ProblemCode::too_long,
                            at + "/" + std::to_string(n),
                            {{"max", std::to_string(kLongestCell)}}});
  }
  return problems;
}

bool is_continuation(char byte) {  // of a UTF-8 character
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// A spreadsheet forbids these in the name of a sheet.
std::string sheet_name(std::string name) {
  for (const char c : std::string_view("[]:*?/\\'")) std::ranges::replace(name, c, ' ');
  name = text::trim(name);
  while (text::length(name) > kLongestSheetName) {
    while (is_continuation(name.back())) name.pop_back();
    name.pop_back();
  }
  return name.empty() ? "1" : name;
}

http::Response make_sheet(const http::Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  if (const auto problems = check(*body); !problems.empty())
    return http::problem_response(request, problems);
  const std::string name(text::trim((*body)["name"].as_string()));
  const auto& rows = (*body)["rows"].items();
  sheet::Table table{sheet_name(name), cells(rows.front()), {}, {}};
  table.next = [&rows, at = size_t{1}](std::vector<std::string>& row) mutable {
    if (at >= rows.size()) return false;
    row = cells(rows[at++]);
    return true;
  };
  return {
      200,
      {{"Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
       {"Content-Disposition", "attachment; filename*=UTF-8''" + percent_encode(name + ".xlsx")},
       {"X-Content-Type-Options", "nosniff"},
       {"Cache-Control", "no-store"}},
      sheet::write_xlsx({std::move(table)})};
}

}  // namespace

std::vector<http::Route> sheet_routes() {
  return {{"POST", "/api/v1/sheets", accounts::kAccount,
           "A table as a spreadsheet (.xlsx); nothing is kept", make_sheet}};
}

}  // namespace beian::app
