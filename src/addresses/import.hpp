// CSV in and out. One form for both: a header with the names of the fields, in Chinese (起始IP) or
// English (from), in any order; `类别` (block) says of each line which block it is, `编号` (id)
// which record it means. Codes may be written as numbers or as their Chinese names, days as
// 2026-3-1 or 2026/03/01, addresses also as numbers; a block "203.0.113.0/24" may stand in `from`
// alone.
#pragma once

#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "addresses/store.hpp"
#include "base/csv.hpp"

namespace beian::addresses {

inline constexpr int64_t kMostLines = 100'000;
inline constexpr size_t kMostLineProblems = 1000;

struct ImportOptions {
  std::string link = {};            // as for link_named
  std::optional<Block> block = {};  // of lines that do not say it
  bool dry_run = false;             // look only
  bool good_lines = false;          // take the good lines; otherwise all or nothing
  std::string actor = {};
  std::function<void(int64_t lines)> progress = {};  // after each thousand
};

struct LineProblem {
  int64_t line = 0;
  std::string column;  // as the header has it; empty: the whole line
  Problem problem;
};
struct ImportReport {
  csv::Encoding encoding = csv::Encoding::utf8;
  int64_t lines = 0, created = 0, changed = 0, unchanged = 0, bad = 0;
  bool applied = false;               // false: a dry run, or a bad line in an all-or-nothing import
  std::vector<LineProblem> problems;  // at most kMostLineProblems
};

// A line names its record by `编号`, else by block and range (of a broadcast also the unit): so the
// same file again changes nothing. Lines keep to validate(); a record named twice is a duplicate; a
// record on its way to the authority cannot be changed (event_not_allowed). Line ranges that clash
// are check()'s business, before the report.
// The file is read a thousand lines at a time; of every line is kept only what it names, some 80
// bytes. Problems of the whole file, before anything is written: those of link_named(); /header:
// required, unknown_field, duplicate; /file: too_many (100,000 lines). All or nothing is one
// transaction. `in` must be seekable: it is read two to four times.
Result<ImportReport> import_csv(const Context& context, std::istream& in,
                                const ImportOptions& options);
Json report_json(const ImportReport& report, Language language);

// What import_csv reads, page by page: UTF-8 with byte order mark, or GBK (bad_encoding when a
// character has no GBK form). With a block only its columns. Also the columns 状态, 管局编号 and
// 备案标识, which an import passes over.
Status export_csv(const Context& context, const Filter& filter, csv::Encoding encoding,
                  const std::function<void(std::string_view)>& sink);

}  // namespace beian::addresses
