#include "rules/name_text.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/narrow.hpp"
#include "china/regions.hpp"

namespace beian::rules {
namespace {

constexpr size_t kIdeographBytes = 3;  // of the common ones in UTF-8

std::vector<char32_t> characters(std::string_view utf8) {
  std::vector<char32_t> out;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t n = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = n == 1 ? lead : lead & (0xFFU >> (n + 1));
    for (size_t k = 1; k < n && i + k < utf8.size(); ++k)
      c = (c << 6U) | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    out.push_back(c);
    i += n;
  }
  return out;
}

bool is_ideograph(char32_t c) {
  return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000;
}
bool is_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_emoji(char32_t c) {
  return (c >= 0x1F000 && c <= 0x1FBFF) || (c >= 0x2600 && c <= 0x27BF) || c == 0xFE0F;
}

// A name without the words that every second company has.
std::string distinctive(std::string_view name) {
  std::string out(name);
  for (const std::string_view word : {"有限责任公司", "股份有限公司", "有限公司", "公司", "集团",
                                      "科技", "网络", "信息", "技术", "服务", "网站", "官网"})
    for (size_t at = out.find(word); at != std::string::npos; at = out.find(word))
      out.erase(at, word.size());
  return out;
}

// Names of provinces and cities, whole and short: 广东省 广东, 深圳市 深圳.
const std::unordered_set<std::string>& region_names() {
  static const auto names = [] {
    std::unordered_set<std::string> out;
    const auto add = [&out](std::string name) {
      if (name.size() >= 2 * kIdeographBytes) out.insert(std::move(name));
    };
    for (const auto& region : china::regions()) {
      if (region.level == china::RegionLevel::county) continue;
      const std::string& name = region.name;
      if (name.starts_with("市辖") || name.starts_with("省直辖") ||
          name.starts_with("自治区直辖") || name == "县")
        continue;
      add(name);
      for (const std::string_view end : {"省", "市", "地区", "盟"})
        if (name.ends_with(end)) add(name.substr(0, name.size() - end.size()));
      if (name.starts_with("内蒙古")) add("内蒙古");
      if (region.level == china::RegionLevel::province && name.contains("自治区"))
        add(name.substr(0, 2 * kIdeographBytes));
    }
    out.erase("内蒙");
    return out;
  }();
  return names;
}

}  // namespace

int64_t chinese_count(std::string_view name) {
  const auto all = characters(name);
  return std::ranges::count_if(all, is_ideograph);
}

bool only_ascii_letters(std::string_view name) {
  const auto all = characters(name);
  return std::ranges::any_of(all, is_letter) &&
         std::ranges::all_of(all, [](char32_t c) { return is_letter(c) || c == ' '; });
}

bool has_ascii_word(std::string_view name, size_t letters) {
  size_t run = 0;
  for (const char32_t c : characters(name)) {
    run = is_letter(c) ? run + 1 : 0;
    if (run >= letters) return true;
  }
  return false;
}

bool has_emoji(std::string_view name) {
  const auto all = characters(name);
  return std::ranges::any_of(all, is_emoji);
}

std::string symbol_in(std::string_view name) {
  constexpr std::u32string_view kAllowed = U"()（）-·• ";
  for (const char32_t c : characters(china::narrow(name)))
    if (!is_ideograph(c) && !is_letter(c) && !is_digit(c) &&
        kAllowed.find(c) == std::u32string_view::npos)
      return c < 0x80 ? std::string(1, static_cast<char>(c)) : "非文字字符";
  return {};
}

bool like_domain(std::string_view name, const Service& service) {
  const std::string lower = text::lower_ascii(china::squeeze(name));
  if (lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www."))
    return true;
  if (std::ranges::any_of(service.domains, [&](const Domain& domain) {
        return domain.name == lower || china::display_domain(domain.name) == lower;
      }))
    return true;
  const auto normal = china::normalise_domain(lower);
  return normal && china::independent_domain(*normal).has_value();
}

std::string region_in(std::string_view name) {
  const auto& names = region_names();
  std::string found;
  for (size_t i = 0; i + 2 * kIdeographBytes <= name.size(); ++i) {
    if ((static_cast<unsigned char>(name[i]) & 0xC0U) == 0x80U) continue;
    // The longest, so that 内蒙古自治区 is not told as 内蒙古.
    for (size_t n = 12; n >= 2; --n) {
      const size_t bytes = n * kIdeographBytes;
      if (i + bytes > name.size()) continue;
      found = name.substr(i, bytes);
      if (names.contains(found)) return found;
    }
  }
  return {};
}

bool is_portal(std::string_view name, std::string_view region) {
  constexpr auto kEnds = std::to_array<std::string_view>(
      {"网", "在线", "信息网", "资讯网", "门户", "门户网", "信息港", "热线", "之窗", "新闻网"});
  const std::string_view rest = name.substr(region.size());
  return rest.empty() || std::ranges::find(kEnds, rest) != kEnds.end();
}

bool related(std::string_view name, std::string_view entity) {
  if (chinese_count(name) < 2) return true;
  std::vector<char32_t> short_form;
  for (const char32_t c : characters(distinctive(name)))
    if (is_ideograph(c)) short_form.push_back(c);
  const auto full = characters(distinctive(entity));
  // The longest common subsequence reaches two as soon as an ordered pair is found in both.
  for (size_t i = 0; i + 1 < short_form.size(); ++i) {
    const auto first = std::ranges::find(full, short_form[i]);
    if (first == full.end()) continue;
    for (size_t k = i + 1; k < short_form.size(); ++k)
      if (std::find(first + 1, full.end(), short_form[k]) != full.end()) return true;
  }
  return false;
}

}  // namespace beian::rules
