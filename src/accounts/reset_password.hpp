// Who has forgotten his password gets one from somebody who may give it: good for a while, for
// nothing but choosing another.
#pragma once

#include "accounts/accounts.hpp"
#include "base/json.hpp"

namespace beian::accounts {

inline constexpr Millis kOncePasswordLife{72 * 3600 * 1000};

struct OncePassword {
  Secret password;  // shown once, stored nowhere but as a hash
  TimePoint until;
};

// Of any sign-in, by an administrator; an empty caller is the command line. Ends its sessions and
// the wait after too many attempts; API tokens stay. not_found, own_account.
Result<OncePassword> reset_password(db::Database& database, TimePoint now,
                                    const http::Caller& caller, const std::string& id,
                                    const std::string& remote);

// Of a member of the caller's account, by who looks after the members. not_found, own_account;
// forbidden when it is an owner and the caller is none.
Result<OncePassword> reset_member_password(db::Database& database, TimePoint now,
                                           const http::Caller& caller, const std::string& id,
                                           const std::string& remote);

// {"password", "until"}, as the API tells it to who asked.
Result<Json> once_json(const Result<OncePassword>& given);

}  // namespace beian::accounts
