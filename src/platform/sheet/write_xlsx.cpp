#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "platform/sheet/sheet.hpp"

namespace beian::sheet {
namespace {

// libxlsxwriter writes to a file only.
class ScratchFile {
 public:
  ScratchFile() : path_((std::filesystem::temp_directory_path() / "beian-sheet-XXXXXX").string()) {
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) throw std::runtime_error("cannot make a temporary file for a spreadsheet");
    ::close(fd);
  }
  ~ScratchFile() { ::unlink(path_.c_str()); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::string& path() const { return path_; }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_;
};

void write_row(lxw_worksheet* sheet, lxw_row_t row, const std::vector<std::string>& cells,
               lxw_format* format) {
  for (size_t i = 0; i < cells.size(); ++i)
    if (!cells[i].empty())
      worksheet_write_string(sheet, row, static_cast<lxw_col_t>(i), cells[i].c_str(), format);
}

void write_table(lxw_workbook* book, const Table& table, lxw_format* bold, lxw_format* text) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, table.name.c_str());
  if (!sheet) throw std::runtime_error("a spreadsheet refuses the sheet " + table.name);
  for (size_t i = 0; i < table.header.size(); ++i) {
    const double width = i < table.widths.size() ? table.widths[i] : 16;
    const auto column = static_cast<lxw_col_t>(i);
    worksheet_set_column(sheet, column, column, width, text);
  }
  worksheet_freeze_panes(sheet, 1, 0);
  write_row(sheet, 0, table.header, bold);
  std::vector<std::string> cells;
  for (lxw_row_t row = 1; table.next && table.next(cells); ++row) {
    write_row(sheet, row, cells, text);
    cells.clear();
  }
}

}  // namespace

std::string write_xlsx(std::vector<Table> tables) {
  const ScratchFile file;
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(file.path().c_str(), &options);
  if (!book) throw std::runtime_error("cannot make a spreadsheet");
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  lxw_format* text = workbook_add_format(book);
  format_set_num_format(text, "@");
  try {
    for (const auto& table : tables) write_table(book, table, bold, text);
  } catch (...) {
    workbook_close(book);
    throw;
  }
  if (const lxw_error error = workbook_close(book); error != LXW_NO_ERROR)
    throw std::runtime_error(std::string("cannot write a spreadsheet: ") + lxw_strerror(error));
  return file.bytes();
}

}  // namespace beian::sheet
