// One line of a CSV file as a document. Pure.
#pragma once

#include "addresses/import.hpp"
#include "base/csv.hpp"

namespace beian::addresses {

// The columns of a file by its header.
struct Header {
  struct Column {
    std::string title;             // as the file has it
    const Field* field = nullptr;  // or one of the two below, or none: passed over
    bool is_block = false, is_id = false;
  };
  std::vector<Column> columns;
  // The title that a field has here; its own when it has none.
  std::string title_of(std::string_view pointer) const;
};
// required, unknown_field, duplicate at /header/….
Result<Header> read_header(const std::vector<std::string>& cells, bool block_given);

struct Line {
  int64_t number = 0;
  std::string id;  // of the record, when the line names it
  Block block = Block::source;
  Json document;
  std::vector<LineProblem> problems;
};
// The cells in the file's encoding. Everything that is wrong with the line itself.
Line read_line(const Header& header, csv::Record record, csv::Encoding encoding,
               const ImportOptions& options, int64_t own_unit);

// Cells of a record, for the given fields.
std::string cell_of(const Field& field, const Json& document);

inline constexpr std::string_view kIdColumn = "编号", kBlockColumn = "类别";
inline constexpr std::string_view kStateColumn = "状态", kAuthorityColumn = "管局编号",
                                  kProviderColumn = "备案标识";

}  // namespace beian::addresses
