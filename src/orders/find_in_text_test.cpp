#include "orders/find_in_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace beian::orders {
namespace {

// What Tesseract said of a sample, twice: as a page and as a block.
constexpr std::string_view kLicence =
    "翌例\n\n营业执照\n统一社会信用代码 91440106MA0000007K\n名 称 样例科技〈广州) 有限公司\n"
    "类 型 有限责任公司\n法定代表人 样例甲\n"
    "住 所 广东省广州市天河区样例大道１号样例大\n厦101室\n成立日期 2020年01月02日\n";

Found words(std::string_view expected, std::string_view text = kLicence) {
  return find_in_text(expected, text, Written::words);
}
Found number(std::string_view expected, std::string_view text = kLicence) {
  return find_in_text(expected, text, Written::number);
}
Found domain(std::string_view expected, std::string_view text) {
  return find_in_text(expected, text, Written::domain);
}

TEST(FindInText, BlanksWidthsPunctuationAndLineEndsDoNotCount) {
  const Found name = words("样例科技（广州）有限公司");
  EXPECT_EQ(name.distance, 0u);
  EXPECT_EQ(name.length, 10u);
  EXPECT_EQ(name.run, "样例科技〈广州) 有限公司");
  const Found address = words("广东省广州市天河区样例大道1号样例大厦101室");
  EXPECT_EQ(address.distance, 0u);
  EXPECT_EQ(address.run, "广东省广州市天河区样例大道１号样例大 厦101室");
}

TEST(FindInText, WordsThatDifferSayWhereAndByHowMuch) {
  const Found name = words("样例科技（深圳）有限公司");
  EXPECT_EQ(name.distance, 2u);
  EXPECT_EQ(name.run, "样例科技〈广州) 有限公司");
  EXPECT_EQ(words("样例甲").distance, 0u);
  EXPECT_EQ(words("样例丙").distance, 1u);
  EXPECT_EQ(words("样例丙", "法定代表人 样例甲").run, "样例甲");
  EXPECT_EQ(words("样例科技有限公司").distance, 2u) << "characters between";
}

TEST(FindInText, LettersThatLookAlikeAreTheSameInWords) {
  EXPECT_EQ(words("OLIVE样例", "0l1ve 样例").distance, 0u);
  EXPECT_EQ(words("二〇二六号", "二O二六号").distance, 0u);
  EXPECT_EQ(words("HELLO样例", "hello样例").distance, 0u);
}

TEST(FindInText, EachDigitOfANumberCounts) {
  EXPECT_EQ(number("91440106MA0000007K").distance, 0u);
  EXPECT_EQ(number("91440106MA0000007K").run, "91440106MA0000007K");
  EXPECT_EQ(number("91440106MA0000008K").distance, 1u);
  EXPECT_EQ(number("91440106MA000007K").distance, 1u) << "one less";
  EXPECT_EQ(number("91440106MA00000007K").distance, 1u) << "one more";
  EXPECT_EQ(number("91440106MA0000070K").distance, 2u) << "two in each other's place";
}

TEST(FindInText, NumbersAsTheyAreRead) {
  EXPECT_EQ(number("91440106MA0000007K", "9144 0106 MAO0 OO007 K").distance, 0u);
  EXPECT_EQ(number("91440106MA0000007K", "９１４４０１０６ＭＡ０００００oｏ７ｋ").distance, 1u)
      << "one too many";
  EXPECT_EQ(number("440106190001010012", "44010619000l0I0012").distance, 0u);
  EXPECT_EQ(number("44010619000101002X", "44010619000101002x").distance, 0u);
  EXPECT_EQ(number("91440106MA000000L1", "91440106MA000000L1").distance, 0u);
  EXPECT_EQ(number("91440106MA000000L1", "91440106MA00000011").distance, 1u)
      << "credit codes have both";
}

TEST(FindInText, ANumberInsideALongerOneIsAnother) {
  const Found found = number("440106190001010012", "号码 4401061900010100128");
  EXPECT_EQ(found.distance, 1u);
  EXPECT_EQ(found.run, "4401061900010100128");
  EXPECT_EQ(number("440106190001010012", "号码440106190001010012，").distance, 0u);
  EXPECT_EQ(number("440106190001010012", "A440106190001010012 440106190001010012").distance, 0u)
      << "it stands there, too";
}

TEST(FindInText, DomainsToTheDot) {
  EXPECT_EQ(domain("yangli-example.cn", "域名 WWW.Yangli-Example.CN").distance, 0u);
  EXPECT_EQ(domain("yangli-example.cn", "yangli- example。cn.").distance, 0u);
  EXPECT_EQ(domain("yangli-example.cn", "yangliexample.cn").distance, 1u);
  EXPECT_EQ(domain("yangli-example.cn", "yang1i-example.cn").distance, 1u) << "another's";
  EXPECT_EQ(domain("yangli-example.cn", "yangli-example.cn.com").distance, 1u);
  EXPECT_EQ(domain("yangli-example.cn", "my-yangli-example.cn").distance, 1u);
  EXPECT_EQ(domain("yangli-example.cn", "my-yangli-example.cn").run, "my-yangli-example.cn");
  EXPECT_EQ(domain("样例.中国", "网址 www.样例.中国").distance, 0u);
}

TEST(FindInText, RareCharactersAreOneCharacterEach) {
  EXPECT_EQ(words("样例𠮷", "姓名 样例𠮷").distance, 0u);
  EXPECT_EQ(words("样例𠮷", "姓名 样例吉").distance, 1u);
  EXPECT_EQ(words("样例·𬱖", "样例 𬱖").distance, 0u);
}

TEST(FindInText, NothingToFindOrNothingThere) {
  EXPECT_EQ(words("样例", "").distance, 2u);
  EXPECT_EQ(words("样例", "").run, "");
  EXPECT_EQ(words("（）", kLicence).length, 0u);
  EXPECT_EQ(words("样例", "\xff\xfe样例\xe6").distance, 0u) << "what is no UTF-8 does not stop it";
}

// Whatever stands around it, a number is found, and is never the same with another digit.
RC_GTEST_PROP(FindInText, ANumberIsFoundAndAnotherIsNot, ()) {
  const auto digits = *rc::gen::container<std::string>(18, rc::gen::inRange<char>('0', '9' + 1));
  const auto around = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AZ 19\n.")));
  RC_ASSERT(number(digits, around + " " + digits + "\n" + around).distance == 0u);
  std::string other = digits;
  char& one = other[*rc::gen::inRange<size_t>(0, 18)];
  one = static_cast<char>(one == '9' ? '0' : one + 1);
  RC_ASSERT(number(digits, "号码 " + other + " ").distance == 1u);
}

}  // namespace
}  // namespace beian::orders
