// Many rows at a time, in the caller's transaction: for imports, where a statement for each row
// would cost more than the row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::db {

// New rows of one table: COPY on PostgreSQL, one prepared statement on SQLite. `columns` as in SQL
// ("id, name"); `cells` are the rows one after the other, and of exactly the columns' types. Throws
// as Tx::exec does: UniqueViolation when a row is there already. Only over a Tx of write().
void insert_rows(Tx& tx, std::string_view table, std::string_view columns,
                 const std::vector<Value>& cells);

// A SELECT of rows whose `column` is one of a list, which is one parameter: the text is the same
// whatever the list's length, and each of it is looked up by itself. `also`: a further condition.
//   tx.query(select_listed(tx, "id, name", "t", {"id", "ids", ListOf::numbers}, "cancelled = 0"),
//            {{"ids", list_value(tx, ids)}})
// What is in the list twice is told twice.
enum class ListOf { numbers, texts };
struct Listed {
  std::string_view column, parameter;
  ListOf type;
};
std::string select_listed(const Tx& tx, std::string_view columns, std::string_view table,
                          const Listed& listed, std::string_view also = {});
Value list_value(const Tx& tx, const std::vector<int64_t>& numbers);
Value list_value(const Tx& tx, const std::vector<std::string>& texts);

// From here to the end of the transaction PostgreSQL finds rows by indexes, whatever it thinks of
// the sizes of tables: those that are being filled have no statistics, and a plan that was made for
// a small table is kept.
void prefer_indexes(Tx& tx);

// This connection of SQLite will write much, from here to its end: 128 MB of its pages stay in
// memory, and the log is copied back every 128 MB instead of after nearly every transaction.
// Commits are as safe as ever.
void expect_many_rows(Tx& tx);

}  // namespace beian::db
