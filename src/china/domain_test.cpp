#include <gtest/gtest.h>

#include "base/text.hpp"
#include "china/domain.hpp"

#include <rapidcheck/gtest.h>

namespace beian::china {
namespace {

using Names = std::vector<std::string>;

std::string wrong(std::string_view text) {
  const auto result = normalise_domain(text);
  return result ? "accepted as " + *result : result.error()[0].args[0].second;
}

TEST(Domain, Normalises) {
  EXPECT_EQ(normalise_domain("WWW.Example.CN."), "www.example.cn");
  EXPECT_EQ(normalise_domain(" 例子.中国 "), "xn--fsqu00a.xn--fiqs8s");
  EXPECT_EQ(normalise_domain("XN--FSQU00A.xn--fiqs8s"), "xn--fsqu00a.xn--fiqs8s");
  EXPECT_EQ(normalise_domain("例子。中国。"), "xn--fsqu00a.xn--fiqs8s");
  EXPECT_EQ(normalise_domain("ｙａｎｇｌｉ．ｃｎ"), "yangli.cn");
  EXPECT_EQ(normalise_domain("3-4.example.cn"), "3-4.example.cn");
}

TEST(Domain, TellsWhatIsWrong) {
  EXPECT_EQ(wrong(""), "为空");
  EXPECT_EQ(wrong("　 "), "为空");
  EXPECT_EQ(wrong("."), "两个点之间不能为空");
  EXPECT_EQ(wrong("a..cn"), "两个点之间不能为空");
  EXPECT_EQ(wrong(".a.cn"), "两个点之间不能为空");
  EXPECT_EQ(wrong("a.cn.."), "两个点之间不能为空");
  EXPECT_EQ(wrong("http://a.cn"), "不要带 http:// 或 https://");
  EXPECT_EQ(wrong("a.cn/index"), "不要带路径");
  EXPECT_EQ(wrong("a.cn:8080"), "不要带端口");
  EXPECT_EQ(wrong("mail@a.cn"), "是电子邮件地址");
  EXPECT_EQ(wrong("192.0.2.1"), "是 IP 地址");
  EXPECT_EQ(wrong("2001:db8::1"), "是 IP 地址");
  EXPECT_EQ(wrong("192.0.2.1.5"), "最后一段不能全是数字");
  EXPECT_EQ(wrong("*.a.cn"), "不能用通配符");
  EXPECT_EQ(wrong("a b.cn"), "不能有空格");
  EXPECT_EQ(wrong("localhost"), "应至少有两段，例如 example.cn");
  EXPECT_EQ(wrong("-a.cn"), "一段不能以连字符开头或结尾");
  EXPECT_EQ(wrong("a-.cn"), "一段不能以连字符开头或结尾");
  EXPECT_EQ(wrong("a_b.cn"), "只能有字母、数字、连字符和点");
  EXPECT_EQ(wrong("a!.cn"), "只能有字母、数字、连字符和点");
  EXPECT_EQ(wrong(std::string(64, 'a') + ".cn"), "一段超过 63 个字符");
  EXPECT_EQ(wrong("\xff.cn"), "不是合法的 UTF-8 文本");
  EXPECT_EQ(wrong(std::string("a\0.cn", 5)), "含有域名不允许的字符");
  EXPECT_EQ(wrong("xn--0.cn"), "xn-- 编码不正确");
  EXPECT_EQ(wrong("a—b.cn"), "含有域名不允许的字符");
  std::string many;
  for (int i = 0; i < 60; ++i) many += "abcd.";
  EXPECT_EQ(wrong(many + "cn"), "总长超过 253 个字符");
  EXPECT_EQ(wrong(std::string(100'000, 'a')), "总长超过 253 个字符");
}

TEST(Domain, LengthLimitIsExact) {
  const std::string label(63, 'a');
  const std::string start = label + "." + label + "." + label + ".";
  const std::string longest = start + std::string(58, 'a') + ".cn";
  ASSERT_EQ(longest.size(), 253u);
  EXPECT_TRUE(normalise_domain(longest));
  EXPECT_TRUE(normalise_domain(longest + "."));
  EXPECT_EQ(wrong(start + std::string(59, 'a') + ".cn"), "总长超过 253 个字符");
}

TEST(Domain, TheWireTakes128Characters) {
  const std::string government = ".yangli.gov.cn", label(63, 'a');
  const std::string longest =
      label + "." + std::string(128 - 64 - government.size(), 'b') + government;
  ASSERT_EQ(longest.size(), 128u);
  EXPECT_TRUE(check_independent_domain(longest));
  EXPECT_EQ(check_independent_domain("b." + longest).error()[0].code, ProblemCode::too_long);
}

TEST(Domain, ShownToPeople) {
  EXPECT_EQ(display_domain("xn--fsqu00a.xn--fiqs8s"), "例子.中国");
  EXPECT_EQ(display_domain("example.cn"), "example.cn");
  EXPECT_EQ(display_domain("xn--0.cn"), "xn--0.cn");
}

TEST(Domain, Independent) {
  EXPECT_EQ(independent_domain("www.example.cn"), "example.cn");
  EXPECT_EQ(independent_domain("a.b.example.com.cn"), "example.com.cn");
  EXPECT_EQ(independent_domain("a.example.bj.cn"), "example.bj.cn");
  EXPECT_EQ(independent_domain("www.xn--fsqu00a.xn--fiqs8s"), "xn--fsqu00a.xn--fiqs8s");
  EXPECT_EQ(independent_domain("a.xn--fsqu00a.xn--55qx5d.cn"), "xn--fsqu00a.xn--55qx5d.cn");
  // *.ck with the exception www.ck
  EXPECT_EQ(independent_domain("a.b.c.ck"), "b.c.ck");
  EXPECT_EQ(independent_domain("a.www.ck"), "www.ck");
}

TEST(Domain, PrivateSuffixesAreNotSuffixes) {
  EXPECT_EQ(independent_domain("yangli.github.io"), "github.io");
  EXPECT_EQ(check_independent_domain("yangli.github.io").error()[0].args[0].second, "github.io");
}

TEST(Domain, WithoutSuffix) {
  for (const char* name : {"com.cn", "gov.cn", "a.invalid", "a.b.m", "www.example.nosuchsuffix"}) {
    const auto result = independent_domain(name);
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error()[0].code, ProblemCode::domain_without_suffix) << name;
  }
}

TEST(Domain, AnOrderFilesTheIndependentOne) {
  EXPECT_EQ(check_independent_domain("Example.CN"), "example.cn");
  const auto www = check_independent_domain("www.例子.中国");
  ASSERT_FALSE(www);
  EXPECT_EQ(www.error()[0].code, ProblemCode::domain_not_independent);
  EXPECT_EQ(www.error()[0].args[0].second, "例子.中国");
  EXPECT_EQ(check_independent_domain("http://a.cn").error()[0].code, ProblemCode::bad_domain);
}

TEST(Domain, GovernmentFilesEveryLevel) {
  EXPECT_TRUE(is_government_domain("yangli.gov.cn"));
  EXPECT_FALSE(is_government_domain("yangligov.cn"));
  EXPECT_FALSE(is_government_domain("gov.cn.example.cn"));
  EXPECT_EQ(check_independent_domain("a.yangli.gov.cn"), "a.yangli.gov.cn");
  EXPECT_EQ(covering_domains("a.yangli.gov.cn"), Names{"a.yangli.gov.cn"});
  EXPECT_EQ(check_independent_domain("gov.cn").error()[0].code, ProblemCode::domain_without_suffix);
}

TEST(Domain, Covering) {
  EXPECT_EQ(covering_domains("a.b.example.com.cn"),
            (Names{"a.b.example.com.cn", "b.example.com.cn", "example.com.cn"}));
  EXPECT_EQ(covering_domains("example.cn"), Names{"example.cn"});
  EXPECT_EQ(covering_domains("com.cn"), Names{});
  EXPECT_EQ(covering_domains(""), Names{});
}

rc::Gen<std::string> labels() {
  return rc::gen::suchThat(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcxyz0189-"))),
      [](const std::string& s) {
        return !s.empty() && s.size() <= 63 && s.front() != '-' && s.back() != '-' &&
               (s.size() < 4 || s.substr(2, 2) != "--");
      });
}

RC_GTEST_PROP(DomainProperty, NormalFormStays, ()) {
  const std::string name = *labels() + "." + *labels() + ".com.cn";
  RC_PRE(name.size() <= 253u);
  RC_ASSERT((normalise_domain(name) == name));
  RC_ASSERT((normalise_domain(text::upper_ascii(name) + ".") == name));
  const auto covering = covering_domains(name);
  RC_ASSERT(covering.size() == 2u);
  RC_ASSERT((covering.back() == independent_domain(name)));
}

RC_GTEST_PROP(DomainProperty, ChineseRoundTrip, ()) {
  const auto label = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(std::vector<std::string>{"样", "例", "网", "站", "a", "7"})));
  RC_PRE(label.size() <= 12u);
  const std::string name = text::join(label, "") + ".中国";
  const auto ascii = normalise_domain(name);
  RC_ASSERT(ascii.has_value());
  RC_ASSERT(text::is_utf8(*ascii));
  RC_ASSERT(ascii->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == ascii->npos);
  RC_ASSERT(display_domain(*ascii) == name);
  RC_ASSERT((normalise_domain(*ascii) == *ascii));
}

// Whatever bytes come: no crash, and what is accepted is in normal form.
RC_GTEST_PROP(DomainProperty, AnyBytes, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(),
      rc::gen::elementOf(std::vector<std::string>{".", "。", "xn--", "cn", "gov.cn", "中", "-", "a",
                                                  "ß", "\xE2\x80\x8D", "١", "א", "\xF0\x9F\x98\x80",
                                                  "://", "com", "_", "％"})));
  const auto name = normalise_domain(text::join(pieces, ""));
  if (!name) {
    RC_ASSERT(name.error().size() == 1u);
    RC_ASSERT(name.error()[0].code == ProblemCode::bad_domain);
    return;
  }
  RC_ASSERT(name->size() <= 253u);
  RC_ASSERT((normalise_domain(*name) == *name));
  for (const std::string& covering : covering_domains(*name)) RC_ASSERT(name->ends_with(covering));
}

}  // namespace
}  // namespace beian::china
