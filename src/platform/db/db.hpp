// SQL on SQLite and PostgreSQL through one interface (libsqlite3 and libpq behind it, ADR 0003).
// Only TEXT, BIGINT and DOUBLE PRECISION columns are used, so that one SQL text serves both; bytes
// go to the blob store. Texts are UTF-8 without a zero byte on both (PostgreSQL can hold no other):
// std::invalid_argument otherwise.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace beian::db {

enum class Dialect { sqlite, postgres };

class Value {
 public:
  Value() = default;  // NULL
  Value(std::nullptr_t) {}
  Value(int n) : value_(static_cast<int64_t>(n)) {}
  Value(unsigned n) : value_(static_cast<int64_t>(n)) {}
  Value(int64_t n) : value_(n) {}
  Value(long long n) : value_(static_cast<int64_t>(n)) {}
  Value(uint64_t n) : value_(static_cast<int64_t>(n)) {}
  Value(bool b) : value_(static_cast<int64_t>(b)) {}
  Value(double d) : value_(d) {}
  Value(const char* s) : value_(std::string(s)) {}
  Value(std::string_view s) : value_(std::string(s)) {}
  Value(std::string s) : value_(std::move(s)) {}
  template <class T>
  Value(const std::optional<T>& o) {
    if (o) *this = Value(*o);
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const std::variant<std::monostate, int64_t, double, std::string>& variant() const {
    return value_;
  }

 private:
  std::variant<std::monostate, int64_t, double, std::string> value_;
};

// {{"id", id}, {"state", "draft"}}: values of :id and :state in the SQL text. A name without a
// value throws std::logic_error. A number for a text column (or the reverse) is refused by
// PostgreSQL.
using Params = std::vector<std::pair<std::string_view, Value>>;

class Row {
 public:
  Row(std::shared_ptr<const std::vector<std::string>> names, std::vector<Value> values)
      : names_(std::move(names)), values_(std::move(values)) {}
  // By column name; an unknown name throws std::logic_error. NULL reads as 0 or "". Numbers read as
  // text and whole-number texts as numbers; any other text read as a number throws.
  int64_t i64(std::string_view column) const;
  double f64(std::string_view column) const;
  std::string text(std::string_view column) const;
  bool is_null(std::string_view column) const;
  std::optional<std::string> opt_text(std::string_view column) const;
  std::optional<int64_t> opt_i64(std::string_view column) const;
  int64_t first_i64() const;  // of the first column, whatever its name

 private:
  const Value& at(std::string_view column) const;
  std::shared_ptr<const std::vector<std::string>> names_;
  std::vector<Value> values_;
};
using Rows = std::vector<Row>;

// The database is away, locked beyond patience, or the disk is full: try again later (503).
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// A UNIQUE or PRIMARY KEY constraint refused the row. Leaves the transaction unusable: let it
// propagate out of write() and catch it there. what() names the constraint or columns.
class UniqueViolation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One connection inside one transaction. Valid only during the call that received it. After a
// statement has thrown, every further one, and the commit, throws the same again.
class Tx {
 public:
  virtual ~Tx() = default;
  virtual Dialect dialect() const = 0;
  virtual Rows query(std::string_view sql, const Params& params = {}) = 0;
  // Rows changed.
  virtual int64_t exec(std::string_view sql, const Params& params = {}) = 0;

  std::optional<Row> query_one(std::string_view sql, const Params& params = {});
  // The first column of the first row of e.g. `INSERT … RETURNING id`; throws when there is none.
  int64_t query_i64(std::string_view sql, const Params& params = {});
};

// The next number of a named row of numbers: 1, 2, 3… A transaction that rolls back gives its
// number back, so the row has no gaps; writers of one sequence wait for each other.
int64_t next_number(Tx& tx, std::string_view sequence);

struct Options {
  size_t connections = 8;
  // SQLite: wait for the writer; PostgreSQL: lock_timeout. Also the wait for a free connection.
  int busy_timeout_ms = 5000;
  int statement_timeout_ms = 30'000;  // PostgreSQL only
};

// PostgreSQL only; SQLite has one writer at a time and is serializable anyway.
enum class Isolation {
  serializable,    // as on SQLite: what was read still holds at the commit
  read_committed,  // for compare-and-set statements under contention, e.g. SKIP LOCKED queues
};

class Database {
 public:
  // "sqlite:PATH" or "postgresql://user@host:port/name" (libpq URI; unix sockets by ?host=/path).
  // SQLite: WAL, foreign keys on, synchronous=FULL. Throws Unavailable when it cannot be opened.
  static std::shared_ptr<Database> open(const std::string& url, Options options = {});
  virtual ~Database() = default;
  virtual Dialect dialect() const = 0;

  // Runs `work` in a transaction. Commits when it returns; rolls back when it throws, or, with
  // write_result, when it returns problems. `work` may run again after a serialization failure or a
  // lost connection, as long as nothing was committed: it must touch nothing but the Tx.
  // SQLite writes take the lock at the start (BEGIN IMMEDIATE). Calls on the same database do not
  // nest: std::logic_error. Unavailable from a lost commit means that it may have happened.
  virtual void write(const std::function<void(Tx&)>& work,
                     Isolation isolation = Isolation::serializable) = 0;
  // One snapshot; a statement that writes throws std::logic_error.
  virtual void read(const std::function<void(Tx&)>& work) = 0;

  template <class Work>
  auto write_result(Work&& work) -> decltype(work(std::declval<Tx&>())) {
    using R = decltype(work(std::declval<Tx&>()));
    std::optional<R> result;
    try {
      write([&](Tx& tx) {
        result.reset();
        result.emplace(work(tx));
        if (!*result) throw Rollback{};
      });
    } catch (const Rollback&) {
    }
    return std::move(*result);
  }
  template <class Work>
  auto read_value(Work&& work) -> decltype(work(std::declval<Tx&>())) {
    std::optional<decltype(work(std::declval<Tx&>()))> result;
    read([&](Tx& tx) { result.emplace(work(tx)); });
    return std::move(*result);
  }

  // A cheap round trip for /readyz; throws Unavailable.
  virtual void ping() = 0;

  struct Rollback {};
};

}  // namespace beian::db
