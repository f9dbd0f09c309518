#include "platform/http/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>

namespace beian::http {

std::string network_of(std::string_view remote) {
  const std::string address(remote);
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1)
    return (ntohl(v4.s_addr) >> 24) == 127 ? "" : address;
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return "";
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    char text[INET_ADDRSTRLEN] = {};
    inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
    return network_of(text);
  }
  std::fill(v6.s6_addr + 8, v6.s6_addr + 16, uint8_t{0});
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &v6, text, sizeof text);
  return std::string(text) + "/64";
}

double RateLimit::filled(const Bucket& bucket, TimePoint now) const {
  const double seconds = static_cast<double>((now - bucket.at).count()) / 1000;
  return std::min(rule_.capacity, bucket.tokens + std::max(0.0, seconds) * rule_.per_second);
}

// A full bucket says nothing that a missing one does not. Where all are in use the memory is worth
// more than the count: everybody starts anew.
void RateLimit::make_room(TimePoint now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return filled(entry.second, now) >= rule_.capacity; });
  if (buckets_.size() >= rule_.addresses) buckets_.clear();
}

Status RateLimit::take(std::string_view remote, double cost, TimePoint now) {
  std::string network = network_of(remote);
  if (network.empty()) return {};
  cost = std::min(cost, rule_.capacity);
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= rule_.addresses && !buckets_.contains(network)) make_room(now);
  Bucket& bucket =
      buckets_.try_emplace(std::move(network), Bucket{rule_.capacity, now}).first->second;
  bucket = {filled(bucket, now), std::max(bucket.at, now)};
  if (bucket.tokens >= cost) {
    bucket.tokens -= cost;
    return {};
  }
  const auto seconds = static_cast<int64_t>(std::ceil((cost - bucket.tokens) / rule_.per_second));
  return fail(ProblemCode::too_many_attempts, "",
              {{"seconds", std::to_string(std::max<int64_t>(seconds, 1))}});
}

}  // namespace beian::http
