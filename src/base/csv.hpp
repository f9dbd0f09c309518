// CSV as people's spreadsheets write it (RFC 4180): cells in quotes may hold commas, quotes (twice)
// and line ends. Read record by record, so that memory does not grow with the file.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace beian::csv {

inline constexpr size_t kMostRecordBytes = 64 * 1024;

struct Record {
  int64_t line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};

class Reader {
 public:
  enum class Got { record, end, unclosed, too_long };
  // Bytes; a byte order mark is the caller's business. The stream must outlive the reader.
  explicit Reader(std::istream& in) : in_(in) {}
  // Empty lines are passed over. unclosed: a quote that nothing ends, told at the line where its
  // record begins; too_long: a record above kMostRecordBytes, most often for the same cause.
  // After these two nothing more can be read.
  Got next(Record& record);

 private:
  int get() { return in_.get(); }
  std::istream& in_;
  int64_t line_ = 1;
};

// With CRLF, as spreadsheets expect; cells that need quotes get them. A cell that a spreadsheet
// would take for a formula (=, +, -, @ at its start) gets an apostrophe before it; plain_cell takes
// it away again.
std::string line_of(const std::vector<std::string>& cells);
std::string_view plain_cell(std::string_view cell);

// How a file is written: UTF-8 with or without byte order mark, or GBK: at least half of its lines
// that are not ASCII are no UTF-8. One wrong byte does not make a file GBK: read as that, all its
// names would become others. Reads the stream through and leaves it at the first byte after the
// mark.
enum class Encoding { utf8, gbk };
Encoding sniff(std::istream& in);
std::string_view name_of(Encoding encoding);  // UTF-8, GBK

// The cells as UTF-8. Which of them are not in that encoding, or have zero bytes, is answered, in
// order; what cannot be read in them is marked with U+FFFD.
std::vector<size_t> to_utf8(Record& record, Encoding encoding);

}  // namespace beian::csv
