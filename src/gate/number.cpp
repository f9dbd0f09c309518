#include "gate/number.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "china/filing_number.hpp"

namespace beian::gate {

namespace {

// Part of the format: append only. Three bytes each.
constexpr std::string_view kPrefixes =
    "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新蜀黔滇陇";
enum Form : uint64_t { record, licence, b1, b2 };

constexpr int kService = 17, kKind = 2, kValue = 34, kDigits = 3, kForm = 2;

struct Parts {
  uint64_t prefix = 0, form = 0, digits = 0, value = 0, kind = 0, service = 0;
};

PackedNumber pack(const Parts& p) {
  uint64_t out = p.prefix;
  out = out << kForm | p.form;
  out = out << kDigits | (p.digits - 5);
  out = out << kValue | p.value;
  out = out << kKind | p.kind;
  return out << kService | p.service;
}

uint64_t prefix_index(std::string_view prefix) {
  for (size_t at = 0; at < kPrefixes.size(); at += 3) {
    if (kPrefixes.substr(at, 3) == prefix) return at / 3 + 1;
  }
  return 0;
}

bool take_number(std::string_view& s, uint64_t& out, size_t& digits) {
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  if (error != std::errc()) return false;
  digits = static_cast<size_t>(end - s.data());
  s.remove_prefix(digits);
  return true;
}

// What nearly every list has, without a copy: 粤ICP备2026000001号-1. Nothing else is read here.
std::optional<PackedNumber> pack_usual(std::string_view s) {
  constexpr std::string_view kMark = "ICP备", kEnd = "号";
  Parts parts;
  if (s.size() < 3 || s.substr(3, kMark.size()) != kMark) return {};
  parts.prefix = prefix_index(s.substr(0, 3));
  s.remove_prefix(3 + kMark.size());
  size_t digits = 0;
  if (parts.prefix == 0 || !take_number(s, parts.value, digits) || !s.starts_with(kEnd)) return {};
  if (digits != 8 && (digits != 10 || parts.value / 100'000'000 != 20)) return {};
  parts.digits = digits;
  s.remove_prefix(kEnd.size());
  if (s.empty()) return pack(parts);
  if (!s.starts_with('-') || s.substr(1).starts_with('0')) return {};
  s.remove_prefix(1);
  if (!take_number(s, parts.service, digits) || !s.empty() || parts.service >= 1u << kService)
    return {};
  return pack(parts);
}

}  // namespace

Result<PackedNumber> pack_number(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto usual = pack_usual(text)) return *usual;
  const auto number = china::parse_filing_number(text);
  if (!number) return fail(number);
  Parts parts;
  parts.prefix = prefix_index(number->prefix);
  parts.digits = number->digits.size();
  std::string_view digits = number->digits;
  size_t read = 0;
  const bool good = take_number(digits, parts.value, read);
  switch (number->form) {
    case china::FilingForm::record:
      parts.form = Form::record;
      break;
    case china::FilingForm::licence:
      parts.form = Form::licence;
      break;
    case china::FilingForm::class_b:
      parts.form = number->letters == "B1" ? Form::b1 : Form::b2;
  }
  if (number->service) {
    parts.kind = static_cast<uint64_t>(number->service->kind);
    parts.service = static_cast<uint64_t>(number->service->number);
  }
  if (!good || parts.prefix == 0 || parts.service >= 1u << kService)
    return fail(ProblemCode::bad_filing_number);
  return pack(parts);
}

size_t write_number(PackedNumber number, char* out) {
  const auto take = [&number](int bits) {
    const uint64_t part = number & ((uint64_t{1} << bits) - 1);
    number >>= bits;
    return part;
  };
  Parts p;
  p.service = take(kService);
  p.kind = take(kKind);
  p.value = take(kValue);
  p.digits = take(kDigits) + 5;
  p.form = take(kForm);
  p.prefix = number;
  if (p.prefix == 0 || p.prefix > kPrefixes.size() / 3) return 0;
  char* at = out;
  const auto put = [&at](std::string_view text) { at = std::copy(text.begin(), text.end(), at); };
  put(kPrefixes.substr((p.prefix - 1) * 3, 3));
  put(p.form == Form::record    ? "ICP备"
      : p.form == Form::licence ? "ICP证"
      : p.form == Form::b1      ? "B1-"
                                : "B2-");
  char* const digits = at + p.digits;
  for (char* digit = digits; digit > at; p.value /= 10)
    *--digit = static_cast<char>('0' + p.value % 10);
  if (p.value > 0) return 0;
  at = digits;
  if (p.form == Form::record || p.form == Form::licence) put("号");
  if (p.service > 0) {
    put("-");
    at = std::to_chars(at, at + 8, p.service).ptr;
    put(china::suffix_of(static_cast<china::ServiceKind>(p.kind)));
  }
  return static_cast<size_t>(at - out);
}

std::string number_text(PackedNumber number) {
  char room[kLongestNumber];
  return {room, write_number(number, room)};
}

}  // namespace beian::gate
