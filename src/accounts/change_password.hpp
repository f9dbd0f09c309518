// A new password for the caller's own account.
#pragma once

#include "accounts/accounts.hpp"

namespace beian::accounts {

// Ends every other session of the account; API tokens stay (they are revoked one by one).
// wrong_credentials at /current, the problems of a password and same_password at /password,
// too_many_attempts; password_over when the current one was given for a while that is over.
Status change_password(db::Database& database, TimePoint now, const http::Caller& caller,
                       const Secret& current, const Secret& password, const std::string& remote);

}  // namespace beian::accounts
