#include "china/phone.hpp"

#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/narrow.hpp"

namespace beian::china {

namespace {

constexpr size_t kMaxCharacters = 128;  // Fzr_dhhm, Fzr_sjhm, Fzr_dzyj
constexpr std::string_view kCountry[] = {"+86", "0086"};

std::string without(std::string s, std::string_view characters) {
  std::erase_if(s, [characters](char c) { return characters.find(c) != characters.npos; });
  return s;
}

bool is_mobile(std::string_view s) {
  return s.size() == 11 && text::all_digits(s) && s[0] == '1' && s[1] >= '3';
}

// 0AA or 0AAA, then 7 or 8 digits, then perhaps an extension.
bool is_landline(std::string_view s) {
  const auto parts = text::split(s, '-');
  if (parts.size() < 2 || parts.size() > 3) return false;
  for (const std::string& part : parts) {
    if (!text::all_digits(part)) return false;
  }
  const std::string &area = parts[0], &number = parts[1];
  if (area.size() < 3 || area.size() > 4 || area[0] != '0' || area[1] == '0') return false;
  // Three digits are only 010 and 02x; all others have four.
  const bool big_city = area[1] == '1' || area[1] == '2';
  if (big_city != (area.size() == 3)) return false;
  if (number.size() < 7 || number.size() > 8 || number[0] < '2') return false;
  return parts.size() == 2 || parts[2].size() <= 6;
}

bool is_nationwide(std::string_view s) {
  return s.size() == 10 && text::all_digits(s) && (s.starts_with("400") || s.starts_with("800"));
}

// "(0755)1234567" -> "0755-1234567"; "+86-755-…", "+8610…" keep their hyphens and get the 0 back.
std::string rewritten(std::string s) {
  if (s.starts_with('(')) {
    const size_t close = s.find(')');
    if (close == s.npos) return s;
    const bool hyphen = close + 1 < s.size() && s[close + 1] == '-';
    s = s.substr(1, close - 1) + (hyphen ? "" : "-") + s.substr(close + 1);
  }
  for (const std::string_view country : kCountry) {
    if (!s.starts_with(country)) continue;
    s.erase(0, country.size());
    if (s.starts_with('-')) s.erase(0, 1);
    if (!s.starts_with('0')) s.insert(0, "0");
    break;
  }
  return s;
}

using One = Result<std::string> (*)(std::string_view);

Result<std::string> check_several(std::string_view input, One check_one, ProblemCode code) {
  std::string s = narrow(input);
  for (char& c : s) {
    if (c == ',') c = ';';
  }
  for (size_t at; (at = s.find("、")) != s.npos;) s.replace(at, 3, ";");
  std::vector<std::string> numbers;
  for (const std::string& part : text::split(s, ';')) {
    if (text::trim(part).empty()) continue;
    auto number = check_one(part);
    if (!number) return number;
    numbers.push_back(std::move(*number));
  }
  if (numbers.empty()) return fail(code);
  std::string out = text::join(numbers, ";");
  if (out.size() > kMaxCharacters)
    return fail(ProblemCode::too_long, "", {{"max", std::to_string(kMaxCharacters)}});
  return out;
}

bool is_local_part(std::string_view s) {
  if (s.empty() || s.size() > 64 || s.front() == '.' || s.back() == '.') return false;
  for (size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '.' && s[i - 1] == '.') return false;
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) == std::string_view::npos)
      return false;
  }
  return true;
}

}  // namespace

Result<std::string> check_mobile(std::string_view input) {
  std::string s = without(squeeze(input), "-");
  for (const std::string_view country : kCountry) {
    if (s.starts_with(country)) {
      s.erase(0, country.size());
      break;
    }
  }
  if (s.size() == 13 && s.starts_with("86")) s.erase(0, 2);
  if (!is_mobile(s)) return fail(ProblemCode::bad_mobile);
  return s;
}

Result<std::string> check_office_phone(std::string_view input) {
  std::string s = squeeze(input);
  if (const auto mobile = check_mobile(s)) return *mobile;
  if (const std::string plain = without(s, "-"); is_nationwide(plain))
    return plain.substr(0, 3) + "-" + plain.substr(3);
  s = rewritten(std::move(s));
  if (!is_landline(s)) return fail(ProblemCode::bad_phone);
  return s;
}

Result<std::string> check_mobiles(std::string_view text) {
  return check_several(text, check_mobile, ProblemCode::bad_mobile);
}

Result<std::string> check_office_phones(std::string_view text) {
  return check_several(text, check_office_phone, ProblemCode::bad_phone);
}

Result<std::string> check_email(std::string_view input) {
  const std::string s(text::trim(input));
  const size_t at = s.rfind('@');
  if (at == s.npos || !is_local_part(std::string_view(s).substr(0, at)))
    return fail(ProblemCode::bad_email);
  const auto domain = normalise_domain(std::string_view(s).substr(at + 1));
  if (!domain) return fail(ProblemCode::bad_email);
  std::string out = s.substr(0, at + 1) + *domain;
  if (out.size() > kMaxCharacters) return fail(ProblemCode::bad_email);
  return out;
}

}  // namespace beian::china
