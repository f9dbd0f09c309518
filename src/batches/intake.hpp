// What somebody sent, as rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batches/batch.hpp"

namespace beian::batches {

enum class Format { csv, xlsx, json };
std::string_view name_of(Format format);

// By content and declared type: an .xlsx by its first bytes, JSON by its type, all else is CSV.
// unsupported_media_type when the type is of something else.
Result<Format> format_of(std::string_view content_type, std::string_view body);

// The rows of a file; empty lines are no rows. What is wrong with one row is among its problems;
// what is wrong with the file ends it: bad_spreadsheet, bad_encoding (/file or /header),
// malformed_json, unknown_field, duplicate and required (/header/NAME, /rows), wrong_type (/rows),
// too_many (/file, more rows than that), too_large. A domain that an earlier row has already is
// `duplicate`.
Result<std::vector<Row>> read_rows(Format format, const std::string& bytes, const Limits& limits);

}  // namespace beian::batches
