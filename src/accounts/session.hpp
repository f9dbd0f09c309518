// Sessions: signing in, knowing who asks, signing out. The cookie is 32 random bytes; the database
// has only their hash, and the CSRF token is derived from them, so that it is stored nowhere.
#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"

namespace beian::accounts {

struct SignedIn {
  Account account;
  Secret cookie;
  std::string csrf;
  TimePoint expires;
  bool password_to_change = false;  // somebody else gave it: the session is for nothing else
};
// Always a new session; `old_cookie` (may be empty) ends. wrong_credentials whether the name exists
// or not, after the same time; account_disabled and password_over only to who knows the password;
// too_many_attempts.
Result<SignedIn> sign_in(db::Database& database, TimePoint now, Millis life,
                         const std::string& name, const Secret& password, const std::string& remote,
                         const std::string& old_cookie);

std::string hash_of(std::string_view secret);  // as stored
std::string csrf_of(std::string_view cookie);

// `caller` is the session's; false when it has ended already.
bool sign_out(db::Database& database, TimePoint now, const http::Caller& caller,
              const std::string& remote);

}  // namespace beian::accounts
