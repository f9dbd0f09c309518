// What became of the rows, and empty sheets to fill in, as files for people.
#pragma once

#include <string>

#include "base/problem_codes.hpp"
#include "batches/batch.hpp"

namespace beian::batches {

// One line for each problem of a row, and for each row without any: number, line, result, kind,
// order, column, pointer, code, text, advice. CSV begins with a byte order mark, which spreadsheet
// programs want.
std::string report_csv(const Context& context, const std::string& id, Language language);
std::string report_xlsx(const Context& context, const std::string& id, Language language);

// Only the header; an .xlsx has a second sheet that explains the columns.
std::string template_csv(Language language);
std::string template_xlsx(Language language);

}  // namespace beian::batches
