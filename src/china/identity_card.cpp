#include "china/identity_card.hpp"

#include "base/text.hpp"
#include "china/narrow.hpp"
#include "china/regions.hpp"

namespace beian::china {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::chrono::hours kBeijing{8};

std::unexpected<Problems> bad(const char* reason) {
  return fail(ProblemCode::bad_identity_card, "", {{"reason", reason}});
}

int number_of(std::string_view digits) {
  int n = 0;
  for (const char c : digits) n = n * 10 + (c - '0');
  return n;
}

year_month_day today_in_beijing(TimePoint now) {
  return year_month_day(std::chrono::floor<std::chrono::days>(now + kBeijing));
}

// Shape, birth date and check character; everything but the region.
Result<std::string> check_eighteen(std::string_view text, TimePoint now) {
  std::string number = text::upper_ascii(squeeze(text));
  if (number.empty()) return bad("为空");
  if (number.size() == 15 && text::all_digits(number))
    return bad("15 位旧号码已停用，请填写 18 位号码");
  if (number.size() != 18) return bad("应为 18 位");
  const std::string_view digits = std::string_view(number).substr(0, 17);
  if (!text::all_digits(digits)) return bad("前 17 位应为数字");
  if (number[17] != 'X' && (number[17] < '0' || number[17] > '9'))
    return bad("最后一位应为数字或 X");
  const year_month_day birth = birth_of_identity(number);
  if (!birth.ok() || birth.year() < year{1900}) return bad("出生日期不存在");
  if (birth > today_in_beijing(now)) return bad("出生日期晚于今天");
  if (identity_check_character(digits) != number[17]) return bad("校验码不符");
  return number;
}

}  // namespace

char identity_check_character(std::string_view digits) {
  constexpr int kWeights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 17; ++i) sum += (digits[i] - '0') * kWeights[i];
  return "10X98765432"[sum % 11];
}

Result<std::string> check_identity_card(std::string_view text, TimePoint now) {
  auto number = check_eighteen(text, now);
  if (!number) return number;
  const int64_t province = province_of(region_of_identity(*number));
  // 810000 to 830000 number residence permits, which are another type of certificate.
  if (find_region(province) == nullptr || province >= 810000) return bad("地区代码不存在");
  return number;
}

Result<std::string> check_residence_permit(std::string_view text, PermitOf whom, TimePoint now) {
  auto number = check_eighteen(text, now);
  if (!number) return number;
  const int64_t region = region_of_identity(*number);
  if (whom == PermitOf::taiwan) {
    if (region != 830000) return bad("应以 830000 开头");
  } else if (region != 810000 && region != 820000) {
    return bad("应以 810000 或 820000 开头");
  }
  return number;
}

Result<std::string> check_permanent_residence(std::string_view text, TimePoint now) {
  std::string number = text::upper_ascii(squeeze(text));
  if (number.size() == 15) {
    for (const char c : number.substr(0, 3)) {
      if (c < 'A' || c > 'Z') return bad("前 3 位应为字母");
    }
    if (!text::all_digits(std::string_view(number).substr(3))) return bad("后 12 位应为数字");
    return number;
  }
  if (number.size() != 18) return bad("应为 15 位或 18 位");
  if (number[0] != '9') return bad("应以 9 开头");
  return check_eighteen(number, now);
}

int64_t region_of_identity(std::string_view number) {
  return number_of(number.substr(0, 6));
}

year_month_day birth_of_identity(std::string_view number) {
  return {year{number_of(number.substr(6, 4))},
          month{static_cast<unsigned>(number_of(number.substr(10, 2)))},
          day{static_cast<unsigned>(number_of(number.substr(12, 2)))}};
}

Sex sex_of_identity(std::string_view number) {
  return (number[16] - '0') % 2 == 1 ? Sex::male : Sex::female;
}

int age_of_identity(std::string_view number, TimePoint now) {
  const year_month_day birth = birth_of_identity(number);
  const year_month_day today = today_in_beijing(now);
  int age = static_cast<int>(today.year()) - static_cast<int>(birth.year());
  if (std::pair(today.month(), today.day()) < std::pair(birth.month(), birth.day())) --age;
  return age;
}

}  // namespace beian::china
