#include <libpq-fe.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <unordered_map>

#include "base/text.hpp"
#include "platform/db/connection.hpp"
#include "platform/db/sql_text.hpp"

namespace beian::db {

namespace {

constexpr size_t kStatements = 256;

// Type numbers of pg_type.dat; they are fixed for built-in types.
constexpr Oid kBool = 16, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kOid = 26, kFloat4 = 700,
              kFloat8 = 701, kNumeric = 1700;

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

struct Statement {
  std::string name;
  std::shared_ptr<const std::vector<std::string>> columns;
};

// The primary message only: DETAIL would put values, and so personal data, into logs.
std::string message_of(const PGresult* result, PGconn* handle) {
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  if (message) return message;
  return handle ? PQerrorMessage(handle) : "no answer";
}

std::string_view state_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state ? state : "";
}

// SQLSTATE, PostgreSQL 15 manual, appendix A.
[[noreturn]] void throw_error(const PGresult* result, PGconn* handle, std::string_view sql) {
  const std::string_view state = state_of(result);
  std::string reason = message_of(result, handle);
  const auto is = [&](auto... states) { return ((state == states) || ...); };
  if (is("23505")) {
    const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    throw UniqueViolation(constraint ? constraint : reason);
  }
  // Serialization failure, deadlock.
  if (is("40001", "40P01")) throw TryAgain(reason);
  // The server is going down or the session was ended.
  if (PQstatus(handle) == CONNECTION_BAD || state.starts_with("08") ||
      is("57P01", "57P02", "57P03", "57P05", "25P03"))
    throw TryAgain("the connection to the database was lost: " + reason);
  // Disk full, out of memory, too many connections; I/O error; lock or statement time-out.
  if (state.starts_with("53") || is("58030", "55P03", "57014")) throw Unavailable(reason);
  if (is("22021", "22P05")) throw std::invalid_argument(reason);
  if (is("25006")) throw std::logic_error("a write inside read(): " + std::string(sql));
  if (is("0A000") && reason.find("cached plan") != std::string::npos) throw TryAgain(reason);
  throw std::runtime_error(reason + " [" + std::string(state) + "] in: " + std::string(sql));
}

Value number_or_text(std::string_view text) {
  int64_t n = 0;
  if (text::parse_i64(text, n)) return n;
  double d = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, d);
  if (read.ec == std::errc{} && read.ptr == end) return d;
  return std::string(text);
}

Value value_at(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return {};
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return text == "t";
    case kFloat4:
    case kFloat8: {
      double d = 0;  // from_chars knows "Infinity" and "NaN" too
      std::from_chars(text.data(), text.data() + text.size(), d);
      return d;
    }
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kNumeric:  // what sum() of BIGINT gives
      return number_or_text(text);
    default:
      return std::string(text);
  }
}

// Parameters in libpq's form. Texts stay the caller's; numbers are printed into `numbers`.
struct Bound {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<std::array<char, 32>> numbers;
  std::string signature;  // one letter a type: a statement is prepared once for each
};

Bound bind(const std::vector<std::string>& names, const Params& params, std::string_view sql) {
  Bound out;
  out.numbers.resize(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const auto& value = parameter(params, names[i], sql).variant();
    auto& digits = out.numbers[i];
    if (const auto* n = std::get_if<int64_t>(&value)) {
      *std::to_chars(digits.data(), digits.data() + digits.size() - 1, *n).ptr = '\0';
      out.types.push_back(kInt8);
      out.values.push_back(digits.data());
      out.signature += 'i';
    } else if (const auto* d = std::get_if<double>(&value)) {
      *std::to_chars(digits.data(), digits.data() + digits.size() - 1, *d).ptr = '\0';
      out.types.push_back(kFloat8);
      out.values.push_back(digits.data());
      out.signature += 'd';
    } else if (const auto* s = std::get_if<std::string>(&value)) {
      check_text(names[i], *s);
      out.types.push_back(kText);
      out.values.push_back(s->c_str());
      out.signature += 't';
    } else {
      out.types.push_back(kText);  // not used: the text says NULL
      out.values.push_back(nullptr);
      out.signature += 'n';
    }
  }
  return out;
}

class Postgres final : public Connection {
 public:
  Postgres(const std::string& url, const Options& options);
  ~Postgres() override { PQfinish(handle_); }
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  Dialect dialect() const override { return Dialect::postgres; }
  bool broken() const override { return broken_ || PQstatus(handle_) == CONNECTION_BAD; }
  void rollback() noexcept override {
    if (PQstatus(handle_) == CONNECTION_BAD) return;
    if (PQtransactionStatus(handle_) == PQTRANS_IDLE) return;
    const Answer answer(PQexec(handle_, "ROLLBACK"));
    if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) broken_ = true;
  }
  void ping() override { plain("SELECT 1"); }

 private:
  Rows run(std::string_view sql, const Params& params, int64_t* changed) override;
  void run_bulk(const BulkTarget& target, const std::vector<Value>& cells) override;
  void send(std::string_view bytes, std::string_view sql);
  void start(Mode mode, Isolation isolation) override {
    if (mode == Mode::read)
      plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    else if (isolation == Isolation::serializable)
      plain("BEGIN ISOLATION LEVEL SERIALIZABLE");
    else
      plain("BEGIN ISOLATION LEVEL READ COMMITTED");
  }
  void finish() override;

  Answer plain(const std::string& sql);
  const ParameterizedSql& parameterized(std::string_view sql);
  Statement& prepare(std::string_view sql, const ParameterizedSql& text, const Bound& bound);
  void forget_statements();
  Rows rows_of(const PGresult* result, Statement& statement);

  PGconn* handle_ = nullptr;
  bool broken_ = false;
  int64_t next_name_ = 0;
  std::unordered_map<std::string, ParameterizedSql> parameterized_;
  std::unordered_map<std::string, Statement> statements_;
};

Postgres::Postgres(const std::string& url, const Options& options) {
  // Those before dbname can be overridden in the URL.
  const std::array<const char*, 10> keys{
      "connect_timeout",           "keepalives_idle",  "keepalives_interval",
      "keepalives_count",          "tcp_user_timeout", "dbname",
      "fallback_application_name", "client_encoding",  nullptr};
  const std::array<const char*, 10> values{"5",         "15",        "5",    "3",    "20000",
                                           url.c_str(), "openbeian", "UTF8", nullptr};
  handle_ = PQconnectdbParams(keys.data(), values.data(), 1);
  if (!handle_) throw std::bad_alloc();
  try {
    if (PQstatus(handle_) != CONNECTION_OK)
      throw Unavailable(std::string("cannot connect to PostgreSQL: ") + PQerrorMessage(handle_));
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
    plain("SET lock_timeout = " + std::to_string(options.busy_timeout_ms));
    plain("SET statement_timeout = " + std::to_string(options.statement_timeout_ms));
    // A transaction whose process hangs must not hold its locks for ever.
    plain("SET idle_in_transaction_session_timeout = 120000");
    plain("SET TimeZone = 'UTC'");
  } catch (...) {
    PQfinish(handle_);
    throw;
  }
}

Answer Postgres::plain(const std::string& sql) {
  Answer answer(PQexec(handle_, sql.c_str()));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
    throw_error(answer.get(), handle_, sql);
  return answer;
}

void Postgres::finish() {
  const Answer answer(PQexec(handle_, "COMMIT"));
  if (PQresultStatus(answer.get()) == PGRES_COMMAND_OK) {
    // A transaction that had failed answers COMMIT with ROLLBACK.
    if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT")
      throw std::runtime_error("the transaction was rolled back");
    return;
  }
  try {
    throw_error(answer.get(), handle_, "COMMIT");
  } catch (const TryAgain& lost) {
    // Without the server's answer nobody knows whether it committed: running it again could do
    // everything twice.
    if (state_of(answer.get()).starts_with("40")) throw;
    throw Unavailable(std::string("no answer to COMMIT: ") + lost.what());
  }
}

const ParameterizedSql& Postgres::parameterized(std::string_view sql) {
  std::string key(sql);
  if (const auto found = parameterized_.find(key); found != parameterized_.end())
    return found->second;
  if (parameterized_.size() >= kStatements) parameterized_.clear();
  return parameterized_.emplace(std::move(key), cut_at_parameters(sql)).first->second;
}

void Postgres::forget_statements() {
  statements_.clear();
  plain("DEALLOCATE ALL");
}

Statement& Postgres::prepare(std::string_view sql, const ParameterizedSql& text,
                             const Bound& bound) {
  std::string key = bound.signature + ":" + std::string(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second;
  if (statements_.size() >= kStatements) forget_statements();
  const std::string name = "s" + std::to_string(++next_name_);
  const Answer answer(PQprepare(handle_, name.c_str(), text.text(bound.signature).c_str(),
                                static_cast<int>(bound.types.size()), bound.types.data()));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) throw_error(answer.get(), handle_, sql);
  return statements_.emplace(std::move(key), Statement{name, nullptr}).first->second;
}

Rows Postgres::rows_of(const PGresult* result, Statement& statement) {
  Rows rows;
  const int count = PQntuples(result), width = PQnfields(result);
  if (count == 0) return rows;
  if (!statement.columns) {
    auto names = std::make_shared<std::vector<std::string>>();
    for (int i = 0; i < width; ++i) names->emplace_back(PQfname(result, i));
    statement.columns = std::move(names);
  }
  rows.reserve(static_cast<size_t>(count));
  for (int r = 0; r < count; ++r) {
    std::vector<Value> values;
    values.reserve(static_cast<size_t>(width));
    for (int c = 0; c < width; ++c) values.push_back(value_at(result, r, c));
    rows.emplace_back(statement.columns, std::move(values));
  }
  return rows;
}

Rows Postgres::run(std::string_view sql, const Params& params, int64_t* changed) {
  const ParameterizedSql& text = parameterized(sql);
  const Bound bound = bind(text.names, params, sql);
  Statement& statement = prepare(sql, text, bound);
  const Answer answer(PQexecPrepared(handle_, statement.name.c_str(),
                                     static_cast<int>(bound.values.size()), bound.values.data(),
                                     nullptr, nullptr, 0));
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    // A migration changed a table under a prepared statement: a fresh connection plans anew.
    if (state_of(answer.get()) == "0A000") broken_ = true;
    throw_error(answer.get(), handle_, sql);
  }
  if (changed) {
    const std::string_view digits = PQcmdTuples(answer.get());
    const bool selects = std::string_view(PQcmdStatus(answer.get())).starts_with("SELECT");
    if (selects || !text::parse_i64(digits, *changed)) *changed = 0;
  }
  return rows_of(answer.get(), statement);
}

// The binary form of COPY (manual, "COPY", file formats): lengths before bytes, big-endian.
template <class Int>
void append_big_endian(std::string& out, Int n) {
  using Unsigned = std::make_unsigned_t<Int>;
  if constexpr (std::endian::native == std::endian::little)
    n = static_cast<Int>(std::byteswap(static_cast<Unsigned>(n)));
  out.append(reinterpret_cast<const char*>(&n), sizeof n);
}

void append_cell(std::string& out, std::string_view columns, const Value& cell) {
  const auto& held = cell.variant();
  if (const auto* n = std::get_if<int64_t>(&held)) {
    append_big_endian(out, int32_t{sizeof *n});
    append_big_endian(out, *n);
  } else if (const auto* s = std::get_if<std::string>(&held)) {
    check_text(columns, *s);
    append_big_endian(out, static_cast<int32_t>(s->size()));
    out += *s;
  } else if (const auto* d = std::get_if<double>(&held)) {
    append_big_endian(out, int32_t{sizeof *d});
    append_big_endian(out, std::bit_cast<int64_t>(*d));
  } else {
    append_big_endian(out, int32_t{-1});
  }
}

void Postgres::send(std::string_view bytes, std::string_view sql) {
  if (PQputCopyData(handle_, bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw_error(nullptr, handle_, sql);
}

void Postgres::run_bulk(const BulkTarget& target, const std::vector<Value>& cells) {
  // Small, so that the server is at work on the first rows while the next ones are put together.
  constexpr size_t kPiece = size_t{32} << 10;
  std::string sql = "COPY ";
  sql.append(target.table).append(" (").append(target.columns);
  sql += ") FROM STDIN (FORMAT binary)";
  {
    const Answer begun(PQexec(handle_, sql.c_str()));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) throw_error(begun.get(), handle_, sql);
  }
  std::string out("PGCOPY\n\377\r\n\0", 11);
  append_big_endian(out, int32_t{0});  // flags
  append_big_endian(out, int32_t{0});  // no extension of the header
  try {
    for (size_t row = 0; row < cells.size(); row += target.width) {
      append_big_endian(out, static_cast<int16_t>(target.width));
      for (size_t i = 0; i < target.width; ++i) append_cell(out, target.columns, cells[row + i]);
      if (out.size() < kPiece) continue;
      send(out, sql);
      out.clear();
    }
    append_big_endian(out, int16_t{-1});
    send(out, sql);
  } catch (...) {
    broken_ = true;  // in the middle of a COPY: of no use any more
    throw;
  }
  if (PQputCopyEnd(handle_, nullptr) != 1) throw_error(nullptr, handle_, sql);
  Answer last;
  while (PGresult* result = PQgetResult(handle_))
    if (!last || PQresultStatus(last.get()) == PGRES_COMMAND_OK)
      last.reset(result);
    else
      PQclear(result);
  if (PQresultStatus(last.get()) != PGRES_COMMAND_OK) throw_error(last.get(), handle_, sql);
}

}  // namespace

std::unique_ptr<Connection> connect_postgres(const std::string& url, const Options& options) {
  return std::make_unique<Postgres>(url, options);
}

}  // namespace beian::db
