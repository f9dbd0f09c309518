#include "platform/db/remembering.hpp"

#include <gtest/gtest.h>

#include "testing/database.hpp"

namespace beian::db {
namespace {

class RememberingTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    db_.write([](Tx& tx) {
      tx.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)");
      tx.exec("INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b')");
    });
  }
  testing::TestDatabase test_ = testing::make_database(GetParam());
  Database& db_ = *test_.database;
};

TEST_P(RememberingTest, AsksOnceAndAnswersTheSame) {
  db_.read([&](Tx& snapshot) {
    Remembering tx(snapshot);
    EXPECT_EQ(tx.dialect(), snapshot.dialect());
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(tx.query_one("SELECT name FROM t WHERE id = :id", {{"id", 1}})->text("name"), "a");
      EXPECT_EQ(tx.query_one("SELECT name FROM t WHERE id = :id", {{"id", 2}})->text("name"), "b");
      EXPECT_FALSE(tx.query_one("SELECT name FROM t WHERE id = :id", {{"id", 3}}));
      EXPECT_EQ(tx.query_i64("SELECT COUNT(*) FROM t"), 2);
      EXPECT_EQ(tx.asked(), 4u);
    }
  });
}

// Nothing that differs is taken for the same.
TEST_P(RememberingTest, TellsQuestionsApart) {
  db_.read([&](Tx& snapshot) {
    Remembering tx(snapshot);
    const std::string both = "SELECT COUNT(*) FROM t WHERE name IN (:a, :b)";
    EXPECT_EQ(tx.query_i64(both, {{"a", "a"}, {"b", "b"}}), 2);
    EXPECT_EQ(tx.query_i64(both, {{"a", "ab"}, {"b", ""}}), 0);
    EXPECT_EQ(tx.query_i64(both, {{"a", "a"}, {"b", nullptr}}), 1);
    EXPECT_EQ(tx.query_i64(both, {{"a", "a"}, {"b", "a1:b"}}), 1);
    EXPECT_EQ(tx.asked(), 4u);
  });
}

TEST_P(RememberingTest, WritesNothing) {
  db_.read([&](Tx& snapshot) {
    Remembering tx(snapshot);
    EXPECT_THROW(tx.exec("DELETE FROM t"), std::logic_error);
    EXPECT_EQ(tx.query_i64("SELECT COUNT(*) FROM t"), 2);
  });
}

INSTANTIATE_TEST_SUITE_P(Backends, RememberingTest, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::db
