// What the databases do in bad hours: connections that are cut, a server that is restarted, a disk
// that is full, a file that another process holds.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "platform/db/db.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"

namespace beian::db {
namespace {

bool have_postgres() {
  return testing::backends().size() > 1;
}

class Postgres : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!have_postgres()) GTEST_SKIP() << "BEIAN_TEST_POSTGRES is not set";
    test_.emplace(testing::make_database("postgres"));
    db_ = test_->database;
    db_->write([](Tx& tx) { tx.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT)"); });
  }
  static int64_t pid(Tx& tx) { return tx.query_i64("SELECT pg_backend_pid()::bigint AS pid"); }
  // Ends the server's side of a connection, from another one.
  void end(int64_t pid) {
    const auto other = Database::open(test_->url, {.connections = 1});
    other->write([&](Tx& tx) {
      tx.query("SELECT pg_terminate_backend(:pid::int) AS done", {{"pid", pid}});
    });
    EXPECT_TRUE(testing::eventually([&] {
      return other->read_value([&](Tx& tx) {
        return tx.query_i64("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid",
                            {{"pid", pid}}) == 0;
      });
    }));
  }
  std::optional<testing::TestDatabase> test_;
  std::shared_ptr<Database> db_;
};

TEST_F(Postgres, AnIdleConnectionThatWasCutIsReplaced) {
  for (int i = 0; i < 3; ++i) {
    const int64_t old = db_->read_value([](Tx& tx) { return pid(tx); });
    end(old);
    EXPECT_NE(db_->read_value([](Tx& tx) { return pid(tx); }), old);
    end(db_->read_value([](Tx& tx) { return pid(tx); }));
    db_->ping();
  }
}

TEST_F(Postgres, ATransactionThatWasCutRunsAgainAndOnlyOnceCounts) {
  int runs = 0;
  db_->write([&](Tx& tx) {
    tx.exec("INSERT INTO t (id) VALUES (1)");
    if (++runs == 1) end(pid(tx));
    tx.exec("INSERT INTO t (id) VALUES (2)");
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(db_->read_value([](Tx& tx) { return tx.query_i64("SELECT count(*) FROM t"); }), 2);
}

// Nobody can know whether it was committed, so it must not run again by itself.
TEST_F(Postgres, ALostCommitIsUnavailableAndNotRepeated) {
  int runs = 0;
  EXPECT_THROW(db_->write([&](Tx& tx) {
    ++runs;
    tx.exec("INSERT INTO t (id) VALUES (1)");
    end(pid(tx));
  }),
               Unavailable);
  EXPECT_EQ(runs, 1);
}

TEST_F(Postgres, ADeadlockIsSolvedByRunningAgain) {
  db_->write([](Tx& tx) { tx.exec("INSERT INTO t (id, n) VALUES (1, 0), (2, 0)"); });
  std::atomic<int> waiting = 0;
  const auto both = [&](int first, int second) {
    bool once = true;
    db_->write(
        [&](Tx& tx) {
          tx.exec("UPDATE t SET n = n + 1 WHERE id = :id", {{"id", first}});
          if (std::exchange(once, false)) {
            ++waiting;
            testing::eventually([&] { return waiting >= 2; });
          }
          tx.exec("UPDATE t SET n = n + 1 WHERE id = :id", {{"id", second}});
        },
        Isolation::read_committed);
  };
  {
    std::jthread a([&] { both(1, 2); });
    std::jthread b([&] { both(2, 1); });
  }
  EXPECT_EQ(db_->read_value([](Tx& tx) { return tx.query_i64("SELECT sum(n) FROM t"); }), 4);
}

TEST_F(Postgres, AStatementThatTakesTooLongIsUnavailable) {
  const auto hasty = Database::open(test_->url, {.connections = 1, .statement_timeout_ms = 50});
  EXPECT_THROW(hasty->read([](Tx& tx) { tx.query("SELECT pg_sleep(10)"); }), Unavailable);
  hasty->ping();
}

// The detail of PostgreSQL's message holds the values; they must not get into a log.
TEST_F(Postgres, ErrorsTellNoValues) {
  db_->write([](Tx& tx) { tx.exec("CREATE TABLE p (name TEXT CONSTRAINT p_name UNIQUE)"); });
  const auto insert = [&] {
    db_->write([](Tx& tx) {
      tx.exec("INSERT INTO p (name) VALUES (:name)", {{"name", "样例姓名"}});
    });
  };
  insert();
  try {
    insert();
    FAIL();
  } catch (const UniqueViolation& e) {
    EXPECT_STREQ(e.what(), "p_name");
  }
}

class Sqlite : public ::testing::Test {
 protected:
  void SetUp() override {
    db_->write([](Tx& tx) { tx.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)"); });
  }
  void insert(int id, size_t bytes = 10) {
    db_->write([&](Tx& tx) {
      tx.exec("INSERT INTO t (id, name) VALUES (:id, :name)",
              {{"id", id}, {"name", std::string(bytes, 'x')}});
    });
  }
  int64_t count() {
    return db_->read_value([](Tx& tx) { return tx.query_i64("SELECT count(*) FROM t"); });
  }
  std::string setting(const std::string& name) {
    std::string out;
    // SQLite does not count every PRAGMA among the reads.
    db_->write([&](Tx& tx) { out = tx.query_one("PRAGMA " + name)->text(name); });
    return out;
  }
  testing::TestDatabase test_ = testing::make_database("sqlite");
  std::shared_ptr<Database> db_ = test_.database;
  std::string path_ = test_.url.substr(std::string_view("sqlite:").size());
};

TEST_F(Sqlite, IsSetUpToKeepWhatItConfirms) {
  EXPECT_EQ(setting("journal_mode"), "wal");
  EXPECT_EQ(setting("synchronous"), "2");
  EXPECT_EQ(setting("foreign_keys"), "1");
}

TEST_F(Sqlite, NewFilesAreTheOwnersOnly) {
  testing::TempFolder folder;
  const auto made = Database::open("sqlite:" + folder.path("new.db"));
  made->write([](Tx& tx) { tx.exec("CREATE TABLE t (id BIGINT)"); });
  for (const char* name : {"new.db", "new.db-wal"})
    EXPECT_EQ(std::filesystem::status(folder.path(name)).permissions() &
                  (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
              std::filesystem::perms::none)
        << name;
}

// A file-size limit stands in for a full disk.
TEST_F(Sqlite, AFullDiskIsUnavailableAndLosesNothing) {
  insert(1);
  struct rlimit old {};
  getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 200'000, old.rlim_max };
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(insert(2, 1 << 20), Unavailable);
  EXPECT_EQ(count(), 1);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  insert(3, 1 << 20);
  EXPECT_EQ(count(), 2);
}

TEST_F(Sqlite, AnotherProcessHoldingTheLockIsUnavailable) {
  const auto impatient = Database::open(test_.url, {.busy_timeout_ms = 50});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THROW(impatient->write([](Tx& tx) { tx.exec("DELETE FROM t"); }), Unavailable);
  impatient->ping();
  sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  impatient->write([](Tx& tx) { tx.exec("DELETE FROM t"); });
}

// A process that is killed in the middle: what it committed stays, what it had not does not.
TEST_F(Sqlite, AKilledProcessLeavesWhatItCommitted) {
  test_.database.reset();
  db_.reset();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto mine = Database::open(test_.url);
    mine->write([](Tx& tx) { tx.exec("INSERT INTO t (id) VALUES (1)"); });
    mine->write([](Tx& tx) {
      tx.exec("INSERT INTO t (id) VALUES (2)");
      ::kill(::getpid(), SIGKILL);
    });
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  db_ = Database::open(test_.url);
  EXPECT_EQ(db_->read_value([](Tx& tx) { return tx.query_i64("SELECT sum(id) FROM t"); }), 1);
}

TEST_F(Sqlite, ADamagedFileIsNoMatterOfWaiting) {
  testing::TempFolder folder;
  std::ofstream(folder.path("bad.db")) << std::string(5000, 'x');
  try {
    Database::open("sqlite:" + folder.path("bad.db"));
    FAIL();
  } catch (const Unavailable&) {
    FAIL() << "trying again later does not help";
  } catch (const std::runtime_error&) {
  }
}

}  // namespace
}  // namespace beian::db
