// Who asks, and may he.
#pragma once

#include <optional>

#include "accounts/accounts.hpp"

namespace beian::accounts {

inline constexpr std::string_view kCookie = "beian_session";

// A session or token as the request brought it.
struct Known {
  http::Caller caller;
  Account account;
  std::string csrf;  // of a session; empty for a token
  // Signed in with a password that somebody else gave: no scope until it is changed.
  bool password_to_change = false;
};
// Authorization: Bearer is taken before the cookie. nullopt: nobody, or not any more.
std::optional<Known> who_asks(db::Database& database, TimePoint now, const http::Request& request);

// not_signed_in, csrf (a session that changes something without X-CSRF-Token), forbidden,
// password_to_change (on every route but those of the own session).
Result<Known> authorize(db::Database& database, TimePoint now, const http::Request& request,
                        http::Scope scope);

// Public routes that change something have no session to protect them: refuses what a browser says
// comes from another site.
Status check_same_site(const http::Request& request);

}  // namespace beian::accounts
