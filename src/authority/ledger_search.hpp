// Conditions of a search in the ledger as they come. Private to ledger_*_sql.cpp.
#pragma once

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "platform/db/db.hpp"

namespace beian::authority::ledger {

// Downloads that a person should look at.
inline constexpr std::string_view kFlagged =
    "(flagged > 0 OR problem <> '' OR (ack_given_up > 0 AND acked = 0))";

class Conditions {
 public:
  void add(std::string_view condition) { (sql_ += " AND ") += condition; }
  void add(std::string_view condition, std::string_view name, db::Value value) {
    add(condition);
    params_.emplace_back(name, std::move(value));
  }
  // The rows of `table` that meet all of them, newest first.
  db::Rows newest(db::Tx& tx, std::string_view table, size_t limit) const {
    auto params = params_;
    params.emplace_back("rows", static_cast<int64_t>(limit));
    return tx.query("SELECT * FROM " + std::string(table) + " WHERE 1 = 1" + sql_ +
                        " ORDER BY number DESC LIMIT :rows",
                    params);
  }

 private:
  std::string sql_;
  db::Params params_;
};

// "column holds :name", where the value is made by part().
inline std::string holds(std::string_view column, std::string_view name) {
  return "LOWER(" + std::string(column) + ") LIKE :" + std::string(name) + " ESCAPE '!'";
}
inline std::string part(std::string_view wanted) {
  std::string out = "%";
  for (const char c : text::lower_ascii(wanted)) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + "%";
}

}  // namespace beian::authority::ledger
