// Spreadsheets of documents, for tests and measurements.
#pragma once

#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/json.hpp"
#include "batches/columns.hpp"

namespace beian::batches::test {

inline std::string cell_of(const Column& column, const Json& value) {
  if (value.is_null()) return {};
  if (value.is_int()) return std::to_string(value.as_int());
  if (value.is_string()) return value.as_string();
  std::string out;
  for (const auto& item : value.items()) {
    if (!out.empty()) out += ";";
    if (column.form == Form::addresses)
      out += item["from"] == item["to"] ? item["from"].as_string()
                                        : item["from"].as_string() + "-" + item["to"].as_string();
    else if (column.form == Form::approvals)
      out += std::to_string(item["content_type"].as_int()) + ":" + item["number"].as_string();
    else
      out += item.is_int() ? std::to_string(item.as_int()) : item.as_string();
  }
  return out;
}

// One row of all columns for a body ({"document": …}).
inline std::vector<std::string> cells_of(const Json& body) {
  std::vector<std::string> out;
  for (const auto& column : columns()) {
    const Json* value = body.pointer(column.pointer);
    out.push_back(value ? cell_of(column, *value) : "");
  }
  return out;
}

inline std::vector<std::string> header_of(Language language) {
  std::vector<std::string> out;
  for (const auto& column : columns()) out.emplace_back(title_of(column, language));
  return out;
}

inline std::string csv_of(const std::vector<Json>& bodies, Language language = Language::zh) {
  std::string out = csv::line_of(header_of(language));
  for (const auto& body : bodies) out += csv::line_of(cells_of(body));
  return out;
}

}  // namespace beian::batches::test
