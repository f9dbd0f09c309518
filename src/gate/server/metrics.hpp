// What a server counts. Each thread has its own numbers and is the only one that writes them; who
// prints them adds them up.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gate/entry.hpp"
#include "gate/live.hpp"

namespace beian::gate::server {

class Count {
 public:
  void add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Where a question came from.
enum class Question : uint8_t { check, envoy, lookup, bulk };
inline constexpr size_t kQuestions = 4;
std::string_view name_of(Question question);

// What an answer is counted and told under: its reason, or what the host is when it is no name, or
// that the policy for old answers decided.
inline constexpr size_t kStale = kReasons + kHostKinds, kToldReasons = kStale + 1;
inline size_t told_reason(const Answer& answer) {
  return answer.reason == Reason::no_name ? kReasons + static_cast<size_t>(answer.host)
                                          : static_cast<size_t>(answer.reason);
}
std::string_view told_name(size_t reason);

// Times in a row of buckets, each twice as wide as the one before: up to 4 µs, 8 µs … 0.13 s.
struct Latency {
  static constexpr size_t kBuckets = 16;
  static constexpr int kFirst = 12;  // up to 2^12 ns
  void add(uint64_t nanoseconds, uint64_t times) {
    const auto width = static_cast<size_t>(std::bit_width(nanoseconds >> kFirst));
    buckets[std::min(width, kBuckets)].add(times);
    sum.add(nanoseconds * times);
  }
  std::array<Count, kBuckets + 1> buckets;
  Count sum;
};

struct alignas(128) Counters {
  std::array<Count, kQuestions> questions;
  std::array<std::array<Count, kToldReasons>, 2> answers;  // [allow][reason]
  Count other;                                             // /health, /metrics, not found
  Count refused;                                           // requests that could not be read
  Latency latency;
  Count opened, closed;   // connections
  Count shed, timed_out;  // of those: for want of room, for waiting too long
};

// What all threads share.
struct Board {
  explicit Board(size_t threads) {
    for (size_t i = 0; i < threads; ++i) counters.push_back(std::make_unique<Counters>());
  }
  std::vector<std::unique_ptr<Counters>> counters;
  std::atomic<uint64_t> swaps{0}, refused_snapshots{0};
  // The feed that is followed, if any: answered last (1) or away (0), the changes in memory, names
  // of it that are none, and whether all that is in force is on disk.
  std::atomic<int> feed{-1};
  std::atomic<uint64_t> feed_changes{0}, feed_refused{0};
  std::atomic<bool> saved{true};
  std::atomic<bool> stopping{false};
};

// Prometheus's text format.
std::string metrics_text(const Board& board, const View& view, bool stale, Seconds age);

}  // namespace beian::gate::server
