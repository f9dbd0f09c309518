// The contract of db.hpp on every backend.
#include "platform/db/db.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "testing/database.hpp"
#include "testing/poll.hpp"

namespace beian::db {
namespace {

class Contract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    db_.write([](Tx& tx) {
      tx.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, n BIGINT, x DOUBLE PRECISION)");
    });
  }
  int64_t count() {
    return db_.read_value([](Tx& tx) { return tx.query_i64("SELECT count(*) FROM t"); });
  }
  testing::TestDatabase test_ = testing::make_database(GetParam());
  Database& db_ = *test_.database;
};

TEST_P(Contract, ValuesComeBackAsTheyWere) {
  const std::string text = "中文 😀 :name '' \" \\ \n 𠮷";
  const std::string megabyte(1 << 20, 'x');
  db_.write([&](Tx& tx) {
    EXPECT_EQ(tx.exec("INSERT INTO t (id, name, n, x) VALUES (:id, :name, :n, :x)",
                      {{"id", 1}, {"name", text}, {"n", INT64_MAX}, {"x", 0.1}}),
              1);
    tx.exec("INSERT INTO t (id, name, n, x) VALUES (:id, :name, :n, :x)",
            {{"id", 2}, {"name", megabyte}, {"n", INT64_MIN}, {"x", 1e300}});
    tx.exec("INSERT INTO t (id, name, n, x) VALUES (:id, :name, :n, :x)",
            {{"id", 3}, {"name", nullptr}, {"n", nullptr}, {"x", nullptr}});
    tx.exec("INSERT INTO t (id, name, n, x) VALUES (4, '', 0, -0.5)");
  });
  const auto rows = db_.read_value([](Tx& tx) { return tx.query("SELECT * FROM t ORDER BY id"); });
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].text("name"), text);
  EXPECT_EQ(rows[0].i64("n"), INT64_MAX);
  EXPECT_EQ(rows[0].f64("x"), 0.1);
  EXPECT_EQ(rows[1].text("name"), megabyte);
  EXPECT_EQ(rows[1].i64("n"), INT64_MIN);
  EXPECT_EQ(rows[1].f64("x"), 1e300);
  EXPECT_TRUE(rows[2].is_null("name"));
  EXPECT_EQ(rows[2].opt_text("name"), std::nullopt);
  EXPECT_EQ(rows[2].opt_i64("n"), std::nullopt);
  EXPECT_EQ(rows[2].i64("n"), 0);
  EXPECT_EQ(rows[3].opt_text("name"), "");
  EXPECT_THROW(rows[0].i64("name"), std::logic_error);
  EXPECT_THROW(rows[0].i64("nothing"), std::logic_error);
}

// Expressions have no declared type; the value's own decides.
TEST_P(Contract, ExpressionsHaveTheRightType) {
  db_.write([](Tx& tx) {
    const auto inserted =
        tx.query_one("INSERT INTO t (id, n, x) VALUES (:id, :n, 0.1) RETURNING id + 1 AS next, n",
                     {{"id", 1}, {"n", int64_t{1'780'000'000'000}}});
    EXPECT_EQ(inserted->i64("next"), 2);
    EXPECT_EQ(inserted->i64("n"), 1'780'000'000'000);
    tx.exec("INSERT INTO t (id, n) VALUES (2, 9000000000000000000)");
    const auto row = tx.query_one(
        "SELECT count(*) AS many, max(n) AS top, sum(n) AS total, COALESCE(min(x), 0) + 0.2 AS x, "
        "count(*) > 1 AS yes, 'a:b' AS literal, MAX(name) AS name, "
        "CASE WHEN count(*) > 5 THEN 1 ELSE 0 END AS flag FROM t");
    EXPECT_EQ(row->i64("many"), 2);
    EXPECT_EQ(row->i64("top"), 9'000'000'000'000'000'000);
    EXPECT_EQ(row->i64("total"), 9'000'001'780'000'000'000);
    EXPECT_EQ(row->f64("x"), 0.1 + 0.2);
    EXPECT_EQ(row->i64("yes"), 1);
    EXPECT_EQ(row->text("literal"), "a:b");
    EXPECT_TRUE(row->is_null("name"));
    EXPECT_EQ(row->i64("flag"), 0);
    EXPECT_EQ(tx.query_i64("SELECT COALESCE(MAX(id), 0) FROM t WHERE id > :id", {{"id", 9}}), 0);
  });
}

TEST_P(Contract, ParametersMayRepeatAndBeNull) {
  db_.write([](Tx& tx) {
    tx.exec("INSERT INTO t (id, name, n) VALUES (1, 'a', 1), (2, 'b', NULL)");
    const std::string sql = "SELECT id FROM t WHERE (:n IS NULL OR n = :n) ORDER BY id LIMIT :most";
    EXPECT_EQ(tx.query(sql, {{"n", 1}, {"most", 10}}).size(), 1u);
    EXPECT_EQ(tx.query(sql, {{"n", nullptr}, {"most", 10}}).size(), 2u);
    EXPECT_EQ(tx.query(sql, {{"n", nullptr}, {"most", 1}}).size(), 1u);
    EXPECT_EQ(tx.exec("UPDATE t SET n = :n WHERE name = :name", {{"n", 5}, {"name", "b"}}), 1);
    EXPECT_EQ(tx.exec("UPDATE t SET n = 6 WHERE id > 100"), 0);
    EXPECT_EQ(tx.exec("DELETE FROM t"), 2);
  });
}

TEST_P(Contract, MissingParameterIsABug) {
  EXPECT_THROW(db_.read([](Tx& tx) { tx.query("SELECT * FROM t WHERE id = :id"); }),
               std::logic_error);
}

TEST_P(Contract, TextThatOneBackendCannotHoldIsRefusedByBoth) {
  for (const std::string& bad : {std::string("a\0b", 3), std::string("\xff\xfe")})
    EXPECT_THROW(db_.write([&](Tx& tx) {
      tx.exec("INSERT INTO t (id, name) VALUES (1, :name)", {{"name", bad}});
    }),
                 std::invalid_argument);
  EXPECT_EQ(count(), 0);
}

TEST_P(Contract, RollsBackOnExceptionsAndProblems) {
  const auto insert = [](Tx& tx) { tx.exec("INSERT INTO t (id) VALUES (1)"); };
  EXPECT_THROW(db_.write([&](Tx& tx) {
    insert(tx);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
  const auto failed = db_.write_result([&](Tx& tx) -> Result<int> {
    insert(tx);
    return fail(ProblemCode::stale_version, "/version");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().front().code, ProblemCode::stale_version);
  EXPECT_EQ(count(), 0);
  const auto done = db_.write_result([&](Tx& tx) -> Result<int> {
    insert(tx);
    return 7;
  });
  EXPECT_EQ(done.value(), 7);
  EXPECT_EQ(count(), 1);
}

TEST_P(Contract, UniqueViolationIsItsOwnError) {
  db_.write([](Tx& tx) {
    tx.exec("CREATE UNIQUE INDEX t_name ON t (name)");
    tx.exec("INSERT INTO t (id, name) VALUES (1, 'a')");
  });
  for (const std::string sql :
       {"INSERT INTO t (id, name) VALUES (1, 'b')", "INSERT INTO t (id, name) VALUES (2, 'a')"})
    EXPECT_THROW(db_.write([&](Tx& tx) { tx.exec(sql); }), UniqueViolation) << sql;
  // Swallowing it does not save the transaction.
  EXPECT_THROW(db_.write([&](Tx& tx) {
    tx.exec("INSERT INTO t (id) VALUES (5)");
    try {
      tx.exec("INSERT INTO t (id) VALUES (1)");
    } catch (const UniqueViolation&) {
    }
  }),
               UniqueViolation);
  EXPECT_EQ(count(), 1);
}

TEST_P(Contract, ForeignKeysHold) {
  EXPECT_THROW(db_.write([](Tx& tx) {
    tx.exec("CREATE TABLE child (id BIGINT PRIMARY KEY, t BIGINT NOT NULL REFERENCES t (id))");
    tx.exec("INSERT INTO child (id, t) VALUES (1, 99)");
  }),
               std::runtime_error);
}

TEST_P(Contract, ReadsCannotWriteAndCallsDoNotNest) {
  EXPECT_THROW(db_.read([](Tx& tx) { tx.exec("INSERT INTO t (id) VALUES (1)"); }),
               std::logic_error);
  EXPECT_THROW(db_.write([&](Tx&) { db_.read([](Tx&) {}); }), std::logic_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(Contract, AReadSeesOneMoment) {
  db_.read([&](Tx& tx) {
    EXPECT_EQ(tx.query_i64("SELECT count(*) FROM t"), 0);
    std::thread([&] {
      db_.write([](Tx& other) { other.exec("INSERT INTO t (id) VALUES (1)"); });
    }).join();
    EXPECT_EQ(tx.query_i64("SELECT count(*) FROM t"), 0);
  });
  EXPECT_EQ(count(), 1);
}

// Read, think, write: on both backends as if one came after the other.
TEST_P(Contract, WritersDoNotOverwriteEachOther) {
  db_.write([](Tx& tx) { tx.exec("INSERT INTO t (id, n) VALUES (1, 0)"); });
  constexpr int kThreads = 4, kEach = 25;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k)
        db_.write([](Tx& tx) {
          const int64_t n = tx.query_i64("SELECT n FROM t WHERE id = 1");
          tx.exec("UPDATE t SET n = :n WHERE id = 1", {{"n", n + 1}});
        });
    });
  threads.clear();
  EXPECT_EQ(db_.read_value([](Tx& tx) { return tx.query_i64("SELECT n FROM t"); }),
            kThreads * kEach);
}

// Two that look for "is there one already?" and then insert: one must see the other.
TEST_P(Contract, NoWriteSkew) {
  std::atomic<int> inserted = 0, looked = 0;
  const auto insert_if_none = [&](int id) {
    bool first_run = true;
    const bool mine =
        db_.write_result([&](Tx& tx) -> Result<bool> {
             if (tx.query_i64("SELECT count(*) FROM t WHERE n = 7") > 0) return false;
             // Both look before either writes; on SQLite they cannot.
             if (std::exchange(first_run, false)) {
               ++looked;
               testing::eventually([&] { return looked == 2; }, std::chrono::milliseconds(200));
             }
             tx.exec("INSERT INTO t (id, n) VALUES (:id, 7)", {{"id", id}});
             return true;
           })
            .value();
    if (mine) ++inserted;
  };
  {
    std::jthread one([&] { insert_if_none(1); });
    std::jthread two([&] { insert_if_none(2); });
  }
  EXPECT_EQ(inserted, 1);
  EXPECT_EQ(count(), 1);
}

TEST_P(Contract, CompareAndSetHasOneWinner) {
  db_.write([](Tx& tx) { tx.exec("INSERT INTO t (id, n) VALUES (1, 1)"); });
  std::atomic<int> winners = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      int64_t changed = 0;
      db_.write([&](Tx& tx) {
        changed = tx.exec("UPDATE t SET n = 2 WHERE id = 1 AND n = :n", {{"n", 1}});
      });
      winners += static_cast<int>(changed);
    });
  threads.clear();
  EXPECT_EQ(winners, 1);
}

TEST_P(Contract, SequencesHaveNoGaps) {
  EXPECT_THROW(db_.write([](Tx& tx) {
    EXPECT_EQ(next_number(tx, "a"), 1);
    throw std::runtime_error("rolled back");
  }),
               std::runtime_error);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) db_.write([](Tx& tx) { next_number(tx, "a"); });
    });
  threads.clear();
  db_.write([](Tx& tx) {
    EXPECT_EQ(next_number(tx, "a"), 41);
    EXPECT_EQ(next_number(tx, "b"), 1);
  });
}

TEST_P(Contract, ALockedRowOrDatabaseIsUnavailableInTime) {
  const auto impatient = Database::open(test_.url, {.connections = 2, .busy_timeout_ms = 100});
  db_.write([](Tx& tx) { tx.exec("INSERT INTO t (id, n) VALUES (1, 0)"); });
  const auto start = std::chrono::steady_clock::now();
  db_.write([&](Tx& tx) {
    tx.exec("UPDATE t SET n = 1");
    EXPECT_THROW(impatient->write([](Tx& other) { other.exec("UPDATE t SET n = 2"); }),
                 Unavailable);
    // Readers go on.
    EXPECT_EQ(impatient->read_value([](Tx& r) { return r.query_i64("SELECT n FROM t"); }), 0);
  });
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  impatient->write([](Tx& other) { other.exec("UPDATE t SET n = 2"); });
}

TEST_P(Contract, NoFreeConnectionIsUnavailableInTime) {
  const auto small = Database::open(test_.url, {.connections = 1, .busy_timeout_ms = 100});
  small->read(
      [&](Tx&) { std::jthread([&] { EXPECT_THROW(small->read([](Tx&) {}), Unavailable); }); });
  small->read([](Tx&) {});
}

TEST_P(Contract, AStatementOutlivesAChangeOfItsTable) {
  const auto names = [&] {
    return db_.read_value([](Tx& tx) { return tx.query("SELECT * FROM t"); });
  };
  db_.write([](Tx& tx) { tx.exec("INSERT INTO t (id) VALUES (1)"); });
  EXPECT_EQ(names().at(0).i64("id"), 1);
  db_.write([](Tx& tx) { tx.exec("ALTER TABLE t ADD COLUMN later TEXT DEFAULT 'x'"); });
  EXPECT_EQ(names().at(0).text("later"), "x");
}

TEST_P(Contract, BadStatementsThrowWithoutHarm) {
  EXPECT_THROW(db_.read([](Tx& tx) { tx.query("SELEC 1"); }), std::runtime_error);
  EXPECT_THROW(db_.read([](Tx& tx) { tx.query("SELECT 1; SELECT 2"); }), std::exception);
  EXPECT_EQ(count(), 0);
  db_.ping();
}

INSTANTIATE_TEST_SUITE_P(Backends, Contract, ::testing::ValuesIn(testing::backends()),
                         [](const auto& backend) { return backend.param; });

TEST(Open, BadUrls) {
  EXPECT_THROW(Database::open("mysql://x"), std::invalid_argument);
  EXPECT_THROW(Database::open("sqlite::memory:"), std::invalid_argument);
  EXPECT_THROW(Database::open("sqlite:/nonexistent/folder/x.db"), Unavailable);
  EXPECT_THROW(Database::open("postgresql://nobody@127.0.0.1:1/x"), Unavailable);
}

}  // namespace
}  // namespace beian::db
