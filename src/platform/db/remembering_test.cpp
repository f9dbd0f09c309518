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

// What was foreseen is answered as it would have been, in the same order of rows.
TEST_P(RememberingTest, ForeseesWhatIsAsked) {
  db_.write([](Tx& tx) {
    tx.exec("INSERT INTO t (id, name) VALUES (3, 'a\"b\\c,{}'), (4, ''), (5, 'a'), (6, '样例')");
  });
  const std::string by_name = "SELECT id, name FROM t WHERE name = :name ORDER BY id DESC";
  const std::string by_both =
      "SELECT COUNT(*) FROM t WHERE id > :id AND name <> :name AND id <> :id";
  const std::vector<std::string> all = {"a", "b", "a\"b\\c,{}", "", "none", "样例", "a"};
  db_.read([&](Tx& snapshot) {
    Remembering tx(snapshot);
    std::vector<std::string> told;
    const auto work = [&] {
      told.clear();
      for (size_t i = 0; i < all.size(); ++i) {
        std::string line;
        for (const auto& row : tx.query(by_name, {{"name", all[i]}}))
          line += row.text("id") + row.text("name") + ";";
        told.push_back(line);
        const auto both = tx.query(by_both, {{"id", static_cast<int64_t>(i)}, {"name", all[i]}});
        told.push_back(both.empty() ? "" : std::to_string(both.front().first_i64()));
        (void)tx.query("SELECT id FROM t ORDER BY id LIMIT :limit", {{"limit", i}});
      }
    };
    const auto wanted = [&] {
      std::vector<std::string> out;
      for (size_t i = 0; i < all.size(); ++i) {
        std::string line;
        for (const auto& row : snapshot.query(by_name, {{"name", all[i]}}))
          line += row.text("id") + row.text("name") + ";";
        out.push_back(line);
        out.push_back(std::to_string(
            snapshot.query_i64(by_both, {{"id", static_cast<int64_t>(i)}, {"name", all[i]}})));
      }
      return out;
    }();
    tx.query(by_name, {{"name", "a"}});
    tx.query_i64(by_both, {{"id", 99}, {"name", "a"}});
    tx.foresee(work);
    const size_t before = tx.asked();
    work();
    EXPECT_EQ(told, wanted);
    EXPECT_EQ(wanted.front(), "5a;1a;");
    if (tx.dialect() == Dialect::postgres) {
      EXPECT_EQ(tx.asked(), before);
    }
  });
}

// What the work throws for want of answers is no matter, and leaves the snapshot as it was.
TEST_P(RememberingTest, AWorkThatThrowsIsForeseenAsFarAsItGoes) {
  const std::string by_id = "SELECT name FROM t WHERE id = :id";
  db_.read([&](Tx& snapshot) {
    Remembering tx(snapshot);
    EXPECT_EQ(tx.query_one(by_id, {{"id", 1}})->text("name"), "a");
    tx.foresee([&] {
      if (!tx.query_one(by_id, {{"id", 2}})) throw std::logic_error("nothing there");
    });
    EXPECT_EQ(tx.query_one(by_id, {{"id", 2}})->text("name"), "b");
    EXPECT_FALSE(tx.query_one(by_id, {{"id", 3}}));
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
