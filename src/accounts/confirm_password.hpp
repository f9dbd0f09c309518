// The password once more, before something that gives a right away.
#pragma once

#include "accounts/accounts.hpp"

namespace beian::accounts {

// wrong_credentials and the problems of a password at `field`; too_many_attempts; not_signed_in for
// an account that is gone. Hashes: never inside a transaction.
Status confirm_password(db::Database& database, TimePoint now, const http::Caller& caller,
                        const Secret& password, std::string_view field);

}  // namespace beian::accounts
