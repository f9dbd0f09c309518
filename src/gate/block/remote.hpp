// What another system says of a host, asked over HTTP and kept for a moment. It may be slow or
// away: then there is no answer, and it is left alone for a while. The page must stand without it.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "platform/http/rate_limit.hpp"

namespace beian::gate {

struct RemoteLimits {
  Millis timeout{800};      // of one question, connecting and all
  Millis kept{10'000};      // an answer
  Millis pause{3'000};      // after a failure: nobody is asked
  size_t entries = 10'000;  // kept at most
  size_t longest = 4096;    // bytes of an answer that is kept
  int at_once = 4;          // questions; more are not asked
  double burst = 100;       // questions at once,
  double per_second = 15;   // and then so many a second
};

class Remote {
 public:
  // `url` up to where the host is put, percent-encoded: http://127.0.0.1:8088/lookup?host=
  // Clock must outlive it.
  Remote(std::string url, const Clock& clock, RemoteLimits limits = {});

  // The body of a 200; nothing when there is none. Thread-safe; waits at most `timeout`.
  std::optional<std::string> ask(const std::string& host);

 private:
  struct Kept {
    std::string body;
    TimePoint until;
  };
  std::optional<std::string> kept(const std::string& host, TimePoint now);
  void keep(const std::string& host, const std::string& body, TimePoint now);

  std::string url_;
  const Clock& clock_;
  RemoteLimits limits_;
  http::RateLimit rate_;
  std::atomic<int> asking_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;
  TimePoint quiet_until_{};
};

}  // namespace beian::gate
