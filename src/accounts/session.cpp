#include "accounts/session.hpp"

#include "accounts/attempts.hpp"
#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts {

namespace {

// The window of the longest-lived bucket: older rows count for nobody.
constexpr Millis kOldestAttempt{60 * 60 * 1000};

struct Checked {
  std::optional<store::AccountRow> account;  // the password was right
  std::string account_id;                    // whose name it was; empty: nobody's
};

// The same work for a name that nobody has: one hash.
Checked check(db::Database& database, const std::optional<Name>& name, const Secret& password) {
  std::optional<store::AccountRow> row;
  if (name)
    row = database.read_value([&](db::Tx& tx) {
      auto found = store::account_by_key(tx, name->key);
      if (found && store::is_barred(tx, found->account.id)) found->disabled = true;
      return found;
    });
  const bool right =
      crypto::verify_password(row ? row->password_hash : decoy_hash(), password) && row;
  Checked out;
  if (row) out.account_id = row->account.id;
  if (right) out.account = std::move(row);
  return out;
}

struct Entry {
  TimePoint now;
  Millis life;
  const std::string &remote, &old_cookie, &name_key, &address_key;
};

// Opens a session for who was checked. wrong_credentials: disabled, or the password is hashed
// otherwise by now, which may be another password or the same one hashed anew.
Result<SignedIn> enter(db::Database& database, const Entry& entry, const store::AccountRow& checked,
                       const Secret& password) {
  SignedIn out;
  out.account = checked.account;
  out.cookie = Secret(base64url_encode(random_bytes(32)));
  out.csrf = csrf_of(out.cookie.reveal());
  out.expires = entry.now + entry.life;
  out.password_to_change = checked.password_until.has_value();
  const std::string session = new_id(entry.now);
  const std::string hash =
      costs_as_now(checked.password_hash) ? checked.password_hash : hash_password(password);
  return database.write_result([&](db::Tx& tx) -> Result<SignedIn> {
    const auto row = store::account_by_id(tx, out.account.id);
    if (!row || row->disabled || store::is_barred(tx, row->account.id) ||
        row->password_hash != checked.password_hash)
      return fail(ProblemCode::wrong_credentials);
    if (hash != checked.password_hash &&
        !store::replace_hash(tx, out.account.id, checked.password_hash, hash))
      return fail(ProblemCode::wrong_credentials);
    store::delete_expired(tx, entry.now, entry.now - kOldestAttempt);
    if (!entry.old_cookie.empty()) store::delete_session_by_hash(tx, hash_of(entry.old_cookie));
    store::insert_session(tx, entry.now, session, out.account.id, hash_of(out.cookie.reveal()),
                          entry.remote, out.expires);
    store::forget_attempts(tx, entry.name_key);
    if (!entry.address_key.empty()) store::take_back_attempt(tx, entry.address_key);
    store::add_event(tx, entry.now,
                     {"signed_in", out.account.id, out.account.id, entry.remote, {}});
    return out;
  });
}

}  // namespace

std::string hash_of(std::string_view secret) {
  return hex_encode(crypto::sha256(secret));
}

std::string csrf_of(std::string_view cookie) {
  return base64url_encode(crypto::hmac_sha256(cookie, "beian csrf"));
}

Result<SignedIn> sign_in(db::Database& database, TimePoint now, Millis life,
                         const std::string& name, const Secret& password, const std::string& remote,
                         const std::string& old_cookie) {
  const auto parsed = parse_name(name);
  const std::optional<Name> known = parsed ? std::optional<Name>(*parsed) : std::optional<Name>();
  const auto normal = normal_password(password, "/password");
  if (!normal) return fail(normal);

  const Bucket by_name = name_bucket(known ? known->key : name);
  const Bucket by_address = address_bucket(remote);
  if (auto counted = count_attempts(database, now, {by_name, by_address}); !counted)
    return fail(counted);

  for (int look = 1;; ++look) {
    const Checked checked = check(database, known, *normal);
    const bool disabled = checked.account && checked.account->disabled;
    const bool over =
        checked.account && checked.account->password_until.value_or(TimePoint::max()) <= now;
    if (!checked.account || disabled || over) {
      const std::string why = disabled ? "disabled" : over ? "password_over" : "password";
      database.write([&](db::Tx& tx) {
        store::add_event(tx, now,
                         {"sign_in_failed", checked.account_id, "", remote,
                          Json::object({{"why", checked.account_id.empty() ? "name" : why}})});
      });
      return fail(disabled ? ProblemCode::account_disabled
                  : over   ? ProblemCode::password_over
                           : ProblemCode::wrong_credentials);
    }
    const Entry entry{now, life, remote, old_cookie, by_name.key, by_address.key};
    auto in = enter(database, entry, *checked.account, *normal);
    if (in || look == kLooks) return in;
  }
}

bool sign_out(db::Database& database, TimePoint now, const http::Caller& caller,
              const std::string& remote) {
  bool ended = false;
  database.write([&](db::Tx& tx) {
    ended = store::delete_session(tx, caller.session);
    if (ended)
      store::add_event(tx, now, {"signed_out", caller.actor(), caller.actor(), remote, {}});
  });
  return ended;
}

}  // namespace beian::accounts
