#include "authority/reporting_hours.hpp"

#include <regex>
#include <string>

#include "base/day.hpp"

namespace beian::authority {
namespace {

constexpr int kHour = 60, kNoon = 12 * kHour, kDay = 24 * kHour;
constexpr Millis kMinute{60'000};

// "9-17时": only the second number says what it is.
std::string with_whole_hours(const std::string& text) {
  static const std::regex kShort(R"((\d{1,2})\s*(?:-|~|—|－|～|至|到)+\s*(?=\d{1,2}\s*(?:点|时)))");
  return std::regex_replace(text, kShort, "$1点-");
}

// The minute of the day of one match; -1: no such time.
int minute_of(const std::smatch& match) {
  const int hour = std::stoi(match[2]);
  int minute = match[4].matched ? 30 : 0;
  for (const int group : {3, 5})
    if (match[group].matched) minute = std::stoi(match[group]);
  int out = hour * kHour + minute;
  if (match[1].matched && out < kNoon) out += kNoon;
  return hour > 24 || minute > 59 || out > kDay ? -1 : out;
}

}  // namespace

std::optional<ReportingHours> read_reporting_hours(std::string_view text) {
  static const std::regex kTime(
      R"((下午|晚上|晚)?\s*(\d{1,2})\s*(?:(?::|：)\s*(\d{1,2})(?:(?::|：)\d{1,2})?|(?:点|时)\s*(?:(半)|(\d{1,2})(?:分)?)?))");
  const std::string whole = with_whole_hours(std::string(text));
  std::vector<int> times;
  for (std::sregex_iterator it(whole.begin(), whole.end(), kTime), end; it != end; ++it) {
    times.push_back(minute_of(*it));
    if (times.back() < 0) return std::nullopt;
  }
  if (times.empty() || times.size() % 2 != 0) return std::nullopt;
  ReportingHours out;
  for (size_t i = 0; i < times.size(); i += 2) {
    if (times[i] == times[i + 1] || times[i] == kDay) return std::nullopt;
    out.windows.push_back({times[i], times[i + 1]});
  }
  for (const std::string_view words : {"工作日", "周一至周五", "周一到周五", "星期一至星期五"})
    out.workdays = out.workdays || text.find(words) != std::string_view::npos;
  return out;
}

TimePoint next_opening(const ReportingHours& hours, TimePoint now) {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(now + kBeijing);
  std::optional<TimePoint> next;
  // Yesterday's window may last past midnight; a weekend is two days.
  for (int ahead = -1; ahead <= 3; ++ahead) {
    const auto day = today + days{ahead};
    const std::chrono::weekday weekday{std::chrono::sys_days{day}};
    if (hours.workdays && (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday))
      continue;
    for (const auto& window : hours.windows) {
      const TimePoint from = day - kBeijing + window.from * kMinute;
      const TimePoint to =
          day - kBeijing + (window.to > window.from ? window.to : window.to + kDay) * kMinute;
      if (from <= now && now < to) return now;
      if (from > now && (!next || from < *next)) next = from;
    }
  }
  return next.value_or(now);
}

}  // namespace beian::authority
