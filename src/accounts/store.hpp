// Rows of accounts, sessions, tokens, attempts and events. Everything in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts.hpp"
#include "base/json.hpp"

namespace beian::accounts::store {

struct AccountRow {
  Account account;
  std::string name_key;
  std::string password_hash;
  bool disabled = false;
  // Somebody else gave the password: good until then, to be changed before anything else.
  std::optional<TimePoint> password_until = {};
};

// Throws db::UniqueViolation when the name is taken.
void insert_account(db::Tx& tx, const AccountRow& row);
std::optional<AccountRow> account_by_id(db::Tx& tx, const std::string& id);
std::optional<AccountRow> account_by_key(db::Tx& tx, const std::string& name_key);
void set_password(db::Tx& tx, TimePoint now, const std::string& id, const std::string& hash,
                  std::optional<TimePoint> until = {});
// The same password hashed anew. False when it is another by now, which stays.
bool replace_hash(db::Tx& tx, const std::string& id, const std::string& old,
                  const std::string& hash);
void set_role(db::Tx& tx, TimePoint now, const std::string& id, const std::string& role);
void set_disabled(db::Tx& tx, TimePoint now, const std::string& id, bool disabled);

// A member that was one of `account_id` once has a row as well.
struct MemberRow {
  std::string id, name, account_id, role;
  TimePoint since;
  std::optional<TimePoint> removed;
};
void put_member(db::Tx& tx, const MemberRow& row);  // inserts or replaces; `name` is not stored
std::optional<MemberRow> member_by_id(db::Tx& tx, const std::string& id);
std::vector<MemberRow> list_members(db::Tx& tx, const std::string& account_id);  // oldest first
// May not sign in although it is not disabled itself: removed, or its account is disabled.
bool is_barred(db::Tx& tx, const std::string& id);

struct AccountFilter {
  std::string part;   // of the name; case of ASCII letters does not matter; empty: all
  std::string role;   // empty: all
  std::string after;  // id; those that follow it
  int64_t limit = 50;
  bool acting = false;  // only those that may sign in and are nobody's member
};
// Oldest first.
std::vector<AccountRow> list_accounts(db::Tx& tx, const AccountFilter& filter);

// What a session or token gives: who, by what, and for a token its scopes (JSON array).
struct Credential {
  std::string id;
  Account account;          // of the sign-in
  std::string acts_for;     // the account
  std::string member_role;  // empty: it is its own account and has no members
  std::optional<std::string> token_scopes;
  std::optional<int64_t> last_used;  // tokens
  bool password_to_change = false;   // sessions
};
void insert_session(db::Tx& tx, TimePoint now, const std::string& id, const std::string& account_id,
                    const std::string& token_hash, const std::string& remote, TimePoint expires);
// Not expired, not revoked, neither disabled nor barred.
std::optional<Credential> session_by_hash(db::Tx& tx, TimePoint now, const std::string& hash);
std::optional<Credential> token_by_hash(db::Tx& tx, TimePoint now, const std::string& hash);
bool delete_session(db::Tx& tx, const std::string& id);
bool delete_session_by_hash(db::Tx& tx, const std::string& hash);
// All sessions of the account but `keep` (empty: none is kept). Returns how many.
int64_t delete_sessions(db::Tx& tx, const std::string& account_id, const std::string& keep);
void delete_expired(db::Tx& tx, TimePoint now, TimePoint attempts_before);

struct TokenRow {
  std::string id, account_id, name;
  std::string scopes;  // JSON array
  TimePoint created;
  std::optional<TimePoint> expires, last_used, revoked;
};
void insert_token(db::Tx& tx, const TokenRow& row, const std::string& hash);
std::vector<TokenRow> list_tokens(db::Tx& tx, const std::string& account_id);  // newest first
int64_t live_tokens(db::Tx& tx, TimePoint now, const std::string& account_id);
bool revoke_token(db::Tx& tx, TimePoint now, const std::string& account_id, const std::string& id);
void revoke_tokens(db::Tx& tx, TimePoint now, const std::string& account_id);  // all of them
void touch_token(db::Tx& tx, TimePoint now, const std::string& id);

// Counts one more attempt in the bucket's window, which begins anew when it began before `cut`.
struct Window {
  int64_t count = 0;
  TimePoint started;
};
Window count_attempt(db::Tx& tx, TimePoint now, TimePoint cut, const std::string& bucket);
void forget_attempts(db::Tx& tx, const std::string& bucket);
void take_back_attempt(db::Tx& tx, const std::string& bucket);

struct Event {
  std::string kind;        // account_created, signed_in, …: see the users of add_event
  std::string account_id;  // empty: no such account
  std::string actor_id;    // empty: nobody signed in, or the command line
  std::string remote;
  Json details;  // never a secret, never a name that was tried in vain
};
void add_event(db::Tx& tx, TimePoint now, const Event& event);
struct EventFilter {
  std::string account_id;  // empty: all
  std::string before;      // id; those older than it
  int64_t limit = 50;
};
// Newest first, as {"id","at","kind","account","actor","remote","details"}.
Json list_events(db::Tx& tx, const EventFilter& filter);

}  // namespace beian::accounts::store
