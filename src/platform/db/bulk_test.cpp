#include "platform/db/bulk.hpp"

#include <gtest/gtest.h>

#include "platform/db/remembering.hpp"
#include "testing/database.hpp"

namespace beian::db {
namespace {

class Bulk : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    db_.write([](Tx& tx) {
      tx.exec("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, x DOUBLE PRECISION)");
    });
  }
  testing::TestDatabase test_ = testing::make_database(GetParam());
  Database& db_ = *test_.database;
};
INSTANTIATE_TEST_SUITE_P(Backends, Bulk, ::testing::ValuesIn(testing::backends()));

TEST_P(Bulk, RowsComeBackAsTheyWere) {
  const std::string text = "中文 \t\n\\N \\. '' \" 𠮷";
  std::vector<Value> cells;
  const int64_t many = 20'000;  // more than one piece of a COPY
  for (int64_t n = 0; n < many; ++n) {
    cells.emplace_back(n);
    cells.emplace_back(text + std::to_string(n));
    cells.emplace_back(static_cast<double>(n) / 7);
  }
  for (const auto& cell : {Value(INT64_MIN), Value(), Value()}) cells.push_back(cell);
  db_.write([&](Tx& tx) {
    insert_rows(tx, "t", "id, name, x", cells);
    insert_rows(tx, "t", "id, name, x", {});
    tx.exec("UPDATE t SET x = 0.5 WHERE id = 3");  // the connection goes on as before
  });
  const auto rows = db_.read_value([](Tx& tx) { return tx.query("SELECT * FROM t ORDER BY id"); });
  ASSERT_EQ(rows.size(), static_cast<size_t>(many) + 1);
  EXPECT_EQ(rows[0].i64("id"), INT64_MIN);
  EXPECT_TRUE(rows[0].is_null("name") && rows[0].is_null("x"));
  for (int64_t n = 0; n < many; n += 777) {
    const auto& row = rows[static_cast<size_t>(n) + 1];
    EXPECT_EQ(row.i64("id"), n);
    EXPECT_EQ(row.text("name"), text + std::to_string(n));
    EXPECT_EQ(row.f64("x"), static_cast<double>(n) / 7);
  }
  EXPECT_EQ(rows[4].f64("x"), 0.5);
}

TEST_P(Bulk, ARefusedRowLeavesNothing) {
  EXPECT_THROW(db_.write([](Tx& tx) {
    insert_rows(tx, "t", "id, name",
                {Value(1), Value("a"), Value(2), Value("b"), Value(1), Value("c")});
  }),
               UniqueViolation);
  EXPECT_THROW(db_.write([](Tx& tx) {
    insert_rows(tx, "t", "id, name", {Value(1), Value("\xff")});
  }),
               std::invalid_argument);
  EXPECT_THROW(db_.write([](Tx& tx) { insert_rows(tx, "t", "id, name", {Value(1)}); }),
               std::logic_error);
  EXPECT_THROW(db_.read([](Tx& tx) { insert_rows(tx, "t", "id", {Value(1)}); }), std::logic_error);
  db_.read([](Tx& tx) {
    EXPECT_EQ(tx.query_i64("SELECT count(*) FROM t"), 0);
    Remembering snapshot(tx);
    EXPECT_THROW(insert_rows(snapshot, "t", "id", {Value(1)}), std::logic_error);
  });
  db_.write([](Tx& tx) { insert_rows(tx, "t", "id, name", {Value(1), Value("a")}); });
}

// A plan for each list would cost more than most lists.
TEST_P(Bulk, ListsOfAnyLengthShareOnePlan) {
  if (GetParam() == "sqlite") return;  // it plans without looking at values
  db_.read([&](Tx& tx) {
    for (size_t length = 1; length <= 12; ++length)
      tx.query(select_listed(tx, "id, name", "t", {"id", "ids", ListOf::numbers}),
               {{"ids", list_value(tx, std::vector<int64_t>(length, 7))}});
    const auto plans = tx.query_one(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements "
        "WHERE statement LIKE '%listed_%' AND statement NOT LIKE '%generic%'");
    EXPECT_GT(plans->i64("generic_plans"), 0);
    EXPECT_LE(plans->i64("custom_plans"), 5);
  });
}

TEST_P(Bulk, ListsAreOneParameter) {
  const std::vector<std::string> names = {"a\"b", "c\\d", "e,f", "{}", ""};
  db_.write([&](Tx& tx) {
    prefer_indexes(tx);
    std::vector<Value> cells;
    for (size_t n = 0; n < names.size(); ++n) {
      cells.emplace_back(static_cast<int64_t>(n));
      cells.emplace_back(names[n]);
    }
    insert_rows(tx, "t", "id, name", cells);
    const std::string by_name =
        select_listed(tx, "id, name", "t", {"name", "names", ListOf::texts});
    EXPECT_EQ(tx.query(by_name, {{"names", list_value(tx, names)}}).size(), 5u);
    EXPECT_TRUE(
        tx.query(by_name, {{"names", list_value(tx, std::vector<std::string>{"x"})}}).empty());
    const std::string by_id =
        select_listed(tx, "name", "t", {"id", "ids", ListOf::numbers}, "name <> :not");
    const auto rows = tx.query(
        by_id, {{"ids", list_value(tx, std::vector<int64_t>{0, 1, 9})}, {"not", names[1]}});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].text("name"), names[0]);
    EXPECT_TRUE(
        tx.query(by_id, {{"ids", list_value(tx, std::vector<int64_t>{})}, {"not", ""}}).empty());
  });
}

}  // namespace
}  // namespace beian::db
