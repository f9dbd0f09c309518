#include "base/clock.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace beian {

namespace {

constexpr std::chrono::hours kBeijing{8};

struct Parts {
  int year;
  unsigned month, day;
  int hour, minute, second, ms;
};

Parts parts_of(TimePoint t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(t - day);
  return {int(date.year()),
          unsigned(date.month()),
          unsigned(date.day()),
          static_cast<int>(time.hours().count()),
          static_cast<int>(time.minutes().count()),
          static_cast<int>(time.seconds().count()),
          static_cast<int>(time.subseconds().count())};
}

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

std::string to_rfc3339(TimePoint t) {
  const Parts p = parts_of(t);
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", p.year, p.month,
                p.day, p.hour, p.minute, p.second, p.ms);
  return buffer;
}

Result<TimePoint> parse_rfc3339(std::string_view s) {
  int year = 0, hour = 0, minute = 0, second = 0, used = 0;
  unsigned month = 0, day = 0;
  const std::string text(s);
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6)
    return fail(ProblemCode::bad_format);
  std::string_view rest = s.substr(static_cast<size_t>(used));
  int64_t ms = 0;
  if (rest.starts_with('.')) {
    size_t n = 1;
    int64_t scale = 100;
    for (; n < rest.size() && rest[n] >= '0' && rest[n] <= '9'; ++n, scale /= 10)
      ms += (rest[n] - '0') * scale;
    rest.remove_prefix(n);
  }
  std::chrono::minutes offset{0};
  if (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':') {
    int64_t h = 0, m = 0;
    if (!text::parse_i64(rest.substr(1, 2), h) || !text::parse_i64(rest.substr(4, 2), m))
      return fail(ProblemCode::bad_format);
    offset = std::chrono::hours(h) + std::chrono::minutes(m);
    if (rest[0] == '-') offset = -offset;
  } else if (rest != "Z") {
    return fail(ProblemCode::bad_format);
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return fail(ProblemCode::bad_format);
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + Millis(ms) - offset;
}

std::string china_datetime(TimePoint t) {
  const Parts p = parts_of(t + kBeijing);
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u %02d:%02d:%02d", p.year, p.month, p.day,
                p.hour, p.minute, p.second);
  return buffer;
}

std::string china_date(TimePoint t) {
  return china_datetime(t).substr(0, 10);
}

int china_year(TimePoint t) {
  return parts_of(t + kBeijing).year;
}

}  // namespace beian
