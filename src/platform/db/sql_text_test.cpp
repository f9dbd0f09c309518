#include "platform/db/sql_text.hpp"

#include <gtest/gtest.h>

namespace beian::db {
namespace {

std::string numbered(std::string_view sql, std::string_view kinds = "tttt") {
  return cut_at_parameters(sql).text(kinds);
}

TEST(Parameters, AreNumberedByFirstAppearance) {
  const auto cut = cut_at_parameters("a = :b AND c = :a_1 OR d = :b");
  EXPECT_EQ(cut.names, (std::vector<std::string>{"b", "a_1"}));
  EXPECT_EQ(cut.text("tt"), "a = $1 AND c = $2 OR d = $1");
  EXPECT_EQ(cut.text("tn"), "a = $1 AND c = NULL OR d = $1");
}

TEST(Parameters, AreNotFoundInLiteralsCommentsAndCasts) {
  for (const char* sql :
       {"SELECT ':a', 'it''s :b', \"col:c\"", "SELECT 1 -- :a\n", "x::text", "/* :a */ SELECT 1",
        "SELECT '10:30'", "$$ :a $$", "a[1:2]", "':a", ": b"})
    EXPECT_EQ(numbered(sql), sql);
  EXPECT_EQ(numbered("':x' || :y::text -- :z"), "':x' || $1::text -- :z");
}

TEST(Statements, EndAtASemicolonThatEndsALine) {
  const auto all = split_statements(
      "-- a comment; with a semicolon;\n"
      "CREATE TABLE a (x TEXT DEFAULT ';\n');  -- tail\n"
      "CREATE TRIGGER t BEGIN UPDATE a; SELECT 1; END;\n"
      "\n"
      "/* only;\n a comment */\n"
      "INSERT INTO a VALUES (':x;')");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0], "CREATE TABLE a (x TEXT DEFAULT ';\n')");
  EXPECT_EQ(all[1], "CREATE TRIGGER t BEGIN UPDATE a; SELECT 1; END");
  EXPECT_EQ(all[2], "INSERT INTO a VALUES (':x;')");
  EXPECT_TRUE(split_statements("-- nothing\n;\n").empty());
}

}  // namespace
}  // namespace beian::db
