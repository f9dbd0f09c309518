#include "platform/db/migrate.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "platform/db/sql_text.hpp"

namespace beian::db {

namespace {

// Only for starters of migrations: any number will do, but all binaries must use the same.
constexpr std::string_view kPostgresLock = "SELECT pg_advisory_xact_lock(7206219134)";

constexpr std::string_view kVersions =
    "CREATE TABLE IF NOT EXISTS schema_versions (number BIGINT PRIMARY KEY, name TEXT NOT NULL)";

// SQLite's write transaction is a lock already.
void lock_out_others(Tx& tx) {
  if (tx.dialect() == Dialect::postgres) {
    tx.exec("SET LOCAL lock_timeout = 0");
    tx.exec("SET LOCAL statement_timeout = 0");
    tx.query(kPostgresLock);
  }
}

int newest_applied(Tx& tx) {
  return static_cast<int>(
      tx.query_i64("SELECT COALESCE(MAX(number), 0) AS number FROM schema_versions"));
}

// Whether it was missing. Looked at under the lock: another starter may have been faster.
bool apply(Database& database, const Migration& migration) {
  bool done = false;
  database.write(
      [&](Tx& tx) {
        done = false;
        lock_out_others(tx);
        if (tx.query_one("SELECT number FROM schema_versions WHERE number = :number",
                         {{"number", migration.number}}))
          return;
        for (const auto& statement : split_statements(migration.sql)) tx.exec(statement);
        tx.exec("INSERT INTO schema_versions (number, name) VALUES (:number, :name)",
                {{"number", migration.number}, {"name", migration.name}});
        done = true;
      },
      Isolation::read_committed);
  return done;
}

}  // namespace

std::vector<Migration> embedded_migrations(std::string_view family, Dialect dialect) {
  const std::string folder =
      "db/" + std::string(family) + (dialect == Dialect::sqlite ? "sqlite/" : "postgres/");
  std::vector<Migration> out;
  for (const auto& file : embedded::files()) {
    if (!file.name.starts_with(folder) || !file.name.ends_with(".sql")) continue;
    const std::string_view name = file.name.substr(folder.size());
    int64_t number = 0;
    if (name.find('_') == std::string_view::npos ||
        !text::parse_i64(name.substr(0, name.find('_')), number) || number <= 0)
      throw std::logic_error("a migration is named NNNN_what.sql: " + std::string(file.name));
    out.push_back({static_cast<int>(number), std::string(name.substr(0, name.size() - 4)),
                   std::string(file.bytes)});
  }
  std::sort(out.begin(), out.end(),
            [](const Migration& a, const Migration& b) { return a.number < b.number; });
  const auto twice = std::adjacent_find(
      out.begin(), out.end(),
      [](const Migration& a, const Migration& b) { return a.number == b.number; });
  if (twice != out.end())
    throw std::logic_error("two migrations with the number of " + twice->name);
  return out;
}

int current_version(Database& database) {
  int version = 0;
  database.write(
      [&](Tx& tx) {
        lock_out_others(tx);
        tx.exec(kVersions);
        version = newest_applied(tx);
      },
      Isolation::read_committed);
  return version;
}

std::vector<int> migrate(Database& database, const std::vector<Migration>& migrations) {
  const int newest = migrations.empty() ? 0 : migrations.back().number;
  const int version = current_version(database);
  if (version > newest)
    throw std::runtime_error("the database has version " + std::to_string(version) +
                             ", this program knows only " + std::to_string(newest) +
                             ": start a newer program");
  std::vector<int> out;
  for (const auto& migration : migrations)
    if (apply(database, migration)) out.push_back(migration.number);
  return out;
}

}  // namespace beian::db
