// Times as logs write them. What has no zone of its own is in the zone that is given; what has no
// year is of the last year in which that day is not in the future.
#pragma once

#include <cstdint>
#include <string_view>

#include "gate/entry.hpp"

namespace beian::gate {

struct LogClock {
  int zone_minutes = 8 * 60;  // east of UTC, for times without a zone
  Seconds now = 0;            // for times without a year
};

// 0 for what is no time, or none that Seconds can hold. Takes:
//   30/Nov/2026:12:34:56 +0800   nginx, Apache; without zone, with ".123" and with one digit days
//                                as HAProxy writes it
//   30-Nov-2026 12:34:56.123     BIND
//   2026-11-30T12:34:56+08:00    RFC 3339, with a fraction, "Z", a blank for the T, without zone
//   Nov 30 12:34:56              syslog
//   1796013296.123               since 1970: seconds, or milliseconds (13 digits), microseconds
//   (16)
Seconds read_log_time(std::string_view text, const LogClock& clock);

// Times repeat from line to line: the last one is kept.
class LogTimes {
 public:
  explicit LogTimes(const LogClock& clock) : clock_(clock) {}
  Seconds read(std::string_view text) {
    if (text.size() == size_ && std::string_view(last_, size_) == text) return value_;
    return read_new(text);
  }

 private:
  Seconds read_new(std::string_view text);
  LogClock clock_;
  char last_[40] = {};
  size_t size_ = 0;
  Seconds value_ = 0;
};

// "+0800", "+08:00", "-0330", "Z"; false for what is no zone.
bool read_zone(std::string_view text, int& minutes);

}  // namespace beian::gate
