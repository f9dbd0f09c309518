// The columns of a spreadsheet of orders: their names in both languages, and what they fill in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/problem_codes.hpp"
#include "base/result.hpp"

namespace beian::batches {

enum class Form {
  text,
  texts,      // a list: separated by ; or a line's end (domains also by , and blanks)
  code,       // a number of a code table, or its name in Chinese or English
  codes,      // a list of them
  region,     // six digits or a name, each under the one before
  kind,       // of order, by name or title
  service,    // kind of service: website, 网站, …
  addresses,  // "203.0.113.1;203.0.113.8-203.0.113.9"
  approvals,  // "code or name:number" each
};

struct Column {
  std::string_view name, chinese;
  std::string_view pointer;  // into the row's body
  Form form = Form::text;
  std::string_view table{};  // of a code
  std::string_view note{};   // Chinese, for the template
};
std::span<const Column> columns();
std::string_view title_of(const Column& column, Language language);
// The column that a pointer into the body belongs to; nullptr: none has it.
const Column* column_at(std::string_view pointer);

using Header = std::vector<const Column*>;  // nullptr: a column without a name
// Cells may name columns in either language, in any order. unknown_field, duplicate at
// "/header/NAME"; required (/header) when nothing is named at all.
Result<Header> read_header(const std::vector<std::string>& cells);

// The body that a row's cells make. What a cell cannot be is told at the pointer of its column:
// code_unknown, unknown_region, bad_ip_address, bad_format; too_many for cells without a column.
Json body_of(const Header& header, const std::vector<std::string>& cells, Problems& problems);

}  // namespace beian::batches
