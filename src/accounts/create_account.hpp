// A new account, with the trace of who made it.
#pragma once

#include "accounts/accounts.hpp"

namespace beian::accounts {

struct Creator {
  std::string account_id;  // empty: the account's own holder, or the command line
  std::string remote;      // address; empty: the command line
};
// See accounts.hpp for the problems.
Result<Account> create_account_by(db::Database& database, TimePoint now, const std::string& name,
                                  const Secret& password, const std::string& role,
                                  const Creator& creator);

}  // namespace beian::accounts
