// How the databases answer the public's questions: by indexes, reading little more than what they
// tell, however much is filed.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "registry/public_query.hpp"
#include "testing/database.hpp"

namespace beian::registry::test {
namespace {

constexpr int64_t kEntities = 20'000;

// Asks for the plan of each question beside the question.
class Explaining final : public db::Tx {
 public:
  explicit Explaining(db::Tx& tx) : tx_(tx) {}
  db::Dialect dialect() const override { return tx_.dialect(); }
  int64_t exec(std::string_view sql, const db::Params& params) override {
    return tx_.exec(sql, params);
  }
  db::Rows query(std::string_view sql, const db::Params& params) override {
    const bool sqlite = dialect() == db::Dialect::sqlite;
    const std::string explain =
        sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) ";
    plan.append(sql) += "\n";
    bool first = true;
    for (const auto& row : tx_.query(explain + std::string(sql), params)) {
      const std::string line = row.text(sqlite ? "detail" : "QUERY PLAN");
      plan += line + "\n";
      if (walks(line)) plan += "^ a walk through all of it\n";
      // Of the topmost node, which counts what is below it too.
      if (first && line.find("Buffers: ") != line.npos) {
        first = false;
        pages += number_behind(line, "hit=") + number_behind(line, "read=");
      }
    }
    return tx_.query(sql, params);
  }
  std::string plan;
  int64_t pages = 0;  // PostgreSQL: of tables and indexes

 private:
  // Neither lists of keys nor the few provinces are tables that grow.
  static bool walks(const std::string& line) {
    if (line.find("listed_") != line.npos || line.find("json_each") != line.npos ||
        line.find("registry_whole") != line.npos || line == "SCAN k")
      return false;
    return line.find("Seq Scan") != line.npos || line.find("SCAN ") != line.npos;
  }
  static int64_t number_behind(const std::string& line, std::string_view what) {
    const size_t at = line.find(what);
    return at == line.npos ? 0 : std::atoll(line.c_str() + at + what.size());
  }
  db::Tx& tx_;
};

class PublicQueryPlan : public ::testing::TestWithParam<std::string> {
 protected:
  testing::TestDatabase db = testing::make_database(GetParam());

  // Entities with a website and a domain each, made by the database itself.
  void SetUp() override {
    const std::string each =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) ";
    db.database->write([&](db::Tx& tx) {
      const db::Params params = {{"count", kEntities}};
      tx.exec(each +
                  "INSERT INTO registry_entities (province, authority_id, account_id, "
                  "filing_number, display_name, nature, certificate_type, certificate_index, "
                  "document, fingerprint, recorded, changed) SELECT 440000, i, '', "
                  "'粤ICP备2026' || (100000 + i) || '号', '样例' || (100000 + i) || '有限公司', "
                  "4, 1, 'index-' || i, '', '', 0, 0 FROM n",
              params);
      tx.exec(each +
                  "INSERT INTO registry_services (province, authority_id, entity_id, "
                  "filing_number, name, document, fingerprint, recorded, changed) "
                  "SELECT 440000, i, i, '粤ICP备2026' || (100000 + i) || '号-1', '样例网站', '', "
                  "'', 0, 0 FROM n",
              params);
      tx.exec(each +
                  "INSERT INTO registry_domains (province, authority_id, service_id, name, "
                  "cancelled, changed) SELECT 440000, i, i, 'yangli-' || i || '-example.cn', 0, 0 "
                  "FROM n",
              params);
    });
    db.database->write([](db::Tx& tx) { tx.exec("ANALYZE"); });
  }
  // How it was answered. `most`: pages; what a question tells lies on few of them, and the way to
  // each row is some three.
  template <class Question>
  std::string expect_short(int64_t most, const Question& question) {
    return db.database->read_value([&](db::Tx& tx) {
      Explaining explaining(tx);
      question(explaining);
      EXPECT_EQ(explaining.plan.find("^ a walk"), std::string::npos) << explaining.plan;
      EXPECT_LE(explaining.pages, most) << explaining.plan;
      EXPECT_EQ(explaining.pages > 0, GetParam() != "sqlite") << explaining.plan;
      return explaining.plan;
    });
  }
  // Near the end of the index: a walk to it would be a long one.
  void ask_for_names(const NamePage& after, const std::string& first) {
    const auto plan = expect_short(80, [&](db::Tx& tx) {
      const auto found = entities_named(tx, "样例119", after);
      ASSERT_EQ(found.size(), 50u);
      EXPECT_EQ(found.front().entity_name, first);
    });
    EXPECT_NE(plan.find("registry_entities_name"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("Sort"), std::string::npos) << plan;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, PublicQueryPlan, ::testing::ValuesIn(testing::backends()));

TEST_P(PublicQueryPlan, NoQuestionWalksThroughWhatIsFiled) {
  expect_short(60, [](db::Tx& tx) {
    for (const auto& answer :
         is_filed(tx, {},
                  {"www.yangli-19999-example.cn", "粤ICP备2026119999号-1", "粤ICP备2026119998号"}))
      EXPECT_EQ(answer.known, Known::filed);
  });
  for (const char* number : {"粤ICP备2026119999号", "粤ICP备2026119999号-1"})
    expect_short(
        20, [&](db::Tx& tx) { EXPECT_EQ(filings_of_number(tx, number, {}).size(), 1u) << number; });

  ask_for_names({}, "样例119000有限公司");
  ask_for_names({.name = "样例119899有限公司", .province = 440000, .entity_id = 19'899},
                "样例119900有限公司");
  // A page that does not begin so: nothing but what begins so is told.
  ask_for_names({.name = "样例1", .province = 1}, "样例119000有限公司");

  for (const char* text :
       {"www.yangli-19999-example.cn", "粤ICP备2026119999号", "样例119999有限公司"}) {
    expect_short(60, [&](db::Tx& tx) {
      EXPECT_EQ(list_filings(tx, china::ServiceKind::website, text, 0, 10).total, 1) << text;
    });
    expect_short(60, [&](db::Tx& tx) {
      EXPECT_EQ(list_filings(tx, china::ServiceKind::app, text, 0, 10).total, 0) << text;
    });
  }
}

}  // namespace
}  // namespace beian::registry::test
