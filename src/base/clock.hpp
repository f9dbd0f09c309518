// Time as the system sees it: milliseconds since the Unix epoch, UTC, from an injected clock.
// People in this trade read Beijing time (UTC+8, no daylight saving), so texts are made in that.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/result.hpp"

namespace beian {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Millis = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
};

// A clock that moves only when told to.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = TimePoint{Millis{1'780'000'000'000}}) : now_(start) {}
  TimePoint now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(Millis by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

 private:
  mutable std::mutex mutex_;
  TimePoint now_;
};

inline int64_t to_ms(TimePoint t) {
  return t.time_since_epoch().count();
}
inline TimePoint from_ms(int64_t ms) {
  return TimePoint{Millis{ms}};
}

std::string to_rfc3339(TimePoint t);                  // "2026-11-23T14:43:00.000Z"
Result<TimePoint> parse_rfc3339(std::string_view s);  // bad_format
std::string china_datetime(TimePoint t);              // "2026-11-23 22:43:00", for the wire
std::string china_date(TimePoint t);                  // "2026-11-23"
int china_year(TimePoint t);

}  // namespace beian
