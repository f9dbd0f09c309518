// API tokens: for programs, with a part of what their account may do. Shown once, stored as a hash.
#pragma once

#include "accounts/accounts.hpp"
#include "accounts/store.hpp"

namespace beian::accounts {

inline constexpr std::string_view kTokenPrefix = "obt_";
inline constexpr int64_t kMostTokens = 50;  // live ones of an account

struct NewToken {
  store::TokenRow row;
  Secret secret;
};
// A token never holds more than who makes it. required, too_long, bad_format at /name;
// code_unknown, forbidden at /scopes/i; too_many.
Result<NewToken> create_token(db::Database& database, TimePoint now, const http::Caller& caller,
                              const std::string& name, const std::vector<std::string>& scopes,
                              std::optional<int64_t> days, const std::string& remote);
// not_found, also for another account's.
Status revoke_token(db::Database& database, TimePoint now, const http::Caller& caller,
                    const std::string& id, const std::string& remote);

}  // namespace beian::accounts
