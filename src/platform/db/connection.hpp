// Inside platform/db: what a backend gives to the pool. Not for other rooms.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::db {

// The transaction can be run again from its start: a serialization failure, a deadlock, or a
// connection that was lost before the commit was sent.
class TryAgain : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

enum class Mode { read, write };

// Of platform/db/bulk.hpp; `width` is the number of columns.
struct BulkTarget {
  std::string_view table, columns;
  size_t width;
};

class Connection : public Tx {
 public:
  Rows query(std::string_view sql, const Params& params) final {
    return guarded([&] { return run(sql, params, nullptr); });
  }
  int64_t exec(std::string_view sql, const Params& params) final {
    return guarded([&] {
      int64_t changed = 0;
      run(sql, params, &changed);
      return changed;
    });
  }
  void insert_rows(const BulkTarget& target, const std::vector<Value>& cells) {
    guarded([&] { run_bulk(target, cells); });
  }
  void begin(Mode mode, Isolation isolation) {
    failure_ = nullptr;
    start(mode, isolation);
  }
  // Refuses when a statement had failed, even if the caller swallowed its exception.
  void commit() {
    if (failure_) std::rethrow_exception(failure_);
    finish();
  }
  virtual void rollback() noexcept = 0;
  virtual void ping() = 0;
  // Of no further use: the pool replaces it.
  virtual bool broken() const = 0;

 protected:
  virtual Rows run(std::string_view sql, const Params& params, int64_t* changed) = 0;
  virtual void run_bulk(const BulkTarget& target, const std::vector<Value>& cells) = 0;
  virtual void start(Mode mode, Isolation isolation) = 0;
  virtual void finish() = 0;

 private:
  template <class Call>
  auto guarded(Call call) -> decltype(call()) {
    if (failure_) std::rethrow_exception(failure_);
    try {
      return call();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }
  std::exception_ptr failure_;
};

// The value of a parameter; std::logic_error when it was not given.
const Value& parameter(const Params& params, std::string_view name, std::string_view sql);
// std::invalid_argument unless UTF-8 without a zero byte. Says the name, never the value.
void check_text(std::string_view name, const std::string& value);

std::unique_ptr<Connection> connect_sqlite(const std::string& path, Mode mode,
                                           const Options& options);
std::unique_ptr<Connection> connect_postgres(const std::string& url, const Options& options);

}  // namespace beian::db
