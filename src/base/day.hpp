// Days as they are written: "2026-01-31".
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace beian {

// What Beijing's clock is ahead of UTC, all year.
inline constexpr std::chrono::hours kBeijing{8};

// A day of the calendar in that form and no other; nothing else is a day ("2026-02-30", "2026-1-1",
// a day with a time).
constexpr std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  constexpr size_t kLength = 10;
  if (text.size() != kLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](size_t from, size_t to) {
    int out = 0;
    for (size_t i = from; i < to; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      out = out * 10 + (text[i] - '0');
    }
    return out;
  };
  const int year = number(0, 4), month = number(5, 7), day = number(8, kLength);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace beian
