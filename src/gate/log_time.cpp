#include "gate/log_time.hpp"

#include <chrono>
#include <cstring>
#include <limits>
#include <optional>

namespace beian::gate {

namespace {

// Reads from the front of a text; each step fails for good once one has failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }

  void expect(char c) {
    if (!take(c)) good_ = false;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  int number(size_t least, size_t most) {
    int value = 0;
    size_t digits = 0;
    while (digits < most && digits < rest_.size() && is_digit(rest_[digits]))
      value = value * 10 + (rest_[digits++] - '0');
    if (digits < least) good_ = false;
    rest_.remove_prefix(digits);
    return value;
  }
  unsigned month() {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (unsigned i = 0; i < 12 && rest_.size() >= 3; ++i) {
      if (rest_.substr(0, 3) == kMonths.substr(size_t{3} * i, 3)) {
        rest_.remove_prefix(3);
        return i + 1;
      }
    }
    good_ = false;
    return 1;
  }
  void fraction() {
    if (!take('.') && !take(',')) return;
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Moment {
  int year = 0;
  unsigned month = 1, day = 1;
  int hour = 0, minute = 0, second = 0;
};

std::optional<int64_t> seconds_of(const Moment& m) {
  const std::chrono::year_month_day date{std::chrono::year(m.year), std::chrono::month(m.month),
                                         std::chrono::day(m.day)};
  // 60: a leap second
  if (!date.ok() || m.hour > 23 || m.minute > 59 || m.second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * int64_t{86400} + m.hour * 3600 + m.minute * 60 + m.second;
}

void clock_time(Cursor& in, Moment& m) {
  m.hour = in.number(2, 2);
  in.expect(':');
  m.minute = in.number(2, 2);
  in.expect(':');
  m.second = in.number(2, 2);
  in.fraction();
}

Seconds held(int64_t seconds) {
  if (seconds <= 0 || seconds > std::numeric_limits<Seconds>::max()) return 0;
  return static_cast<Seconds>(seconds);
}

// What is left may be a zone.
Seconds finish(Cursor& in, const Moment& m, const LogClock& clock) {
  in.take(' ');
  int zone = clock.zone_minutes;
  if (!in.at_end() && !read_zone(in.rest(), zone)) return 0;
  const auto seconds = seconds_of(m);
  return in.good() && seconds ? held(*seconds - zone * 60) : 0;
}

// 30/Nov/2026:12:34:56, 30-Nov-2026 12:34:56
Seconds read_day_first(Cursor in, const LogClock& clock) {
  Moment m;
  m.day = static_cast<unsigned>(in.number(1, 2));
  const char between = in.peek();
  if (between != '/' && between != '-') return 0;
  in.expect(between);
  m.month = in.month();
  in.expect(between);
  m.year = in.number(4, 4);
  in.expect(between == '/' ? ':' : ' ');
  clock_time(in, m);
  return in.good() ? finish(in, m, clock) : 0;
}

Seconds read_year_first(Cursor in, const LogClock& clock) {
  Moment m;
  m.year = in.number(4, 4);
  const char between = in.peek() == '/' ? '/' : '-';
  in.expect(between);
  m.month = static_cast<unsigned>(in.number(2, 2));
  in.expect(between);
  m.day = static_cast<unsigned>(in.number(2, 2));
  if (!in.take('T') && !in.take('t')) in.expect(' ');
  clock_time(in, m);
  return in.good() ? finish(in, m, clock) : 0;
}

// Nov 30 12:34:56, "Nov  3 …"
Seconds read_syslog(Cursor in, const LogClock& clock) {
  constexpr int64_t kDay = 86400;
  Moment m;
  m.month = in.month();
  in.expect(' ');
  in.take(' ');
  m.day = static_cast<unsigned>(in.number(1, 2));
  in.expect(' ');
  clock_time(in, m);
  if (!in.good() || !in.at_end()) return 0;
  const std::chrono::sys_seconds now{std::chrono::seconds(clock.now)};
  const auto today = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now));
  // A machine's clock may be a little ahead of ours. 8: the last leap year is never further away.
  for (int back = -1; back <= 8; ++back) {
    m.year = static_cast<int>(today.year()) - back;
    const auto seconds = seconds_of(m);
    if (seconds && *seconds - clock.zone_minutes * 60 <= int64_t{clock.now} + kDay)
      return held(*seconds - clock.zone_minutes * 60);
  }
  return 0;
}

Seconds read_epoch(std::string_view text) {
  int64_t value = 0;
  size_t digits = 0;
  for (; digits < text.size() && Cursor::is_digit(text[digits]); ++digits) {
    if (digits >= 16) return 0;
    value = value * 10 + (text[digits] - '0');
  }
  Cursor in(text.substr(digits));
  in.fraction();
  if (!in.at_end() || digits < 9) return 0;
  if (digits >= 15) value /= 1'000'000;
  if (digits >= 12 && digits < 15) value /= 1'000;
  return held(value);
}

}  // namespace

bool read_zone(std::string_view text, int& minutes) {
  if (text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
    minutes = 0;
    return true;
  }
  Cursor in(text);
  const bool west = in.peek() == '-';
  if (!west && in.peek() != '+') return false;
  in.expect(in.peek());
  const int hours = in.number(2, 2);
  in.take(':');
  const int rest = in.number(2, 2);
  if (!in.good() || !in.at_end() || hours > 14 || rest > 59) return false;
  minutes = (west ? -1 : 1) * (hours * 60 + rest);
  return true;
}

Seconds read_log_time(std::string_view text, const LogClock& clock) {
  if (text.size() < 9) return 0;
  if (!Cursor::is_digit(text[0])) return read_syslog(Cursor(text), clock);
  if (text[1] == '/' || text[2] == '/' || text[1] == '-' || text[2] == '-')
    return read_day_first(Cursor(text), clock);
  if (text[4] == '-' || text[4] == '/') return read_year_first(Cursor(text), clock);
  return read_epoch(text);
}

Seconds LogTimes::read_new(std::string_view text) {
  if (text.empty() || text.size() > sizeof last_) return read_log_time(text, clock_);
  value_ = read_log_time(text, clock_);
  size_ = text.size();
  std::memcpy(last_, text.data(), size_);
  return value_;
}

}  // namespace beian::gate
