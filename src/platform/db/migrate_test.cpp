#include "platform/db/migrate.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "testing/database.hpp"

namespace beian::db {
namespace {

using Numbers = std::vector<int>;

class Migrations : public ::testing::TestWithParam<std::string> {
 protected:
  bool has_table(std::string_view name) {
    try {
      test_.database->read([&](Tx& tx) { tx.query("SELECT * FROM " + std::string(name)); });
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }
  testing::TestDatabase test_ = testing::make_empty_database(GetParam());
  std::vector<Migration> two_{{1, "0001_a", "-- first;\nCREATE TABLE a (x TEXT);\n"},
                              {2, "0002_b",
                               "CREATE TABLE b (x TEXT DEFAULT 'a;\nb');\n"
                               "INSERT INTO b (x) VALUES (':no parameter');\n"}};
};

TEST_P(Migrations, ApplyOnceEach) {
  EXPECT_EQ(current_version(*test_.database), 0);
  EXPECT_EQ(migrate(*test_.database, {two_[0]}), (Numbers{1}));
  EXPECT_EQ(migrate(*test_.database, two_), (Numbers{2}));
  EXPECT_EQ(migrate(*test_.database, two_), (Numbers{}));
  EXPECT_EQ(current_version(*test_.database), 2);
  EXPECT_TRUE(has_table("a") && has_table("b"));
}

TEST_P(Migrations, TwoStartersShareTheWork) {
  const auto other = Database::open(test_.url);
  Numbers first, second;
  {
    std::jthread thread([&] { first = migrate(*other, two_); });
    second = migrate(*test_.database, two_);
  }
  EXPECT_EQ(first.size() + second.size(), 2u);
  EXPECT_EQ(current_version(*test_.database), 2);
}

TEST_P(Migrations, AFailedOneLeavesNothing) {
  two_[1].sql += "INSERT INTO missing VALUES (1);\n";
  EXPECT_THROW(migrate(*test_.database, two_), std::runtime_error);
  EXPECT_EQ(current_version(*test_.database), 1);
  EXPECT_TRUE(has_table("a"));
  EXPECT_FALSE(has_table("b"));
}

TEST_P(Migrations, ANewerDatabaseIsRefused) {
  migrate(*test_.database, two_);
  EXPECT_THROW(migrate(*test_.database, {two_[0]}), std::runtime_error);
}

TEST_P(Migrations, TheEmbeddedOnesApply) {
  for (const std::string_view family : {"", "sandbox-"}) {
    testing::TestDatabase empty = testing::make_empty_database(GetParam());
    const auto all = embedded_migrations(family, empty.database->dialect());
    EXPECT_EQ(migrate(*empty.database, all).size(), all.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, Migrations, ::testing::ValuesIn(testing::backends()),
                         [](const auto& backend) { return backend.param; });

// What one backend has the other must have too.
TEST(EmbeddedMigrations, AreTheSameForBothBackends) {
  for (const std::string_view family : {"", "sandbox-"}) {
    const auto lite = embedded_migrations(family, Dialect::sqlite);
    const auto postgres = embedded_migrations(family, Dialect::postgres);
    ASSERT_EQ(lite.size(), postgres.size());
    for (size_t i = 0; i < lite.size(); ++i) EXPECT_EQ(lite[i].name, postgres[i].name);
  }
  EXPECT_FALSE(embedded_migrations("", Dialect::sqlite).empty());
}

}  // namespace
}  // namespace beian::db
