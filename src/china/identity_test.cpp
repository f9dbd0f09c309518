#include <gtest/gtest.h>

#include "base/text.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"
#include "china/regions.hpp"

#include <rapidcheck/gtest.h>

namespace beian::china {
namespace {

const TimePoint kNow = parse_rfc3339("2026-11-23T16:30:00Z").value();  // the 24th in Beijing

// A region that no county has, in a real province: nobody holds such a number.
std::string identity(std::string_view first17) {
  return std::string(first17) + identity_check_character(first17);
}

std::string reason(const Result<std::string>& result) {
  return result ? "" : problem_text(result.error()[0].code, result.error()[0].args, Language::zh);
}
bool says(const Result<std::string>& result, std::string_view word) {
  return reason(result).find(word) != std::string::npos;
}

TEST(IdentityCard, ExampleOfTheStandard) {
  // The worked example of GB 11643-1999 itself.
  EXPECT_EQ(identity_check_character("11010519491231002"), 'X');
}

TEST(IdentityCard, Normalises) {
  const std::string number = identity("44999919000101001");
  EXPECT_EQ(check_identity_card(" " + number.substr(0, 6) + " " + number.substr(6) + "\n", kNow),
            number);
  EXPECT_EQ(check_identity_card("11010519491231002x", kNow), "11010519491231002X");
  EXPECT_EQ(check_identity_card("１１０１０５１９４９１２３１００２Ｘ", kNow),
            "11010519491231002X");
}

TEST(IdentityCard, TellsWhatIsWrong) {
  EXPECT_TRUE(says(check_identity_card("", kNow), "为空"));
  EXPECT_TRUE(says(check_identity_card("110105491231002", kNow), "15 位旧号码"));
  EXPECT_TRUE(says(check_identity_card("1101051949123100", kNow), "应为 18 位"));
  EXPECT_TRUE(says(check_identity_card("1101051949123100A2", kNow), "前 17 位"));
  EXPECT_TRUE(says(check_identity_card("11010519491231002A", kNow), "最后一位"));
  EXPECT_TRUE(says(check_identity_card("110105194912310021", kNow), "校验码"));
  EXPECT_TRUE(says(check_identity_card(identity("99999919900101001"), kNow), "地区代码"));
  EXPECT_TRUE(says(check_identity_card(identity("81000019900101001"), kNow), "地区代码"));
  EXPECT_TRUE(says(check_identity_card(identity("44999918991231001"), kNow), "出生日期不存在"));
  EXPECT_TRUE(says(check_identity_card(identity("44999920230229001"), kNow), "出生日期不存在"));
  EXPECT_TRUE(check_identity_card(identity("44999920240229001"), kNow));
  EXPECT_TRUE(check_identity_card(identity("44999920261124001"), kNow));
  EXPECT_TRUE(says(check_identity_card(identity("44999920261125001"), kNow), "晚于今天"));
}

TEST(IdentityCard, Parts) {
  const std::string number = identity("44999920081124002");
  EXPECT_EQ(region_of_identity(number), 449999);
  EXPECT_EQ(sex_of_identity(number), Sex::female);
  EXPECT_EQ(sex_of_identity(identity("44999920081124003")), Sex::male);
  EXPECT_EQ(birth_of_identity(number),
            std::chrono::year{2008} / std::chrono::November / std::chrono::day{24});
  EXPECT_EQ(age_of_identity(number, kNow), 18);
  EXPECT_EQ(age_of_identity(number, kNow - std::chrono::hours{1}), 17);
}

TEST(ResidencePermit, OnlyItsRegions) {
  const std::string taiwan = identity("83000019900101001"), macao = identity("82000019900101001");
  EXPECT_TRUE(check_residence_permit(taiwan, PermitOf::taiwan, kNow));
  EXPECT_TRUE(check_residence_permit(macao, PermitOf::hong_kong_macao, kNow));
  EXPECT_FALSE(check_residence_permit(macao, PermitOf::taiwan, kNow));
  EXPECT_FALSE(check_residence_permit(taiwan, PermitOf::hong_kong_macao, kNow));
  EXPECT_FALSE(check_residence_permit(identity("83000118991231001"), PermitOf::taiwan, kNow));
}

rc::Gen<std::string> identity_numbers() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 46'000), rc::gen::inRange(0, 1000),
                     rc::gen::elementOf(regions_under(0))),
      [](const std::tuple<int, int, const Region*>& parts) {
        const auto [days, sequence, province] = parts;
        const int64_t region = (province->code >= 810000 ? 110000 : province->code) + 9999;
        const std::chrono::year_month_day birth{
            std::chrono::sys_days{std::chrono::year{1900} / 1 / 1} + std::chrono::days{days}};
        char text[24];
        std::snprintf(text, sizeof text, "%06d%04d%02u%02u%03d", static_cast<int>(region),
                      static_cast<int>(birth.year()), static_cast<unsigned>(birth.month()),
                      static_cast<unsigned>(birth.day()), sequence);
        return identity(text);
      });
}

RC_GTEST_PROP(IdentityCardProperty, ValidIsAccepted, ()) {
  const std::string number = *identity_numbers();
  RC_ASSERT((check_identity_card(number, kNow) == number));
}

// ISO 7064 MOD 11-2 finds every single wrong digit and every swap of neighbours.
RC_GTEST_PROP(IdentityCardProperty, OneWrongCharacterIsRefused, ()) {
  std::string number = *identity_numbers();
  const auto at = *rc::gen::inRange<size_t>(0, 18);
  const char wrong = *rc::gen::elementOf(std::string("0123456789XA-"));
  RC_PRE(number[at] != wrong);
  number[at] = wrong;
  RC_ASSERT(!check_identity_card(number, kNow));
}

RC_GTEST_PROP(IdentityCardProperty, SwappedNeighboursAreRefused, ()) {
  std::string number = *identity_numbers();
  const auto at = *rc::gen::inRange<size_t>(0, 17);
  RC_PRE(number[at] != number[at + 1]);
  std::swap(number[at], number[at + 1]);
  RC_ASSERT(!check_identity_card(number, kNow));
}

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

rc::Gen<std::string> credit_codes() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::container<std::string>(9, rc::gen::elementOf(std::string(kAlphabet))),
                    rc::gen::elementOf(std::vector<std::string>{"91440300", "12100000", "51999999",
                                                                "N2460107", "92000000"})),
      [](const std::pair<std::string, std::string>& parts) {
        // 51 is Sichuan's region too: 51 51 9999.
        std::string code = (parts.second == "51999999" ? "51519999" : parts.second) + parts.first;
        return code + credit_check_character(code);
      });
}

TEST(CreditCode, CheckCharacter) {
  EXPECT_EQ(check_credit_code("91350100M000100Y43"), "91350100M000100Y43");  // GB 32100-2015
  // By hand: a code of zeros and one 1, so that only one weight counts.
  EXPECT_EQ(credit_check_character("10000000000000000"), 'Y');
  EXPECT_EQ(credit_check_character("01000000000000000"), 'W');
}

TEST(CreditCode, TellsWhatIsWrong) {
  EXPECT_TRUE(says(check_credit_code(""), "为空"));
  EXPECT_TRUE(says(check_credit_code("9144030000000000"), "18 位"));
  EXPECT_TRUE(says(check_credit_code("91440300MA5IOZSVXX"), "不含 I、O、Z、S、V"));
  EXPECT_TRUE(says(check_credit_code("914403A0MA5AAAAAXX"), "第 3 至 8 位"));
  EXPECT_TRUE(says(check_credit_code("91990300MA5AAAAAXX"), "登记机关"));
}

RC_GTEST_PROP(CreditCodeProperty, ValidIsAcceptedInSmallLettersToo, ()) {
  const std::string code = *credit_codes();
  RC_ASSERT((check_credit_code(code) == code));
  RC_ASSERT((check_credit_code(text::lower_ascii(code)) == code));
}

RC_GTEST_PROP(CreditCodeProperty, OneWrongCharacterIsRefused, ()) {
  std::string code = *credit_codes();
  const auto at = *rc::gen::inRange<size_t>(0, 18);
  const char wrong = *rc::gen::elementOf(std::string(kAlphabet) + "IOZSV");
  RC_PRE(code[at] != wrong);
  code[at] = wrong;
  RC_ASSERT(!check_credit_code(code));
}

TEST(OrganisationCode, ExampleOfTheStandard) {
  EXPECT_EQ(organisation_check_character("D2143569"), 'X');  // GB 11714-1997
  EXPECT_EQ(check_organisation_code("d2143569-x"), "D2143569X");
  EXPECT_FALSE(check_organisation_code("D21435691"));
  EXPECT_FALSE(check_organisation_code("D2143569"));
  EXPECT_FALSE(check_organisation_code("D214-3569X"));
}

RC_GTEST_PROP(OrganisationCodeProperty, OneWrongDigitIsRefused, ()) {
  std::string code = *rc::gen::container<std::string>(8, rc::gen::inRange('0', ':'));
  code += organisation_check_character(code);
  RC_ASSERT((check_organisation_code(code) == code));
  const auto at = *rc::gen::inRange<size_t>(0, 9);
  const char wrong = *rc::gen::inRange('0', ':');
  RC_PRE(code[at] != wrong);
  code[at] = wrong;
  RC_ASSERT(!check_organisation_code(code));
}

RC_GTEST_PROP(RegistrationNumberProperty, OneWrongDigitIsRefused, ()) {
  std::string number = *rc::gen::container<std::string>(14, rc::gen::inRange('0', ':'));
  number += registration_check_digit(number);
  RC_ASSERT((check_registration_number(number) == number));
  const auto at = *rc::gen::inRange<size_t>(0, 15);
  const char wrong = *rc::gen::inRange('0', ':');
  RC_PRE(number[at] != wrong);
  number[at] = wrong;
  RC_ASSERT(!check_registration_number(number));
}

std::string with_credit_check(std::string code) {
  return code + credit_check_character(code);
}

TEST(Certificate, GoesByTheTypesFormats) {
  const std::string credit = with_credit_check("91440300MA5AAAAA1");
  EXPECT_EQ(check_certificate_number(1, text::lower_ascii(credit), kNow), credit);
  EXPECT_TRUE(
      says(check_certificate_number(1, "12345", kNow), "应为18 位统一社会信用代码或15 位注册号"));
  EXPECT_TRUE(says(check_certificate_number(1, credit.substr(0, 17) + "I", kNow), "不含 I"));
  EXPECT_TRUE(check_certificate_number(2, identity("44999919900101001"), kNow));
  EXPECT_EQ(check_certificate_number(3, "D2143569-X", kNow), "D2143569X");
  EXPECT_EQ(check_certificate_number(4, "事证第112345678901号", kNow), "事证第112345678901号");
  EXPECT_TRUE(check_certificate_number(5, "样例部队", kNow));
  EXPECT_TRUE(check_certificate_number(6, "社证字第0001号", kNow));
  EXPECT_FALSE(check_certificate_number(6, "abc", kNow));
  EXPECT_EQ(check_certificate_number(7, "e1234 5678", kNow), "E12345678");
  EXPECT_FALSE(check_certificate_number(7, "E12", kNow));
  EXPECT_TRUE(check_certificate_number(11, "12345678", kNow));
  EXPECT_TRUE(check_certificate_number(11, "1234567890(B)", kNow));
  EXPECT_FALSE(check_certificate_number(11, "123456789", kNow));
  EXPECT_TRUE(check_certificate_number(14, "H12345678", kNow));
  EXPECT_TRUE(check_certificate_number(14, "m1234567800", kNow));
  EXPECT_FALSE(check_certificate_number(14, "A12345678", kNow));
  EXPECT_TRUE(check_certificate_number(30, "ABC123456789012", kNow));
  EXPECT_TRUE(check_certificate_number(30, identity("91115619900101001"), kNow));
  EXPECT_FALSE(check_certificate_number(30, identity("81115619900101001"), kNow));
  EXPECT_TRUE(check_certificate_number(41, identity("81000019900101001"), kNow));
  EXPECT_TRUE(check_certificate_number(42, identity("83000019900101001"), kNow));
}

TEST(Certificate, EmptyUnknownAndLong) {
  EXPECT_EQ(check_certificate_number(2, "  ", kNow).error()[0].code, ProblemCode::required);
  EXPECT_EQ(check_certificate_number(999, "1", kNow).error()[0].code, ProblemCode::code_unknown);
  EXPECT_EQ(check_certificate_number(5, std::string(256, '1'), kNow).error()[0].code,
            ProblemCode::too_long);
}

// Every type has formats, all of them known: an unknown one would throw.
TEST(Certificate, EveryTypeCanBeChecked) {
  for (const CodeRow& row : code_table("certificate_type").rows()) {
    EXPECT_GT(row.more["formats"].size(), 0u) << row.code;
    EXPECT_NO_THROW(std::ignore = check_certificate_number(row.code, "?", kNow)) << row.code;
    for (const Json& nature : row.more["natures"].items())
      EXPECT_TRUE(certificate_fits(nature.as_int(), row.code)) << row.code;
    const bool person = row.more["holder"].as_string() == "person" && row.offered;
    EXPECT_EQ(is_person_certificate(row.code), person) << row.code;
  }
}

// Any type and any text: no crash, one problem without a field, or a normal form that stays.
RC_GTEST_PROP(CertificateProperty, AnyPieces, ()) {
  const auto rows = code_table("certificate_type").rows();
  const int64_t type = rows[*rc::gen::inRange<size_t>(0, rows.size())].code;
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(), identity_numbers(), credit_codes(),
      rc::gen::elementOf(std::vector<std::string>{"H", "(", ")", "A", "12345678", "1234567890",
                                                  "事证第", "号", "-", "Ｘ", "x", " ", "\xEF\xBC",
                                                  "样例"})));
  const auto number = check_certificate_number(type, text::join(pieces, ""), kNow);
  if (!number) {
    RC_ASSERT(number.error().size() == 1u);
    RC_ASSERT(number.error()[0].field.empty());
    return;
  }
  RC_ASSERT((check_certificate_number(type, *number, kNow) == *number));
}

}  // namespace
}  // namespace beian::china
