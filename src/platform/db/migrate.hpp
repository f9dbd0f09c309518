// Numbered, forward-only migrations, embedded in the binary: db/sqlite/NNNN_*.sql and
// db/postgres/NNNN_*.sql (the sandbox's own are db/sandbox-sqlite and db/sandbox-postgres).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/db/db.hpp"

namespace beian::db {

struct Migration {
  int number;
  std::string name;
  std::string sql;  // statements end with a ';' at a line's end
};

// From the embedded files of a folder family: "" is the provider, "sandbox-" the sandbox.
std::vector<Migration> embedded_migrations(std::string_view family, Dialect dialect);

// Applies what is missing, each in its own transaction, guarded against two starters at once.
// Returns the numbers applied. Throws when the database is newer than this binary.
std::vector<int> migrate(Database& database, const std::vector<Migration>& migrations);
int current_version(Database& database);

}  // namespace beian::db
