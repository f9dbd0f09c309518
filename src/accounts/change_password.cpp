#include "accounts/change_password.hpp"

#include "accounts/attempts.hpp"
#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts {

Status change_password(db::Database& database, TimePoint now, const http::Caller& caller,
                       const Secret& current, const Secret& password, const std::string& remote) {
  const auto read = [&] {
    return database.read_value(
        [&](db::Tx& tx) { return store::account_by_id(tx, caller.actor()); });
  };
  auto row = read();
  if (!row) return fail(ProblemCode::not_signed_in);
  Problems problems;
  const auto old_normal = normal_password(current, "/current");
  if (!old_normal) append_under(problems, "", old_normal.error());
  const auto normal = normal_password(password, "/password");
  if (!normal)
    append_under(problems, "", normal.error());
  else
    append_under(problems, "",
                 check_password(*normal, {row->account.name, row->name_key}, "/password"));
  if (problems.empty() && text::equal_secret(old_normal->reveal(), normal->reveal()))
    problems.push_back({ProblemCode::same_password, "/password", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));

  // A stolen session must not be a way to guess the password.
  const Bucket bucket = name_bucket(row->name_key);
  if (auto counted = count_attempts(database, now, {bucket}); !counted) return counted;
  for (int look = 1;; ++look) {
    if (row && row->password_until && *row->password_until <= now)
      return fail(ProblemCode::password_over);
    if (!row || !crypto::verify_password(row->password_hash, *old_normal)) {
      database.write([&](db::Tx& tx) {
        store::add_event(tx, now,
                         {"password_change_failed", caller.actor(), caller.actor(), remote, {}});
      });
      return fail(ProblemCode::wrong_credentials, "/current");
    }
    const std::string hash = hash_password(*normal);
    const auto changed = database.write_result([&](db::Tx& tx) -> Status {
      // Hashed otherwise by now: another password, or the same one by a sign-in.
      if (!store::replace_hash(tx, caller.actor(), row->password_hash, hash))
        return fail(ProblemCode::wrong_credentials, "/current");
      store::set_password(tx, now, caller.actor(), hash);
      const int64_t ended = store::delete_sessions(tx, caller.actor(), caller.session);
      store::forget_attempts(tx, bucket.key);
      store::add_event(tx, now,
                       {"password_changed", caller.actor(), caller.actor(), remote,
                        Json::object({{"sessions_ended", ended}})});
      return {};
    });
    if (changed || look == kLooks) return changed;
    row = read();
  }
}

}  // namespace beian::accounts
