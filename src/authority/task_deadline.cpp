// Deadlines in the words of a notice.
#include <chrono>
#include <regex>

#include "authority/task.hpp"
#include "base/day.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

using std::chrono::sys_days;

constexpr int kMostDays = 3650;

// The last millisecond of that day in Beijing.
TimePoint end_of(sys_days day) {
  return TimePoint{day.time_since_epoch()} + std::chrono::days{1} - kBeijing - Millis{1};
}

sys_days today_of(TimePoint now) {
  return std::chrono::floor<std::chrono::days>(now + kBeijing);
}

int number_of(const std::string& digits) {
  int64_t n = 0;
  return text::parse_i64(digits, n) && n <= 9999 ? static_cast<int>(n) : 0;
}

// 三, 十, 十五, 二十, 三十一; 0: none of these.
int chinese_number(const std::string& words) {
  static const std::string kDigits[] = {"一", "二", "三", "四", "五", "六", "七", "八", "九"};
  const auto digit = [&](const std::string& word) {
    for (int i = 0; i < 9; ++i)
      if (word == kDigits[i]) return i + 1;
    return 0;
  };
  const size_t ten = words.find("十");
  if (ten == std::string::npos) return digit(words);
  const std::string before = words.substr(0, ten), after = words.substr(ten + 3);
  const int tens = before.empty() ? 1 : digit(before);
  const int ones = after.empty() ? 0 : digit(after);
  if (tens == 0 || (!after.empty() && ones == 0)) return 0;
  return tens * 10 + ones;
}

std::optional<sys_days> day_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date};
}

// "2026年12月10日前": what follows tells that it is the deadline and not the day of a check.
std::optional<TimePoint> date_in(const std::string& words, TimePoint now) {
  static const std::regex kDate(
      "(?:(20[0-9][0-9])(?:年|-|/|\\.))?([0-9]{1,2})(?:月|-|/|\\.)([0-9]{1,2})(?:日)?"
      "(?:\\(含\\)|（含）|\\(含当日\\)|（含当日）)?(?:前|之前|以前|止|截止|为限)");
  std::smatch match;
  if (!std::regex_search(words, match, kDate)) return std::nullopt;
  const sys_days today = today_of(now);
  const int this_year = static_cast<int>(std::chrono::year_month_day{today}.year());
  const int month = number_of(match[2]), day = number_of(match[3]);
  if (match[1].matched) {
    const auto date = day_of(number_of(match[1]), month, day);
    return date ? std::optional(end_of(*date)) : std::nullopt;
  }
  // Without a year: the next such day.
  for (const int year : {this_year, this_year + 1})
    if (const auto date = day_of(year, month, day); date && *date >= today) return end_of(*date);
  return std::nullopt;
}

sys_days working_days_after(sys_days day, int n) {
  while (n > 0) {
    day += std::chrono::days{1};
    const std::chrono::weekday weekday{day};
    if (weekday != std::chrono::Saturday && weekday != std::chrono::Sunday) --n;
  }
  return day;
}

std::optional<TimePoint> span_in(const std::string& words, TimePoint now) {
  static const std::regex kSpan(
      "([0-9]{1,4}|(?:一|二|三|四|五|六|七|八|九|十)+)(?:个)?(工作日|自然日|日|天)"
      "(?:之内|以内|内)");
  std::smatch match;
  if (!std::regex_search(words, match, kSpan)) return std::nullopt;
  const std::string given = match[1];
  const int n = given[0] >= '0' && given[0] <= '9' ? number_of(given) : chinese_number(given);
  if (n < 1 || n > kMostDays) return std::nullopt;
  const sys_days today = today_of(now);
  return end_of(match[2] == "工作日" ? working_days_after(today, n) : today + std::chrono::days{n});
}

}  // namespace

std::optional<TimePoint> deadline_in(std::string_view text, TimePoint now) {
  // A notice has at most 255 characters; what is longer is none.
  constexpr size_t kMostBytes = 4'096;
  const std::string words(text.substr(0, kMostBytes));
  if (const auto date = date_in(words, now)) return date;
  return span_in(words, now);
}

}  // namespace beian::authority
