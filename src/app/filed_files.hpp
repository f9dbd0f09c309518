// Files of filed records: an authority's library (SJTB: XML, or a zip of it) or CSV
// (registry/filed_csv.hpp). Read record by record.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::app {

struct FileRecord {
  int64_t line = 0;     // where it begins
  std::string place;    // "/SJTB/ICP/Baxx[7]"; of CSV empty
  Json record;          // as registry::record() takes it
  Problems problems;    // then it is not whole
  std::string content;  // with problems: as it stood, where that is to be had
};

enum class FiledFormat { sjtb, csv };
// By how it begins. file_unreadable.
Result<FiledFormat> format_of(const std::string& path);

// Every filed record; other parts of a library are passed over. Stops when `take` returns false.
// The problems of a file that is broken, or is none of these: what came before has been handed on.
Status read_filed(const std::string& path, FiledFormat format,
                  const std::function<bool(FileRecord)>& take);

}  // namespace beian::app
