#include "platform/db/bulk.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/json.hpp"
#include "platform/db/connection.hpp"

namespace beian::db {

void insert_rows(Tx& tx, std::string_view table, std::string_view columns,
                 const std::vector<Value>& cells) {
  auto* connection = dynamic_cast<Connection*>(&tx);
  if (!connection) throw std::logic_error("insert_rows wants the transaction of a write()");
  const auto width = static_cast<size_t>(std::ranges::count(columns, ',')) + 1;
  if (cells.size() % width != 0) throw std::logic_error("insert_rows: not a whole row");
  if (!cells.empty()) connection->insert_rows({table, columns, width}, cells);
}

std::string select_listed(const Tx& tx, std::string_view columns, std::string_view table,
                          const Listed& listed, std::string_view also) {
  const bool sqlite = tx.dialect() == Dialect::sqlite;
  std::string where = " WHERE ";
  where.append(listed.column).append(" = listed_.value_");
  if (!also.empty()) where.append(" AND ").append(also);
  std::string out = "SELECT ";
  if (sqlite) {
    // Only the value: json_each has an "id" and a "type" of its own.
    out.append(columns).append(" FROM (SELECT value AS value_ FROM json_each(:");
    out.append(listed.parameter).append(")) AS listed_ CROSS JOIN ");
    return out.append(table) + where;
  }
  // OFFSET keeps the two from being joined in any other way: one array for a whole table would be
  // read anew for each of its rows. The list comes by a query of its own, whose length nobody can
  // tell before: else the plan for a known length seems cheaper, and is made anew for every list.
  out.append("rows_.* FROM unnest((SELECT CAST(:").append(listed.parameter);
  out += listed.type == ListOf::numbers ? " AS bigint[]" : " AS text[]";
  out.append("))) AS listed_ (value_) CROSS JOIN LATERAL (SELECT ").append(columns);
  return out.append(" FROM ").append(table) + where + " OFFSET 0) AS rows_";
}

Value list_value(const Tx& tx, const std::vector<int64_t>& numbers) {
  const bool sqlite = tx.dialect() == Dialect::sqlite;
  std::string out = sqlite ? "[" : "{";
  for (const int64_t number : numbers) {
    if (out.size() > 1) out += ',';
    out += std::to_string(number);
  }
  return out + (sqlite ? "]" : "}");
}

Value list_value(const Tx& tx, const std::vector<std::string>& texts) {
  if (tx.dialect() == Dialect::sqlite) {
    Json out = Json::array();
    for (const auto& text : texts) out.push(text);
    return to_string(out);
  }
  std::string out = "{";
  for (const auto& text : texts) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

void prefer_indexes(Tx& tx) {
  if (tx.dialect() != Dialect::postgres) return;
  tx.query(
      "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', "
      "true), set_config('enable_mergejoin', 'off', true)");
}

void expect_many_rows(Tx& tx) {
  if (tx.dialect() != Dialect::sqlite) return;
  tx.query("PRAGMA cache_size=-131072");        // KiB
  tx.query("PRAGMA wal_autocheckpoint=32768");  // pages
}

}  // namespace beian::db
