// Accounts, roles, sessions and API tokens.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
inline constexpr http::Scope kResources{"resources:write"};   // what customers have bought
inline constexpr http::Scope kAuthorityAsk{"authority:ask"};  // an authority's library
inline constexpr http::Scope kAudit{"audit"};                 // read everything, change nothing
inline constexpr http::Scope kAdmin{"admin"};                 // accounts, settings
inline constexpr http::Scope kAccount{"account"};             // own account, tokens
inline constexpr http::Scope kAccess{"access:read"};          // the access answer
inline constexpr http::Scope kMembers{"members"};             // who acts for the account
inline constexpr http::Scope kTransfer{"transfer"};           // gives the account's filings away

struct Account {
  std::string id;
  std::string name;  // sign-in name, unique without regard to case
  std::string role;  // applicant, reviewer, officer, auditor, admin
  TimePoint created;
};

// Every role, in the order in which people read them.
std::span<const std::string_view> roles();
// The scopes of a role; empty for an unknown one.
std::span<const http::Scope> scopes_of(std::string_view role);
bool role_holds(std::string_view role, http::Scope scope);
// Members of an account (accounts/member.hpp) hold at most this of it: owner, manager, editor,
// reader. The second table of accounts/roles.cpp.
std::span<const std::string_view> member_roles();
std::span<const http::Scope> member_scopes(std::string_view role);  // empty for an unknown one
// Does the caller (a session or a token, which may hold less than its role) hold the scope? Used by
// handlers that answer differently, e.g. for a reviewer.
//
// An auditor reads everything and changes nothing: the authorizer lets a caller with kAudit pass on
// every GET, whatever scope the route names, so a handler that filters by owner must also ask for
// kAudit. No other verb passes but those of kAccount.
bool holds(const http::Caller& caller, http::Scope scope);

// Creates an account of any role (`beian admin`, the demo; the public registration makes applicants
// only). name_taken, too_short, too_long, bad_format, bad_encoding at /name; too_short, too_long,
// weak_password, password_has_name at /password; code_unknown at /role.
Result<Account> create_account(db::Database& database, TimePoint now, const std::string& name,
                               const Secret& password, const std::string& role);
std::optional<Account> find_account(db::Tx& tx, const std::string& id);
// Whose sign-in name that is; disabled ones too. not_found at `field`.
Result<Account> sign_in_named(db::Tx& tx, std::string_view name, std::string_view field);
// The account that a person means who writes that name, or the name of a member. not_found at
// `field`, for disabled ones too.
Result<Account> account_named(db::Tx& tx, std::string_view name, std::string_view field);

// Routes /api/v1/accounts, /api/v1/session, /api/v1/tokens and the authorizer of every other route.
// Cookie beian_session (HttpOnly, SameSite=Lax, Secure when configured); state-changing requests
// with a cookie need the header X-CSRF-Token (from GET /api/v1/session). Tokens: Authorization:
// Bearer.
class AccountsApi {
 public:
  struct Options {
    bool secure_cookie = false;
    bool open_registration = true;
    int64_t registrations_per_hour = 100;  // from one address; the own machine is not counted
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
