// That the player of diaries sees what is not as written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diary.hpp"

namespace beian::diary {
namespace {

Json parsed(const std::string& text) {
  return parse_json(text).value();
}

std::string why(const std::string& found, const std::string& expected) {
  const Json value = parsed(found);
  return differs(&value, parsed(expected));
}

std::vector<std::string> play(const std::string& steps) {
  Player player(parsed(R"({"note": "样例", "steps": [)" + steps + "]}"), "sqlite");
  return player.play();
}

TEST(DiaryValues, NamesAreFilledIn) {
  const Names names{{"id", "o1"}, {"n", 3}, {"order", parsed(R"({"list": [{"a": 7}]})")}};
  EXPECT_EQ(
      filled(parsed(R"({"x": "/orders/${id}/${n}", "y": ["$n"], "z": "$order/list/0"})"), names),
      parsed(R"({"x": "/orders/o1/3", "y": [3], "z": {"a": 7}})"));
  EXPECT_EQ(filled(parsed(R"({"$of": "$order", "set": {"/list/0/b": "$n", "/list/-": 1},
                              "erase": ["/list/0/a"]})"),
                   names),
            parsed(R"({"list": [{"b": 3}, 1]})"));
  EXPECT_THROW(filled(Json("$nobody"), names), std::invalid_argument);
  EXPECT_THROW(filled(Json("$order/list/1"), names), std::invalid_argument);
  EXPECT_NE(filled(parsed(R"({"$sample": 1})"), names), filled(parsed(R"({"$sample": 2})"), names));
}

TEST(DiaryValues, WhatDiffersIsSaid) {
  EXPECT_EQ(why("1", "1"), "");
  EXPECT_EQ(why("1", "2"), "is not 2, found 1");
  EXPECT_EQ(differs(nullptr, Json()), "is not null, found nothing");
  EXPECT_EQ(differs(nullptr, parsed(R"({"$absent": true})")), "");
  EXPECT_NE(why("null", R"({"$absent": true})"), "");
  EXPECT_EQ(why("[1, 2]", R"({"$size": 2})"), "");
  EXPECT_NE(why("[1, 2]", R"({"$size": 1})"), "");
  EXPECT_EQ(why("[1, 2]", R"({"$has": 2})"), "");
  EXPECT_NE(why("[1, 2]", R"({"$has": 3})"), "");
  EXPECT_EQ(why("\"样例文字\"", R"({"$has": "文字"})"), "");
  EXPECT_NE(why("\"样例文字\"", R"({"$has": "字文"})"), "");
  EXPECT_EQ(why("2", R"({"$not": 1})"), "");
  EXPECT_NE(why("1", R"({"$not": 1})"), "");
  EXPECT_EQ(why(R"([{"a": 1}, {"a": 2, "b": 3}])", R"({"$any": {"a": 2, "b": {"$not": 4}}})"), "");
  EXPECT_NE(why(R"([{"a": 1}, {"a": 2, "b": 3}])", R"({"$any": {"a": 1, "b": 3}})"), "");
  EXPECT_THROW(why("1", R"({"$sizes": 1})"), std::invalid_argument);
}

TEST(DiaryPlayer, EveryExpectationCanFail) {
  using ::testing::ElementsAre;
  using ::testing::HasSubstr;
  const std::string made = R"({"as": "applicant", "call": "POST /api/v1/orders", "body": {})";
  EXPECT_TRUE(play(made + R"(, "status": 201, "see": {"/state": "draft"}})").empty());
  EXPECT_THAT(play(made + R"(, "status": 200})"), ElementsAre(HasSubstr("status is 201, not 200")));
  EXPECT_THAT(play(made + R"(, "see": {"/state": "done"}})"),
              ElementsAre(HasSubstr("/state is not \"done\", found \"draft\"")));
  EXPECT_THAT(play(made + R"(, "problems": ["required@/x"]})"),
              ElementsAre(HasSubstr("problems are none, not required@/x")));
  EXPECT_THAT(play(made + R"(, "keep": {"x": "/nowhere"}})"),
              ElementsAre(HasSubstr("nothing to keep at /nowhere")));
  const std::string refused =
      R"({"as": "applicant", "call": "POST /api/v1/orders", "body": {"knd": 1})";
  EXPECT_TRUE(play(refused + R"(, "problems": ["unknown_field@/knd"]})").empty());
  EXPECT_THAT(play(refused + "}"), ElementsAre(HasSubstr("status 422")));
  EXPECT_THAT(play(R"({"decide": "approve"})"), ElementsAre(HasSubstr("nothing waits")));
}

TEST(DiaryPlayer, WhatIsNotWrittenRightIsRefused) {
  EXPECT_THROW(play(R"({"call": "GET /api/v1/orders", "sees": {}})"), std::invalid_argument);
  EXPECT_THROW(play(R"({"wait": 1})"), std::invalid_argument);
  EXPECT_THROW(play(R"({"clock": "45 days"})"), std::invalid_argument);
  EXPECT_THROW(play(R"({"call": "/api/v1/orders"})"), std::invalid_argument);
  EXPECT_THROW(Player(parsed(R"({"note": "样例", "steps": [1], "stepz": 1})"), "sqlite"),
               std::invalid_argument);
  EXPECT_THROW(read_diary("orders/no-such"), std::runtime_error);
}

}  // namespace
}  // namespace beian::diary
