// What an administrator does to another account.
#pragma once

#include "accounts/accounts.hpp"
#include "accounts/store.hpp"

namespace beian::accounts {

struct Change {
  std::optional<std::string> role;
  std::optional<bool> disabled;
};
// Disabling ends the account's sessions at once and makes its tokens useless; a role counts from
// the next request. not_found, code_unknown at /role, own_account.
Result<store::AccountRow> change_account(db::Database& database, TimePoint now,
                                         const http::Caller& caller, const std::string& id,
                                         const Change& change, const std::string& remote);

}  // namespace beian::accounts
