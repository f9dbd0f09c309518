// How much an address may ask for: a bucket of tokens for each, in the memory of this process. For
// questions that cost little; what must hold over several nodes is counted in the database
// (accounts/attempts.hpp).
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace beian::http {

// Whom an address counts for: itself, of IPv6 its /64, which is what one customer has. Empty for
// the own machine, which is not counted: a proxy there stands for everybody behind it, and limits
// them itself.
std::string network_of(std::string_view remote);

class RateLimit {
 public:
  struct Rule {
    double capacity = 0;         // tokens of a full bucket: the burst
    double per_second = 0;       // how fast it fills
    size_t addresses = 100'000;  // that are remembered; about 100 bytes each
  };
  explicit RateLimit(Rule rule) : rule_(rule) {}

  // Takes `cost` tokens, at most the capacity, from the bucket of that address (Request::remote).
  // too_many_attempts (args: seconds, for Retry-After) when it holds fewer; then it keeps them.
  // Thread-safe.
  Status take(std::string_view remote, double cost, TimePoint now);

 private:
  struct Bucket {
    double tokens = 0;
    TimePoint at{};
  };
  double filled(const Bucket& bucket, TimePoint now) const;
  void make_room(TimePoint now);

  Rule rule_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace beian::http
