// Filing numbers, phones, e-mail addresses.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "china/filing_number.hpp"
#include "china/phone.hpp"
#include "china/regions.hpp"

#include <rapidcheck/gtest.h>

namespace beian::china {
namespace {

std::string normal(std::string_view text) {
  const auto number = parse_filing_number(text);
  return number ? number->text() : "refused";
}

TEST(FilingNumber, EveryForm) {
  for (const char* text :
       {"粤ICP备2026000001号", "粤ICP备05000001号", "京ICP证030173号", "粤B2-20090059",
        "粤ICP备2026000001号-1", "粤ICP备2026000001号-2A", "粤ICP备2026000001号-13X",
        "粤ICP备2026000001号-4K", "京ICP证030173号-1", "粤B2-20090059-12", "粤B2-20090059-3A",
        "川B2-20050001", "蜀ICP备2026000001号"}) {
    EXPECT_EQ(normal(text), text);
  }
}

TEST(FilingNumber, Tolerant) {
  EXPECT_EQ(normal(" 粤 icp 备 2026000001 号 - 2a "), "粤ICP备2026000001号-2A");
  EXPECT_EQ(normal("粤ＩＣＰ备２０２６０００００１号－１"), "粤ICP备2026000001号-1");
  EXPECT_EQ(normal("粤ICP備2026000001號—1"), "粤ICP备2026000001号-1");
  EXPECT_EQ(normal("粤ICP备2026000001"), "粤ICP备2026000001号");
  EXPECT_EQ(normal("粤ICP备2026000001-1"), "粤ICP备2026000001号-1");
  EXPECT_EQ(normal("粤b2-20090059号"), "粤B2-20090059");
}

TEST(FilingNumber, Refused) {
  for (const char* text : {"",
                           "ICP备2026000001号",
                           "粤ICP2026000001号",
                           "粤备2026000001号",
                           "川ICP备2026000001号",
                           "台ICP备2026000001号",
                           "粤ICP备202600001号",
                           "粤ICP备20260000011号",
                           "粤ICP备1926000001号",
                           "粤ICP备2026000001号-",
                           "粤ICP备2026000001号-0",
                           "粤ICP备2026000001号-01",
                           "粤ICP备2026000001号-1B",
                           "粤ICP备2026000001号-A",
                           "粤ICP备2026000001号-1-2",
                           "粤ICP备2026000001号x",
                           "粤ICP备2026000001号-1234567",
                           "粤ICP证03017号",
                           "粤B3-20090059",
                           "粤B220090059",
                           "粤B2-30090059",
                           "粤粤ICP备2026000001号",
                           "\xE7\xB2",
                           "粤"}) {
    EXPECT_EQ(normal(text), "refused") << text;
  }
}

TEST(FilingNumber, Parts) {
  const auto number = parse_filing_number("蜀ICP备2026000001号-2A").value();
  EXPECT_EQ(number.province(), 510000);
  EXPECT_EQ(number.year(), 2026);
  EXPECT_EQ(number.service->number, 2);
  EXPECT_EQ(number.service->kind, ServiceKind::app);
  EXPECT_FALSE(number.is_entity());
  EXPECT_EQ(number.entity().text(), "蜀ICP备2026000001号");
  EXPECT_EQ(parse_filing_number("粤ICP备05000001号")->year(), 2005);
  EXPECT_EQ(parse_filing_number("京ICP证030173号")->year(), std::nullopt);
  EXPECT_EQ(parse_filing_number("川B2-20050001")->province(), 510000);
  EXPECT_EQ(parse_filing_number("川B2-20050001")->year(), 2005);
}

TEST(FilingNumber, Made) {
  const FilingNumber entity = make_entity_number(440000, 2026, 1);
  EXPECT_EQ(entity.text(), "粤ICP备2026000001号");
  EXPECT_EQ(service_number(entity, 4, ServiceKind::quick_app).text(), "粤ICP备2026000001号-4K");
  EXPECT_EQ(make_entity_number(510000, 2026, 999'999).text(), "蜀ICP备2026999999号");
  EXPECT_THROW(make_entity_number(810000, 2026, 1), std::invalid_argument);
  EXPECT_THROW(make_entity_number(440300, 2026, 1), std::invalid_argument);
  EXPECT_THROW(make_entity_number(440000, 2026, 0), std::invalid_argument);
  EXPECT_THROW(make_entity_number(440000, 2026, 1'000'000), std::invalid_argument);
}

TEST(ServiceKind, Names) {
  for (const auto kind :
       {ServiceKind::website, ServiceKind::app, ServiceKind::mini_program, ServiceKind::quick_app})
    EXPECT_EQ(service_kind_named(name_of(kind)), kind);
  EXPECT_EQ(service_kind_named("fax"), std::nullopt);
  EXPECT_EQ(title_of(ServiceKind::mini_program), "小程序");
}

rc::Gen<FilingNumber> filing_numbers() {
  return rc::gen::exec([] {
    std::vector<int64_t> provinces;
    for (const Region* region : regions_under(0)) {
      if (!region->filing_prefix.empty()) provinces.push_back(region->code);
    }
    FilingNumber number =
        make_entity_number(*rc::gen::elementOf(provinces), *rc::gen::inRange(2000, 2100),
                           *rc::gen::inRange(1, 1'000'000));
    switch (*rc::gen::inRange(0, 4)) {
      case 1:
        number.digits = number.digits.substr(2);
        break;
      case 2:
        number.form = FilingForm::licence;
        number.digits = number.digits.substr(4);
        break;
      case 3:
        number.form = FilingForm::class_b;
        number.letters = *rc::gen::element<std::string>("B1", "B2");
        number.digits = number.digits.substr(0, 8);
        break;
      default:
        break;
    }
    if (*rc::gen::arbitrary<bool>()) {
      const auto kind = *rc::gen::element(ServiceKind::website, ServiceKind::app,
                                          ServiceKind::mini_program, ServiceKind::quick_app);
      number = service_number(number, *rc::gen::inRange(1, 1'000'000), kind);
    }
    return number;
  });
}

RC_GTEST_PROP(FilingNumberProperty, RoundTrip, ()) {
  const FilingNumber number = *filing_numbers();
  const auto parsed = parse_filing_number(number.text());
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == number);
  RC_ASSERT(parsed->province() != 0);
}

RC_GTEST_PROP(FilingNumberProperty, BlanksAndCaseDoNotMatter, ()) {
  const FilingNumber number = *filing_numbers();
  std::string text = text::lower_ascii(number.text());
  // Blanks before the first and after any ASCII character.
  for (size_t i = text.size(); i > 0; --i) {
    if (static_cast<unsigned char>(text[i - 1]) < 0x80 && *rc::gen::arbitrary<bool>())
      text.insert(i, *rc::gen::element<std::string>(" ", "　", "\t"));
  }
  RC_ASSERT((parse_filing_number(" " + text) == number));
}

// Numbers have no check digit, so a wrong digit gives another number; anything else is refused.
RC_GTEST_PROP(FilingNumberProperty, AWrongLetterIsRefusedOrMeansAnother, ()) {
  const FilingNumber number = *filing_numbers();
  std::string text = number.text();
  const auto at = *rc::gen::inRange<size_t>(0, text.size());
  const char wrong = *rc::gen::elementOf(std::string("QZ%_*/:.Ö"));
  RC_PRE(text[at] != wrong);
  text[at] = wrong;
  RC_ASSERT(!parse_filing_number(text));
}

RC_GTEST_PROP(FilingNumberProperty, AnyPieces, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(), rc::gen::elementOf(std::vector<std::string>{
                                             "粤", "京", "ICP", "备", "证", "号", "-", "2026000001",
                                             "B2", "A", "1", "0", "\xE5", "－", "　"})));
  const auto number = parse_filing_number(text::join(pieces, ""));
  if (!number) {
    RC_ASSERT(number.error()[0].code == ProblemCode::bad_filing_number);
    return;
  }
  RC_ASSERT((parse_filing_number(number->text()) == *number));
}

TEST(Mobile, Forms) {
  for (const char* text : {"13800000001", "+86 138 0000 0001", "0086-138-0000-0001",
                           "8613800000001", "＋８６１３８０００００００１"})
    EXPECT_EQ(check_mobile(text), "13800000001") << text;
  for (const char* text : {"", "1380000000", "138000000011", "12800000001", "23800000001",
                           "1380000000a", "+1 13800000001", "+8686138000000"})
    EXPECT_FALSE(check_mobile(text)) << text;
}

TEST(OfficePhone, Forms) {
  EXPECT_EQ(check_office_phone("0755-20000001"), "0755-20000001");
  EXPECT_EQ(check_office_phone("010-20000001-801"), "010-20000001-801");
  EXPECT_EQ(check_office_phone("（0755）2000001"), "0755-2000001");
  EXPECT_EQ(check_office_phone("(021)-20000001"), "021-20000001");
  EXPECT_EQ(check_office_phone("+86-755-20000001"), "0755-20000001");
  EXPECT_EQ(check_office_phone("+86 010-20000001"), "010-20000001");
  EXPECT_EQ(check_office_phone("0755—20000001"), "0755-20000001");
  EXPECT_EQ(check_office_phone("13800000001"), "13800000001");
  EXPECT_EQ(check_office_phone("4000000000"), "400-0000000");
  for (const char* text :
       {"", "20000001", "0755-1000001", "0755-200000", "0755-200000001", "000-20000001",
        "0100-2000001", "075-2000001", "0755-20000001-", "0755-20000001-1234567",
        "0755-20000001-1-2", "0755 20000001", "(0755", "0755-2000000a"})
    EXPECT_FALSE(check_office_phone(text)) << text;
}

TEST(Phones, Several) {
  EXPECT_EQ(check_mobiles("13800000001；13800000002;"), "13800000001;13800000002");
  EXPECT_EQ(check_mobiles("13800000001、+8613800000002"), "13800000001;13800000002");
  EXPECT_EQ(check_mobiles(" ; ").error()[0].code, ProblemCode::bad_mobile);
  EXPECT_EQ(check_mobiles("13800000001;1").error()[0].code, ProblemCode::bad_mobile);
  EXPECT_EQ(check_office_phones("0755-20000001, 13800000001"), "0755-20000001;13800000001");
  EXPECT_EQ(check_office_phones("x").error()[0].code, ProblemCode::bad_phone);
  std::string many;
  for (int i = 0; i < 11; ++i) many += "13800000001;";
  EXPECT_EQ(check_mobiles(many).error()[0].code, ProblemCode::too_long);
}

// What is accepted fits the wire: digits and hyphens, at least eleven characters, stable.
RC_GTEST_PROP(OfficePhoneProperty, AcceptedFitsTheWire, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::element('0', '1', '2', '7', '5', '-', '(', ')', '+', '8', '6', ' '));
  const auto phone = check_office_phone(text);
  if (!phone) return;
  RC_ASSERT(phone->size() >= 11u);
  RC_ASSERT(phone->find_first_not_of("0123456789-") == phone->npos);
  RC_ASSERT((check_office_phone(*phone) == *phone));
}

TEST(Email, Forms) {
  EXPECT_EQ(check_email(" Yangli.Yi+1@Example.CN "), "Yangli.Yi+1@example.cn");
  EXPECT_EQ(check_email("yangli@例子.中国"), "yangli@xn--fsqu00a.xn--fiqs8s");
  for (const std::string& text :
       {std::string(""), std::string("a"), std::string("@example.cn"), std::string("a@"),
        std::string("a@localhost"), std::string(".a@example.cn"), std::string("a.@example.cn"),
        std::string("a..b@example.cn"), std::string("a b@example.cn"),
        std::string("a@b@example.cn"), std::string("样例@example.cn"), std::string("a@192.0.2.1"),
        std::string("a@[192.0.2.1]"), std::string(65, 'a') + "@example.cn",
        "a@" + std::string(63, 'b') + "." + std::string(63, 'b') + ".cn"})
    EXPECT_FALSE(check_email(text)) << text;
}

RC_GTEST_PROP(ContactProperty, AnyPieces, ()) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(),
      rc::gen::elementOf(std::vector<std::string>{"13800000001", "0755", "-", "20000001", "(", ")",
                                                  "+86", "0086", ";", "；", "、", "@", ".", "a",
                                                  "example.cn", "例子.中国", "\xE2\x80", "\xE3\x80",
                                                  " "})));
  const std::string text = text::join(pieces, "");
  for (const auto check :
       {check_mobile, check_mobiles, check_office_phone, check_office_phones, check_email}) {
    const auto accepted = check(text);
    if (!accepted) continue;
    RC_ASSERT(accepted->size() <= 128u);
    RC_ASSERT((check(*accepted) == *accepted));
  }
}

}  // namespace
}  // namespace beian::china
