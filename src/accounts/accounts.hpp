// Accounts, roles, sessions and API tokens.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/personal.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"
#include "platform/http/router.hpp"

namespace beian::accounts {

// Scopes of routes. A role holds scopes (accounts/roles.cpp, one table); a token holds a subset of
// its account's.
inline constexpr http::Scope kOrdersRead{"orders:read"};      // own orders
inline constexpr http::Scope kOrdersWrite{"orders:write"};    // own orders
inline constexpr http::Scope kReview{"review"};               // all submitted orders
inline constexpr http::Scope kOfficer{"officer"};             // authority link, ledger
inline constexpr http::Scope kAudit{"audit"};                 // read everything, change nothing
inline constexpr http::Scope kAdmin{"admin"};                 // accounts, settings
inline constexpr http::Scope kAccount{"account"};             // own account, tokens
inline constexpr http::Scope kAccess{"access:read"};          // the access answer

struct Account {
  std::string id;
  std::string name;  // sign-in name, unique without regard to case
  std::string role;  // applicant, reviewer, officer, auditor, admin
  TimePoint created;
};

// Does the caller's role or token hold the scope? Used by handlers that answer differently.
bool role_holds(std::string_view role, http::Scope scope);

// Creates an account; name_taken, weak_password, bad_format. For `beian admin` and demo accounts of
// any role; the public registration makes applicants only.
Result<Account> create_account(db::Database& database, TimePoint now, const std::string& name,
                               const Secret& password, const std::string& role);
std::optional<Account> find_account(db::Tx& tx, const std::string& id);

// Routes /api/v1/accounts, /api/v1/session, /api/v1/tokens and the authorizer of every other route.
// Cookie beian_session (HttpOnly, SameSite=Lax, Secure when configured); state-changing requests
// with a cookie need the header X-CSRF-Token (from GET /api/v1/session). Tokens: Authorization:
// Bearer.
class AccountsApi {
 public:
  struct Options {
    bool secure_cookie = false;
    bool open_registration = true;
    Millis session_life{12 * 3600 * 1000};
  };
  AccountsApi(std::shared_ptr<db::Database> database, const Clock& clock, Options options);
  std::vector<http::Route> routes();
  http::Authorizer authorizer();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace beian::accounts
