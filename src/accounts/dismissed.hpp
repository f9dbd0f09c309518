// What a sign-in has put away for good: a notice that was dismissed once is never shown again, on
// whatever device.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::accounts {

// Far more than a portal has notices: a limit for programs that go wrong.
inline constexpr size_t kMostDismissed = 200;

struct Dismissed {
  std::string key;
  TimePoint at;
};
// By key.
std::vector<Dismissed> dismissed(db::Tx& tx, const std::string& account_id);
// Once more changes nothing. bad_format at /key unless it is 1 to 64 of a-z, 0-9, '.', '_', '-';
// too_many.
Status dismiss(db::Database& database, TimePoint now, const std::string& account_id,
               std::string_view key);

// /api/v1/account/dismissed. Of the sign-in itself, not of the account that a member acts for.
std::vector<http::Route> dismissed_routes(std::shared_ptr<db::Database> database,
                                          const Clock& clock);

}  // namespace beian::accounts
