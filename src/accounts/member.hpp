// Members of an account: people who sign in by themselves and act for it. Orders, resources and
// codes are the account's; who did what stands in the history as the member's id (Caller::actor).
#pragma once

#include "accounts/accounts.hpp"

namespace beian::accounts {

struct Member {
  std::string id;  // of the sign-in
  std::string name, role;
  TimePoint since;
};

// Of the caller's account, oldest first; an account without members has its own sign-in as owner.
std::vector<Member> members(db::Database& database, const std::string& account_id);

// A new sign-in, which acts for the account and for nobody else. Who was removed comes back, with
// the new password and role. The problems of create_account; member_exists at /name; code_unknown
// at /role, forbidden there when only an owner may give it.
Result<Member> add_member(db::Database& database, TimePoint now, const http::Caller& caller,
                          const std::string& name, const Secret& password, const std::string& role,
                          const std::string& remote);

// Counts from the member's next request. not_found, code_unknown at /role; forbidden when an owner
// is concerned and the caller is none; last_manager when no owner would be left.
Result<Member> change_member(db::Database& database, TimePoint now, const http::Caller& caller,
                             const std::string& id, const std::string& role,
                             const std::string& remote);

// Ends the member's sessions and tokens at once; the name stays, for the history. Problems as
// above.
Status remove_member(db::Database& database, TimePoint now, const http::Caller& caller,
                     const std::string& id, const std::string& remote);

// May the caller do something to that member's sign-in? not_found when it is none of the account's;
// forbidden when it is an owner and the caller is none.
Status check_member(db::Tx& tx, const http::Caller& caller, const std::string& id);

// Routes /api/v1/account/members.
std::vector<http::Route> member_routes(std::shared_ptr<db::Database> database, const Clock& clock);

}  // namespace beian::accounts
