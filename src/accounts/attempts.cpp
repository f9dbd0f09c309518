#include "accounts/attempts.hpp"

#include <algorithm>

#include "accounts/store.hpp"
#include "base/encoding.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/http/rate_limit.hpp"

namespace beian::accounts {

namespace {

constexpr Millis kQuarter{15 * 60 * 1000};
constexpr Millis kHour{60 * 60 * 1000};

Bucket by_address(std::string_view kind, std::string_view remote, int64_t limit, Millis window) {
  const std::string network = http::network_of(remote);
  if (network.empty()) return {};
  return {std::string(kind) + ":" + network, limit, window};
}

}  // namespace

Bucket name_bucket(std::string_view name_key) {
  // Hashed: people type passwords into the wrong field.
  return {"name:" + hex_encode(crypto::sha256(name_key)), 10, kQuarter};
}

Bucket address_bucket(std::string_view remote) {
  return by_address("address", remote, 100, kQuarter);
}

Bucket registration_bucket(std::string_view remote, int64_t per_hour) {
  return by_address("register", remote, per_hour, kHour);
}

Status count_attempts(db::Database& database, TimePoint now, const std::vector<Bucket>& buckets) {
  Millis wait{0};
  database.write([&](db::Tx& tx) {
    wait = Millis{0};
    for (const auto& bucket : buckets) {
      if (bucket.key.empty()) continue;
      const auto window = store::count_attempt(tx, now, now - bucket.window, bucket.key);
      if (window.count > bucket.limit)
        wait = std::max({wait, window.started + bucket.window - now, Millis{1}});
    }
  });
  if (wait == Millis{0}) return {};
  const int64_t seconds = (wait.count() + 999) / 1000;
  return fail(ProblemCode::too_many_attempts, "", {{"seconds", std::to_string(seconds)}});
}

}  // namespace beian::accounts
