#include "testing/database.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/migrate.hpp"

namespace beian::testing {

namespace {

std::string server_url() {
  const char* url = std::getenv("BEIAN_TEST_POSTGRES");
  return url ? url : "";
}

// The server's URL with another database name in it.
std::string url_of(const std::string& database) {
  const std::string url = server_url();
  const size_t query = std::min(url.find('?'), url.size());
  const size_t slash = url.find('/', url.find("//") + 2);
  if (slash == std::string::npos || slash > query)
    return url.substr(0, query) + "/" + database + url.substr(query);
  return url.substr(0, slash + 1) + database + url.substr(query);
}

// Statements that cannot run in a transaction, such as CREATE DATABASE.
class Server {
 public:
  Server() : handle_(PQconnectdb(server_url().c_str())) {
    if (PQstatus(handle_) != CONNECTION_OK)
      throw std::runtime_error(std::string("BEIAN_TEST_POSTGRES: ") + PQerrorMessage(handle_));
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
  }
  ~Server() { PQfinish(handle_); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int run(const std::string& sql) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(PQexec(handle_, sql.c_str()),
                                                                PQclear);
    const auto status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      throw std::runtime_error(sql + ": " + PQerrorMessage(handle_));
    return PQntuples(answer.get());
  }

 private:
  PGconn* handle_;
};

struct DropDatabase {
  std::string name;
  ~DropDatabase() {
    try {
      Server().run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (const std::exception&) {
      // The server went away first: it takes the database along.
    }
  }
};

void migrate_family(const std::string& url, std::string_view family, db::Dialect dialect) {
  const auto database = db::Database::open(url, {.connections = 1});
  db::migrate(*database, db::embedded_migrations(family, dialect));
}

// One template for each set of migrations, kept on the server for later runs.
std::string postgres_template(std::string_view family) {
  static std::mutex mutex;
  static std::map<std::string, std::string, std::less<>> known;
  const std::lock_guard lock(mutex);
  auto& name = known[std::string(family)];
  if (!name.empty()) return name;
  std::string all;
  for (const auto& migration : db::embedded_migrations(family, db::Dialect::postgres))
    all += migration.name + '\0' + migration.sql + '\0';
  name = "beian_template_" + hex_encode(crypto::sha256(all)).substr(0, 20);
  Server server;
  server.run("SELECT pg_advisory_lock(7206219135)");  // until this connection ends
  if (server.run("SELECT 1 FROM pg_database WHERE datname = '" + name + "'") > 0) return name;
  // Under its final name only when complete.
  const std::string draft = name + "_draft";
  server.run("DROP DATABASE IF EXISTS " + draft + " WITH (FORCE)");
  server.run("CREATE DATABASE " + draft + " TEMPLATE template0 ENCODING 'UTF8'");
  migrate_family(url_of(draft), family, db::Dialect::postgres);
  server.run("ALTER DATABASE " + draft + " RENAME TO " + name);
  return name;
}

// Likewise for SQLite, for this process: a migrated file to copy.
std::string sqlite_template(std::string_view family) {
  static std::mutex mutex;
  static TempFolder folder;
  static std::map<std::string, std::string, std::less<>> known;
  const std::lock_guard lock(mutex);
  auto& path = known[std::string(family)];
  if (path.empty()) {
    const std::string made = folder.path("template-" + std::to_string(known.size()));
    migrate_family("sqlite:" + made, family, db::Dialect::sqlite);
    path = made;
  }
  return path;
}

TestDatabase make(const std::string& backend, const std::string* family) {
  TestDatabase out;
  if (backend == "sqlite") {
    auto folder = std::make_shared<TempFolder>();
    const std::string path = folder->path("test.db");
    if (family) std::filesystem::copy_file(sqlite_template(*family), path);
    out.storage = folder;
    out.url = "sqlite:" + path;
  } else if (backend == "postgres") {
    const std::string name = "beian_test_" + text::lower_ascii(random_alphanumeric(20));
    // FILE_COPY: three times faster than the default where the server does not fsync.
    Server().run("CREATE DATABASE " + name + " STRATEGY FILE_COPY TEMPLATE " +
                 (family ? postgres_template(*family) : "template0"));
    out.storage = std::make_shared<DropDatabase>(name);
    out.url = url_of(name);
  } else {
    throw std::invalid_argument("no such backend: " + backend);
  }
  out.database = db::Database::open(out.url);
  return out;
}

}  // namespace

std::vector<std::string> backends() {
  std::vector<std::string> out{"sqlite"};
  if (!server_url().empty()) out.emplace_back("postgres");
  return out;
}

TempFolder::TempFolder()
    : path_((std::filesystem::temp_directory_path() / ("beian-test-" + random_alphanumeric(16)))
                .string()) {
  std::filesystem::create_directory(path_);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestDatabase::~TestDatabase() {
  database.reset();
}

TestDatabase make_database(const std::string& backend, std::string_view migration_family) {
  const std::string family(migration_family);
  return make(backend, &family);
}

TestDatabase make_empty_database(const std::string& backend) {
  return make(backend, nullptr);
}

}  // namespace beian::testing
