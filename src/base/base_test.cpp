#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/personal.hpp"
#include "base/text.hpp"

#include <rapidcheck.h>

namespace beian {
namespace {

TEST(Json, RoundTripKeepsOrder) {
  const std::string text = R"({"b":1,"a":[true,null,"\u4e2d",-2.5],"c":{}})";
  const auto parsed = parse_json(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(to_string(*parsed), R"({"b":1,"a":[true,null,"中",-2.5E0],"c":{}})");
  EXPECT_EQ(parsed->pointer("/a/2")->as_string(), "中");
  EXPECT_EQ(parsed->pointer("/a/9"), nullptr);
  EXPECT_EQ(parsed->pointer("/a/x"), nullptr);
}

// What a function returns ends with the statement; its parts must not be lent beyond that.
static_assert(!std::is_reference_v<decltype(std::declval<Json>().items())>);
static_assert(!std::is_reference_v<decltype(std::declval<Json>().members())>);
static_assert(!std::is_reference_v<decltype(std::declval<Json>().as_string())>);
static_assert(!std::is_reference_v<decltype(std::declval<Json>()["a"])>);
static_assert(!std::is_reference_v<decltype(std::declval<Json>().at(0))>);

TEST(Json, PartsOfOneThatEndsAreGivenAway) {
  const auto made = [] {
    return Json::object({{"a", Json::array({"long enough to be elsewhere", 2})}});
  };
  std::string seen;
  for (const Json& item : made()["a"].items()) seen += to_string(item) + ";";
  for (const auto& [name, value] : made().members()) seen += name + to_string(value);
  EXPECT_EQ(seen, R"("long enough to be elsewhere";2;a["long enough to be elsewhere",2])");
  EXPECT_EQ(made()["a"].at(0).as_string(), "long enough to be elsewhere");
  EXPECT_TRUE(made()["b"].items().empty());
  EXPECT_TRUE(made().items().empty());
  EXPECT_TRUE(Json(1).members().empty());
  EXPECT_EQ(made()["a"].at(7), Json());
}

TEST(Json, MalformedNamesThePlace) {
  const auto parsed = parse_json("{\n  \"a\": 1,\n  b\n}");
  ASSERT_FALSE(parsed);
  const auto& p = parsed.error().front();
  EXPECT_EQ(p.code, ProblemCode::malformed_json);
  EXPECT_EQ(p.args[0].second, "3");
  EXPECT_EQ(p.args[1].second, "3");
}

TEST(Json, RefusesRepeatedNamesDepthAndTrailingText) {
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
  EXPECT_FALSE(parse_json(std::string(100, '[') + std::string(100, ']')));
  EXPECT_FALSE(parse_json("{} x"));
  EXPECT_FALSE(parse_json(R"({"a":"x\u0000y"})"));
  EXPECT_FALSE(parse_json(R"({"a\u0000":1})"));
  EXPECT_FALSE(parse_json(""));
  EXPECT_FALSE(parse_json("\"\xff\""));
}

TEST(Encoding, Base64IsStrict) {
  EXPECT_EQ(base64_encode("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_EQ(base64_decode("YW55\r\nIGNhcm5hbCBwbGVhcw==").value(), "any carnal pleas");
  EXPECT_FALSE(base64_decode("YW5"));
  EXPECT_FALSE(base64_decode("YW5*"));
  EXPECT_FALSE(base64_decode("YR=="));
}

TEST(Encoding, RoundTripOfAnyBytes) {
  EXPECT_TRUE(rc::check([](const std::string& bytes) {
    RC_ASSERT(base64_decode(base64_encode(bytes)).value() == bytes);
    RC_ASSERT(hex_decode(hex_encode(bytes)).value() == bytes);
    RC_ASSERT(percent_decode(percent_encode(bytes)).value() == bytes);
  }));
}

TEST(Encoding, TruncatedPercentIsRefused) {
  EXPECT_FALSE(percent_decode("a%"));
  EXPECT_FALSE(percent_decode("a%2"));
  EXPECT_FALSE(percent_decode("a%zz"));
  EXPECT_EQ(percent_decode("a%20b+c", true).value(), "a b c");
}

TEST(Text, GbkBothWays) {
  EXPECT_EQ(text::to_gbk("备案").value(), "\xB1\xB8\xB0\xB8");
  EXPECT_EQ(text::from_gbk("\xB1\xB8\xB0\xB8").value(), "备案");
  EXPECT_FALSE(text::to_gbk("𠮷"));  // outside GBK
  EXPECT_EQ(text::to_gbk_xml("𠮷a").value(), "&#x20bb7;a");
  EXPECT_FALSE(text::from_gbk("\xB1"));
}

TEST(Text, Utf8IsChecked) {
  EXPECT_TRUE(text::is_utf8("中文 😀"));
  EXPECT_FALSE(text::is_utf8("\xC0\x80"));
  EXPECT_FALSE(text::is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(text::is_utf8("\xF5\x80\x80\x80"));
  EXPECT_EQ(text::length("中文a"), 3u);
  EXPECT_EQ(text::trim("　 中 　"), "中");
}

TEST(Clock, TextsAreBeijingTime) {
  const auto t = parse_rfc3339("2026-11-23T16:30:00.250Z").value();
  EXPECT_EQ(to_rfc3339(t), "2026-11-23T16:30:00.250Z");
  EXPECT_EQ(china_datetime(t), "2026-11-24 00:30:00");
  EXPECT_EQ(parse_rfc3339("2026-11-24T00:30:00.25+08:00").value(), t);
  EXPECT_FALSE(parse_rfc3339("2026-02-30T00:00:00Z"));
  EXPECT_EQ(china_year(parse_rfc3339("2026-12-31T17:00:00Z").value()), 2027);
}

TEST(Ids, SortByTimeAndDiffer) {
  const auto t = from_ms(1'700'000'000'000);
  EXPECT_LT(new_id(t), new_id(t + Millis(1)));
  EXPECT_NE(new_id(t), new_id(t));
  EXPECT_EQ(new_id(t).size(), 26u);
  EXPECT_EQ(random_alphanumeric(20).size(), 20u);
}

// Whatever is written as GBK is read as GBK: a character is one byte of ASCII, or two.
TEST(Text, GbkHasNoLoneHighBytes) {
  for (uint32_t c = 0x80; c < 0x10000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string utf8;
    if (c >= 0x800) {
      utf8 = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      utf8 = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    }
    const auto gbk = text::to_gbk(utf8);
    if (gbk) ASSERT_EQ(gbk->size(), 2u) << std::hex << c;
  }
  EXPECT_FALSE(text::to_gbk("€"));
  EXPECT_EQ(text::to_gbk_xml("a€样").value(), "a&#x20ac;\xD1\xF9");
}

TEST(Personal, Masks) {
  EXPECT_EQ(mask_name("张三丰"), "张**");
  EXPECT_EQ(mask_number("13800000000"), "138****0000");
}

TEST(Problems, TextTakesArguments) {
  EXPECT_EQ(problem_text(ProblemCode::too_long, {{"max", "10"}}, Language::zh),
            "过长，最多 10 个字符");
  EXPECT_EQ(advice_text(ProblemCode::too_many_attempts, {{"seconds", "7"}}, Language::zh),
            "请在 7 秒后重试");
}

}  // namespace
}  // namespace beian
