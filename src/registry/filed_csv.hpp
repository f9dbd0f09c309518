// Filed records as CSV: a line for each service, the lines of one entity one after the other.
//
//   province            of the entity, six digits: 440000 or 440305
//   entity_id           the authority's number of the entity
//   entity_number       粤ICP备2026000001号; may be empty when its services have numbers
//   entity_name
//   nature              1 to 9 (主办单位性质); may be empty
//   certificate_type, certificate_number
//   service_id          the authority's number of the service
//   service_number      粤ICP备2026000001号-1
//   service_name
//   domains             "11:example.cn 12:example.com.cn": the authority's number of the domain and
//                       its name, with blanks between
//   accesses            "21:900001 22:900002": its number of the access and the provider's
//   entity, service     the documents themselves as JSON (data/wire/miit-3.0.json, BASJ), for what
//                       has no column of its own; may be empty or missing
//
// The first line names the columns, in any order; only those of the ids, names, certificate,
// province, domains and accesses must be there. A cell that says otherwise than the document
// counts. On the further lines of an entity its own columns, but province and entity_id, may be
// empty. UTF-8 or GBK. As csv::Reader reads it, 64 KB a line.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::registry {

struct CsvRecord {
  int64_t line = 0;   // where it begins, from 1
  Json record;        // as record() takes it
  Problems problems;  // fields are columns, args have the line; then `record` is not whole
  std::string lines;  // as they stood, for whoever has to mend them
};
// Stops when `take` returns false. bad_format where a file is no such CSV (the field is a column
// that is missing or unknown), or cannot be read on; args have the line.
Status read_filed_csv(std::istream& in, const std::function<bool(CsvRecord)>& take);

std::string filed_csv_header();
// The lines of a record, with line ends; nothing when one is longer than may be read again.
std::optional<std::string> filed_csv_lines(const Json& record);

}  // namespace beian::registry
