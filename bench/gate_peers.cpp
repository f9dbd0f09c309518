#include "gate_peers.hpp"

#include <libpq-fe.h>
#include <lmdb.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "gate_names.hpp"

namespace beian::bench {

namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

void must(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

class Folder {
 public:
  explicit Folder(const char* name)
      : path_(fs::temp_directory_path() / (std::string(name) + std::to_string(getpid()))) {
    fs::create_directory(path_);
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

// Trees are filled fastest in their own order.
Names sorted_names(uint64_t names) {
  Names out;
  out.reserve(names);
  for (uint64_t n = 0; n < names; ++n) out.push_back(filed_name(n));
  std::sort(out.begin(), out.end());
  return out;
}

// ---- std::unordered_map

class Map : public Peer {
 public:
  explicit Map(uint64_t names) {
    map_.reserve(names);
    for (uint64_t n = 0; n < names; ++n) map_.emplace(filed_name(n), n);
  }
  std::vector<Way> ways() override {
    return {{"std::unordered_map", false, false, [this](const Names& asked) {
               size_t found = 0;
               for (const std::string& name : asked) found += map_.contains(name) ? 1 : 0;
               return found;
             }}};
  }

 private:
  std::unordered_map<std::string, uint64_t> map_;
};

// ---- LMDB

class Lmdb : public Peer {
 public:
  explicit Lmdb(uint64_t names) {
    must(mdb_env_create(&env_) == 0, "lmdb");
    mdb_env_set_mapsize(env_, size_t{16} << 30);
    must(mdb_env_open(env_, folder_.file("lmdb").c_str(), MDB_NOSUBDIR | MDB_NOSYNC, 0600) == 0,
         "lmdb open");
    MDB_txn* txn = nullptr;
    must(mdb_txn_begin(env_, nullptr, 0, &txn) == 0 && mdb_dbi_open(txn, nullptr, 0, &db_) == 0,
         "lmdb begin");
    uint64_t number = 0;
    for (std::string& name : sorted_names(names)) {
      MDB_val key{name.size(), name.data()}, value{sizeof number, &number};
      must(mdb_put(txn, db_, &key, &value, MDB_APPEND) == 0, "lmdb put");
      ++number;
    }
    must(mdb_txn_commit(txn) == 0, "lmdb commit");
  }
  ~Lmdb() override { mdb_env_close(env_); }
  std::vector<Way> ways() override {
    return {{"LMDB", false, false, [this](const Names& asked) {
               MDB_txn* txn = nullptr;
               must(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn) == 0, "lmdb read");
               size_t found = 0;
               for (const std::string& name : asked) {
                 MDB_val key{name.size(), const_cast<char*>(name.data())}, value;
                 found += mdb_get(txn, db_, &key, &value) == 0 ? 1 : 0;
               }
               mdb_txn_abort(txn);
               return found;
             }}};
  }

 private:
  Folder folder_{"bench-lmdb-"};
  MDB_env* env_ = nullptr;
  MDB_dbi db_ = 0;
};

// ---- SQLite

class Sqlite : public Peer {
 public:
  explicit Sqlite(uint64_t names) {
    must(sqlite3_open(folder_.file("db").c_str(), &db_) == SQLITE_OK, "sqlite");
    run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=8000000000;"
        "CREATE TABLE filed(name TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID; BEGIN");
    sqlite3_stmt* put = prepared("INSERT INTO filed VALUES(?, ?)");
    int64_t number = 0;
    for (const std::string& name : sorted_names(names)) {
      sqlite3_bind_text(put, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
      sqlite3_bind_int64(put, 2, number++);
      must(sqlite3_step(put) == SQLITE_DONE, "sqlite insert");
      sqlite3_reset(put);
    }
    sqlite3_finalize(put);
    run("COMMIT");
  }
  ~Sqlite() override { sqlite3_close(db_); }
  std::vector<Way> ways() override {
    return {{"SQLite, in memory by mmap", false, false, [this](const Names& asked) {
               sqlite3_stmt* get = prepared("SELECT number FROM filed WHERE name = ?");
               size_t found = 0;
               for (const std::string& name : asked) {
                 sqlite3_bind_text(get, 1, name.data(), static_cast<int>(name.size()),
                                   SQLITE_STATIC);
                 found += sqlite3_step(get) == SQLITE_ROW ? 1 : 0;
                 sqlite3_reset(get);
               }
               sqlite3_finalize(get);
               return found;
             }}};
  }

 private:
  void run(const char* sql) {
    must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, sql);
  }
  sqlite3_stmt* prepared(const char* sql) {
    sqlite3_stmt* out = nullptr;
    must(sqlite3_prepare_v2(db_, sql, -1, &out, nullptr) == SQLITE_OK, sql);
    return out;
  }
  Folder folder_{"bench-sqlite-"};
  sqlite3* db_ = nullptr;
};

// ---- PostgreSQL, the one that ./dev bench starts

class Postgres : public Peer {
 public:
  explicit Postgres(const char* url) : db_(PQconnectdb(url)) {
    must(PQstatus(db_) == CONNECTION_OK, PQerrorMessage(db_));
  }
  ~Postgres() override {
    PQclear(PQexec(db_, "DROP TABLE IF EXISTS bench_filed"));
    PQfinish(db_);
  }
  void fill(uint64_t names) {
    run("DROP TABLE IF EXISTS bench_filed", PGRES_COMMAND_OK);
    run("CREATE UNLOGGED TABLE bench_filed(name text COLLATE \"C\", number bigint)",
        PGRES_COMMAND_OK);
    run("COPY bench_filed FROM STDIN", PGRES_COPY_IN);
    std::string lines;
    for (uint64_t n = 0; n < names; ++n) {
      lines += filed_name(n) + '\t' + std::to_string(n) + '\n';
      if (lines.size() > 1u << 16 || n + 1 == names) {
        must(PQputCopyData(db_, lines.data(), static_cast<int>(lines.size())) == 1, "copy");
        lines.clear();
      }
    }
    must(PQputCopyEnd(db_, nullptr) == 1, "copy");
    PQclear(PQgetResult(db_));
    while (PGresult* rest = PQgetResult(db_)) PQclear(rest);
    run("CREATE UNIQUE INDEX ON bench_filed(name)", PGRES_COMMAND_OK);
    run("ANALYZE bench_filed", PGRES_COMMAND_OK);
    PQclear(PQprepare(db_, "one", "SELECT number FROM bench_filed WHERE name = $1", 1, nullptr));
    PQclear(PQprepare(db_, "many",
                      "SELECT count(*) FROM unnest($1::text[]) AS a(n) "
                      "JOIN bench_filed ON name = a.n COLLATE \"C\"",
                      1, nullptr));
  }
  std::vector<Way> ways() override {
    return {{"PostgreSQL, a prepared statement a name", false, true,
             [this](const Names& asked) {
               size_t found = 0;
               for (const std::string& name : asked) {
                 const char* value = name.c_str();
                 PGresult* r = PQexecPrepared(db_, "one", 1, &value, nullptr, nullptr, 0);
                 found += PQntuples(r) == 1 ? 1 : 0;
                 PQclear(r);
               }
               return found;
             }},
            {"PostgreSQL, 1000 names a statement", true, true, [this](const Names& asked) {
               size_t found = 0;
               for (size_t i = 0; i < asked.size();) {
                 std::string list = "{";
                 for (size_t k = 0; k < 1000 && i < asked.size(); ++k, ++i)
                   list += (k > 0 ? "," : "") + asked[i];
                 list += "}";
                 const char* value = list.c_str();
                 PGresult* r = PQexecPrepared(db_, "many", 1, &value, nullptr, nullptr, 0);
                 must(PQntuples(r) == 1, PQerrorMessage(db_));
                 found += static_cast<size_t>(std::atoll(PQgetvalue(r, 0, 0)));
                 PQclear(r);
               }
               return found;
             }}};
  }

 private:
  void run(const char* sql, ExecStatusType want) {
    PGresult* r = PQexec(db_, sql);
    const bool good = PQresultStatus(r) == want;
    PQclear(r);
    must(good, PQerrorMessage(db_));
  }
  PGconn* db_;
};

// ---- Redis over a Unix socket, in its own words

class Redis : public Peer {
 public:
  Redis() {
    const std::string socket_path = folder_.file("redis.sock");
    server_ = fork();
    if (server_ == 0) {
      execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket_path.c_str(),
             "--save", "", "--appendonly", "no", "--logfile", "/dev/null", "--dir", "/tmp",
             nullptr);
      _exit(127);
    }
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(socket_path.begin(), socket_path.end(), address.sun_path);
    // Its socket appears when it is ready.
    for (int tries = 0; tries < 500 && !ready_; ++tries) {
      if (waitpid(server_, nullptr, WNOHANG) == server_) {
        server_ = -1;
        return;
      }
      socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      ready_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
      if (ready_) break;
      close(socket_);
      usleep(20'000);
    }
  }
  ~Redis() override {
    if (ready_) close(socket_);
    if (server_ < 0) return;
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
  }
  bool ready() const { return ready_; }
  void fill(uint64_t names) {
    std::string out;
    size_t waiting = 0;
    for (uint64_t n = 0; n < names; ++n) {
      const std::string name = filed_name(n), number = std::to_string(n);
      out += "*3\r\n$3\r\nSET\r\n" + bulk(name) + bulk(number);
      if (++waiting < 1000 && n + 1 < names) continue;
      send(out);
      for (; waiting > 0; --waiting) must(line() == "+OK", "redis set");
      out.clear();
    }
  }
  std::vector<Way> ways() override {
    return {{"Redis, a command a name", false, true,
             [this](const Names& asked) { return ask(asked, 1); }},
            {"Redis, 1000 commands in a pipeline", true, true,
             [this](const Names& asked) { return ask(asked, 1000); }}};
  }

 private:
  static std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
  }
  size_t ask(const Names& asked, size_t pipeline) {
    size_t found = 0;
    for (size_t i = 0; i < asked.size();) {
      std::string out;
      const size_t end = std::min(asked.size(), i + pipeline), n = end - i;
      for (; i < end; ++i) out += "*2\r\n$6\r\nEXISTS\r\n" + bulk(asked[i]);
      send(out);
      for (size_t k = 0; k < n; ++k) found += line() == ":1" ? 1 : 0;
    }
    return found;
  }
  void send(const std::string& bytes) {
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t n = write(socket_, bytes.data() + done, bytes.size() - done);
      must(n > 0, "redis write");
      done += static_cast<size_t>(n);
    }
  }
  std::string line() {
    for (;;) {
      if (const size_t end = in_.find("\r\n", at_); end != in_.npos) {
        std::string out = in_.substr(at_, end - at_);
        at_ = end + 2;
        return out;
      }
      in_.erase(0, at_);
      at_ = 0;
      char buffer[16384];
      const ssize_t n = read(socket_, buffer, sizeof buffer);
      must(n > 0, "redis read");
      in_.append(buffer, static_cast<size_t>(n));
    }
  }

  Folder folder_{"bench-redis-"};
  pid_t server_ = -1;
  int socket_ = -1;
  bool ready_ = false;
  std::string in_;
  size_t at_ = 0;
};

}  // namespace

std::vector<PeerMaker> peer_makers() {
  return {[](uint64_t names) { return std::make_unique<Map>(names); },
          [](uint64_t names) { return std::make_unique<Lmdb>(names); },
          [](uint64_t names) { return std::make_unique<Sqlite>(names); },
          [](uint64_t names) -> std::unique_ptr<Peer> {
            auto redis = std::make_unique<Redis>();
            if (!redis->ready()) return nullptr;
            redis->fill(names);
            return redis;
          },
          [](uint64_t names) -> std::unique_ptr<Peer> {
            const char* url = std::getenv("BEIAN_TEST_POSTGRES");
            if (url == nullptr) return nullptr;
            auto postgres = std::make_unique<Postgres>(url);
            postgres->fill(names);
            return postgres;
          }};
}

}  // namespace beian::bench
