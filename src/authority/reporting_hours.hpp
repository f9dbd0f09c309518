// The reporting hours that a message with code 20 names, in Beijing time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace beian::authority {

struct ReportingHours {
  struct Window {
    int from = 0, to = 0;  // minutes of the day, 0…1440; `to` below `from`: past midnight
    bool operator==(const Window&) const = default;
  };
  std::vector<Window> windows;
  bool workdays = false;  // Monday to Friday only
};

// Nothing when the text names no hours that can be understood. Reads 9:00-17:30, 09：00至18：00,
// 8点到17点半, 9-17时, 上午9点到下午5点, several windows, and 工作日 or 周一至周五.
std::optional<ReportingHours> read_reporting_hours(std::string_view text);

// `now` when a window is open then, else when the next one opens.
TimePoint next_opening(const ReportingHours& hours, TimePoint now);

}  // namespace beian::authority
