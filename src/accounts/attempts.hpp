// How often a name or an address may try. Counted in the database, so that several nodes agree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::accounts {

struct Bucket {
  std::string key;
  int64_t limit = 0;  // attempts per window
  Millis window{};
};

// Ten tries of one name in a quarter of an hour, a hundred from one address.
Bucket name_bucket(std::string_view name_key);
// IPv6 addresses count by /64, which is what one customer has. The own machine is not counted
// (empty key): a proxy there stands for everybody behind it.
Bucket address_bucket(std::string_view remote);
Bucket registration_bucket(std::string_view remote, int64_t per_hour);

// Counts one attempt in each, before the work that it permits, so that a burst cannot slip through.
// too_many_attempts (args: seconds) when one is full.
Status count_attempts(db::Database& database, TimePoint now, const std::vector<Bucket>& buckets);

}  // namespace beian::accounts
