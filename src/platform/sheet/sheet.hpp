// Spreadsheets (.xlsx): reading by libzip and room platform/xml, row by row, bounded against
// archives that unpack to more than they look; writing by libxlsxwriter (ADR 0022).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace beian::sheet {

struct Limits {
  size_t max_unpacked = 128 * 1024 * 1024;  // bytes of all parts that are read
  size_t max_columns = 256;
  size_t max_cell = 32 * 1024;  // bytes
};

struct Row {
  int64_t line = 0;  // as the spreadsheet counts, from 1
  std::vector<std::string> cells;
};

// Does it begin like an .xlsx (a zip archive)?
bool looks_like_xlsx(std::string_view bytes);

// The rows of the first sheet that have anything in them, until `take` answers false. Cells are
// texts as a person reads them: whole numbers without exponent or decimals, 1 and 0 for yes and no;
// a number of more than 15 digits, which a spreadsheet cannot hold, keeps its exponent. Formulas
// count by the result that was saved with them.
// bad_spreadsheet with a Chinese reason: no .xlsx, encrypted, damaged, no sheet, a limit.
Status read_xlsx(std::string_view bytes, const std::function<bool(Row&&)>& take,
                 const Limits& limits = {});

struct Table {
  std::string name;  // of the sheet, at most 31 characters
  std::vector<std::string> header;
  std::vector<double> widths;  // of columns, in characters; those left out have 16
  // Fills the next row; false: there is none. May be empty.
  std::function<bool(std::vector<std::string>&)> next;
};
// A workbook of text cells: nothing is taken for a number or a formula. The header stays in sight.
// Rows are written as they come; throws std::runtime_error when the disk refuses.
std::string write_xlsx(std::vector<Table> tables);

}  // namespace beian::sheet
