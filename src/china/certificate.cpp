#include "china/certificate.hpp"

#include <stdexcept>

#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/credit_code.hpp"
#include "china/identity_card.hpp"
#include "china/narrow.hpp"

namespace beian::china {

namespace {

constexpr size_t kMaxCharacters = 255;  // Zjhm

std::unexpected<Problems> bad(std::string reason) {
  return fail(ProblemCode::bad_certificate_number, "", {{"reason", std::move(reason)}});
}

bool alphanumeric(std::string_view s) {
  return s.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == s.npos;
}
bool digits(std::string_view s, size_t n) {
  return s.size() == n && text::all_digits(s);
}
bool letter(char c) {
  return c >= 'A' && c <= 'Z';
}

bool always(std::string_view) {
  return true;
}
bool like_credit_code(std::string_view s) {
  return s.size() == 18 && alphanumeric(s);
}
bool like_registration(std::string_view s) {
  return digits(s, 15);
}

// "事证第112345678901号" or only the digits.
bool like_institution(std::string_view s) {
  constexpr std::string_view kBefore = "事证第", kAfter = "号";
  if (s.starts_with(kBefore)) s.remove_prefix(kBefore.size());
  if (s.ends_with(kAfter)) s.remove_suffix(kAfter.size());
  return digits(s, 12);
}
bool like_law_licence(std::string_view s) {
  return digits(s, 17);
}
bool like_passport(std::string_view s) {
  return s.size() >= 5 && s.size() <= 20 && alphanumeric(s);
}
bool like_hong_kong_macao(std::string_view s) {
  return !s.empty() && (s[0] == 'H' || s[0] == 'M') &&
         (digits(s.substr(1), 8) || digits(s.substr(1), 10));
}
// Eight digits; on older cards ten, then a letter, bare or in brackets.
bool like_taiwan(std::string_view s) {
  if (digits(s, 8)) return true;
  if (!digits(s.substr(0, 10), 10)) return false;
  const std::string_view rest = s.substr(10);
  return rest.empty() || (rest.size() == 1 && letter(rest[0])) ||
         (rest.size() == 3 && rest[0] == '(' && letter(rest[1]) && rest[2] == ')');
}
bool like_older(std::string_view s) {
  return text::length(s) >= 4;
}

using Check = Result<std::string> (*)(std::string_view number, TimePoint now);

Result<std::string> credit(std::string_view s, TimePoint) {
  return check_credit_code(s);
}
Result<std::string> organisation(std::string_view s, TimePoint) {
  return check_organisation_code(s);
}
Result<std::string> registration(std::string_view s, TimePoint) {
  return check_registration_number(s);
}
Result<std::string> permit_hong_kong_macao(std::string_view s, TimePoint now) {
  return check_residence_permit(s, PermitOf::hong_kong_macao, now);
}
Result<std::string> permit_taiwan(std::string_view s, TimePoint now) {
  return check_residence_permit(s, PermitOf::taiwan, now);
}
Result<std::string> as_it_is(std::string_view s, TimePoint) {
  return std::string(s);
}

// The first format of a type that a number looks like decides over it.
struct Format {
  std::string_view name;
  bool (*looks_like)(std::string_view number);
  Check check;
  std::string_view expected;  // Chinese, when it looks like none
};
constexpr Format kFormats[] = {
    {"identity_card", always, check_identity_card, "18 位身份证号码"},
    {"residence_permit_hong_kong_macao", always, permit_hong_kong_macao, "18 位居住证号码"},
    {"residence_permit_taiwan", always, permit_taiwan, "18 位居住证号码"},
    {"permanent_residence", always, check_permanent_residence, "15 位或 18 位证件号码"},
    {"organisation_code", always, organisation, "9 位组织机构代码"},
    {"credit_code", like_credit_code, credit, "18 位统一社会信用代码"},
    {"registration_number", like_registration, registration, "15 位注册号"},
    {"institution_certificate", like_institution, as_it_is, "12 位事业单位法人证书号"},
    {"law_licence", like_law_licence, as_it_is, "17 位执业许可证号"},
    {"passport", like_passport, as_it_is, "5 至 20 位字母和数字"},
    {"hong_kong_macao_permit", like_hong_kong_macao, as_it_is, "H 或 M 加 8 位或 10 位数字"},
    {"taiwan_permit", like_taiwan, as_it_is, "8 位数字或 10 位数字加字母"},
    {"older", like_older, as_it_is, "至少 4 个字符的登记证号"},
    {"any", always, as_it_is, ""},
};

const Format& format_named(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return format;
  }
  throw std::logic_error("no certificate format " + std::string(name));
}

}  // namespace

Result<std::string> check_certificate_number(int64_t type, std::string_view number, TimePoint now) {
  const CodeRow* row = code_table("certificate_type").find(type);
  if (row == nullptr) return fail(ProblemCode::code_unknown, "", {{"code", std::to_string(type)}});
  const std::string plain = text::upper_ascii(squeeze(number));
  if (plain.empty()) return fail(ProblemCode::required);
  if (text::length(plain) > kMaxCharacters)
    return fail(ProblemCode::too_long, "", {{"max", std::to_string(kMaxCharacters)}});
  std::vector<std::string> expected;
  for (const Json& name : row->more["formats"].items()) {
    const Format& format = format_named(name.as_string());
    if (format.looks_like(plain)) return format.check(plain, now);
    expected.emplace_back(format.expected);
  }
  return bad("应为" + text::join(expected, "或"));
}

}  // namespace beian::china
