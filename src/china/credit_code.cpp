#include "china/credit_code.hpp"

#include "base/text.hpp"
#include "china/narrow.hpp"
#include "china/regions.hpp"

namespace beian::china {

namespace {

constexpr std::string_view kCreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

std::unexpected<Problems> bad_credit(const char* reason) {
  return fail(ProblemCode::bad_credit_code, "", {{"reason", reason}});
}
std::unexpected<Problems> bad_number(const char* reason) {
  return fail(ProblemCode::bad_certificate_number, "", {{"reason", reason}});
}

bool known_registrar(std::string_view region) {
  if (region.starts_with("10") || region == "000000") return true;
  int64_t province = 0;
  return text::parse_i64(region.substr(0, 2), province) && find_region(province * 10000) != nullptr;
}

}  // namespace

char credit_check_character(std::string_view first17) {
  size_t sum = 0, weight = 1;
  for (const char c : first17.substr(0, 17)) {
    sum += kCreditAlphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return kCreditAlphabet[(31 - sum % 31) % 31];
}

Result<std::string> check_credit_code(std::string_view text) {
  std::string code = text::upper_ascii(squeeze(text));
  if (code.empty()) return bad_credit("为空");
  if (code.size() != 18) return bad_credit("应为 18 位");
  if (code.find_first_not_of(kCreditAlphabet) != code.npos)
    return bad_credit("只能有数字和大写字母，且不含 I、O、Z、S、V");
  const std::string_view region = std::string_view(code).substr(2, 6);
  if (!text::all_digits(region)) return bad_credit("第 3 至 8 位应为数字");
  if (!known_registrar(region)) return bad_credit("登记机关所在地区代码不存在");
  if (credit_check_character(code) != code[17]) return bad_credit("校验码不符");
  return code;
}

char organisation_check_character(std::string_view first8) {
  constexpr int kWeights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) {
    const char c = first8[i];
    sum += (c <= '9' ? c - '0' : c - 'A' + 10) * kWeights[i];
  }
  return "0X987654321"[sum % 11];
}

Result<std::string> check_organisation_code(std::string_view text) {
  std::string code = text::upper_ascii(squeeze(text));
  if (code.size() == 10 && code[8] == '-') code.erase(8, 1);
  if (code.size() != 9) return bad_number("组织机构代码应为 9 位");
  for (size_t i = 0; i < 8; ++i) {
    const char c = code[i];
    if ((c < '0' || c > '9') && (c < 'A' || c > 'Z'))
      return bad_number("组织机构代码只能有数字和字母");
  }
  if (organisation_check_character(code) != code[8]) return bad_number("组织机构代码校验码不符");
  return code;
}

char registration_check_digit(std::string_view first14) {
  int p = 10;
  for (const char c : first14.substr(0, 14)) {
    const int s = (p + (c - '0')) % 10;
    p = (s == 0 ? 10 : s) * 2 % 11;
  }
  return static_cast<char>('0' + (11 - p) % 10);
}

Result<std::string> check_registration_number(std::string_view text) {
  std::string number = squeeze(text);
  if (number.size() != 15 || !text::all_digits(number)) return bad_number("注册号应为 15 位数字");
  if (registration_check_digit(number) != number[14]) return bad_number("注册号校验码不符");
  return number;
}

}  // namespace beian::china
