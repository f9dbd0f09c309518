#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <unordered_map>

#include "base/descriptor.hpp"
#include "platform/db/connection.hpp"

namespace beian::db {

namespace {

// Prepared statements kept for a connection. More texts than that means that texts are being made
// up at run time; then the cache starts anew.
constexpr size_t kStatements = 256;

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct Statement {
  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  std::shared_ptr<const std::vector<std::string>> columns;
};

// Leaves a cached statement ready for its next use, whatever happens. A bound text is the caller's
// memory, so the bindings go too.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

[[noreturn]] void throw_error(sqlite3* handle, int code, const std::string& what) {
  const int extended = handle ? sqlite3_extended_errcode(handle) : code;
  const std::string reason = what + ": " + (handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code));
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
      extended == SQLITE_CONSTRAINT_ROWID)
    throw UniqueViolation(sqlite3_errmsg(handle));
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      throw Unavailable(reason);
    default:
      throw std::runtime_error(reason);
  }
}

Value value_at(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    default: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
      return bytes ? std::string(bytes, size) : std::string();
    }
  }
}

class Sqlite final : public Connection {
 public:
  Sqlite(const std::string& path, Mode mode, const Options& options);
  ~Sqlite() override {
    statements_.clear();
    sqlite3_close(handle_);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  Dialect dialect() const override { return Dialect::sqlite; }
  bool broken() const override { return false; }
  void rollback() noexcept override {
    // A full disk or an I/O error has rolled back by itself.
    if (!sqlite3_get_autocommit(handle_))
      sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  void ping() override { plain("SELECT count(*) FROM sqlite_schema"); }

 private:
  Rows run(std::string_view sql, const Params& params, int64_t* changed) override;
  void run_bulk(const BulkTarget& target, const std::vector<Value>& cells) override;
  void start(Mode mode, Isolation) override {
    mode_ = mode;
    plain(mode == Mode::write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  void finish() override { plain("COMMIT"); }

  void plain(const char* sql);
  void switch_to_wal(int patience_ms);
  Statement& prepare(std::string_view sql);
  void bind(sqlite3_stmt* statement, const Params& params, std::string_view sql);
  void bind_value(sqlite3_stmt* statement, int index, std::string_view name, const Value& value);

  sqlite3* handle_ = nullptr;
  Mode mode_ = Mode::read;
  std::unordered_map<std::string, Statement> statements_;
};

Sqlite::Sqlite(const std::string& path, Mode mode, const Options& options) {
  if (mode == Mode::write) {
    // Made here, so that only the owner may read it; the WAL file takes over the mode.
    open_file(path, O_CREAT | O_RDWR, 0600);
  }
  const int code = sqlite3_open_v2(
      path.c_str(), &handle_,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  try {
    if (code != SQLITE_OK) throw_error(handle_, code, "cannot open " + path);
    sqlite3_busy_timeout(handle_, options.busy_timeout_ms);
    switch_to_wal(options.busy_timeout_ms);
    plain("PRAGMA synchronous=FULL");
    plain("PRAGMA foreign_keys=ON");
    plain("PRAGMA temp_store=MEMORY");
    plain("PRAGMA cache_size=-16384");  // KiB
    // 2000 pages are 8 MiB: the log is copied back in one fsynced go now and then, and after a
    // burst it is cut to 64 MiB.
    plain("PRAGMA wal_autocheckpoint=2000");
    plain("PRAGMA journal_size_limit=67108864");
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

// The switch needs the file alone and, unlike other locks, does not wait by the busy handler when
// another connection is switching too.
void Sqlite::switch_to_wal(int patience_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  for (;;) {
    const int code = sqlite3_exec(handle_, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr);
    if (code == SQLITE_OK) return;
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > deadline)
      throw_error(handle_, code, "cannot switch to WAL");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Sqlite::plain(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_error(handle_, code, sql);
}

Statement& Sqlite::prepare(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, key.c_str(), static_cast<int>(key.size() + 1),
                                      SQLITE_PREPARE_PERSISTENT, &made, &rest);
  Statement statement{std::unique_ptr<sqlite3_stmt, Finalize>(made), nullptr};
  if (code != SQLITE_OK) throw_error(handle_, code, key);
  if (!made) throw std::logic_error("an empty statement");
  if (std::string_view(rest).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw std::logic_error("more than one statement: " + key);
  if (statements_.size() >= kStatements) statements_.clear();
  return statements_.emplace(std::move(key), std::move(statement)).first->second;
}

void Sqlite::bind_value(sqlite3_stmt* statement, int index, std::string_view name,
                        const Value& value) {
  int code = SQLITE_OK;
  if (const auto* n = std::get_if<int64_t>(&value.variant())) {
    code = sqlite3_bind_int64(statement, index, *n);
  } else if (const auto* d = std::get_if<double>(&value.variant())) {
    code = sqlite3_bind_double(statement, index, *d);
  } else if (const auto* s = std::get_if<std::string>(&value.variant())) {
    check_text(name, *s);
    code = sqlite3_bind_text64(statement, index, s->data(), s->size(), SQLITE_STATIC, SQLITE_UTF8);
  } else {
    code = sqlite3_bind_null(statement, index);
  }
  if (code != SQLITE_OK) throw_error(handle_, code, "binding :" + std::string(name));
}

void Sqlite::bind(sqlite3_stmt* statement, const Params& params, std::string_view sql) {
  const int count = sqlite3_bind_parameter_count(statement);
  for (int i = 1; i <= count; ++i) {
    const char* name = sqlite3_bind_parameter_name(statement, i);
    if (!name || name[0] != ':')
      throw std::logic_error("only :name parameters are known: " + std::string(sql));
    bind_value(statement, i, name + 1, parameter(params, name + 1, sql));
  }
}

// The cached names, made anew when a migration changed what the statement gives.
void refresh_columns(Statement& statement) {
  sqlite3_stmt* handle = statement.handle.get();
  const auto count = static_cast<size_t>(sqlite3_column_count(handle));
  bool same = statement.columns && statement.columns->size() == count;
  for (size_t i = 0; same && i < count; ++i)
    same = (*statement.columns)[i] == sqlite3_column_name(handle, static_cast<int>(i));
  if (same) return;
  auto names = std::make_shared<std::vector<std::string>>();
  for (size_t i = 0; i < count; ++i)
    names->emplace_back(sqlite3_column_name(handle, static_cast<int>(i)));
  statement.columns = std::move(names);
}

Rows Sqlite::run(std::string_view sql, const Params& params, int64_t* changed) {
  Statement& statement = prepare(sql);
  sqlite3_stmt* handle = statement.handle.get();
  if (mode_ == Mode::read && !sqlite3_stmt_readonly(handle))
    throw std::logic_error("a write inside read(): " + std::string(sql));
  const Reset reset{handle};
  bind(handle, params, sql);
  // sqlite3_changes keeps an older number after a statement that changes no row, such as DDL.
  const auto before = sqlite3_total_changes64(handle_);
  Rows rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(handle)) == SQLITE_ROW) {
    if (rows.empty()) refresh_columns(statement);
    std::vector<Value> values;
    values.reserve(statement.columns->size());
    for (size_t i = 0; i < statement.columns->size(); ++i)
      values.push_back(value_at(handle, static_cast<int>(i)));
    rows.emplace_back(statement.columns, std::move(values));
  }
  if (code != SQLITE_DONE) throw_error(handle_, code, std::string(sql));
  if (changed)
    *changed = sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
  return rows;
}

void Sqlite::run_bulk(const BulkTarget& target, const std::vector<Value>& cells) {
  std::string sql = "INSERT INTO ";
  sql.append(target.table).append(" (").append(target.columns).append(") VALUES (?");
  for (size_t i = 1; i < target.width; ++i) sql += ", ?";
  sqlite3_stmt* handle = prepare(sql + ")").handle.get();
  if (mode_ == Mode::read) throw std::logic_error("a write inside read(): " + sql);
  const Reset reset{handle};
  for (size_t row = 0; row < cells.size(); row += target.width) {
    for (size_t i = 0; i < target.width; ++i)
      bind_value(handle, static_cast<int>(i + 1), target.columns, cells[row + i]);
    const int code = sqlite3_step(handle);
    if (code != SQLITE_DONE) throw_error(handle_, code, sql);
    sqlite3_reset(handle);
  }
}

}  // namespace

std::unique_ptr<Connection> connect_sqlite(const std::string& path, Mode mode,
                                           const Options& options) {
  return std::make_unique<Sqlite>(path, mode, options);
}

}  // namespace beian::db
