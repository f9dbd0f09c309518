#include "accounts/confirm_password.hpp"

#include "accounts/attempts.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts {

Status confirm_password(db::Database& database, TimePoint now, const http::Caller& caller,
                        const Secret& password, std::string_view field) {
  const auto row =
      database.read_value([&](db::Tx& tx) { return store::account_by_id(tx, caller.actor()); });
  if (!row) return fail(ProblemCode::not_signed_in);
  const auto normal = normal_password(password, field);
  if (!normal) return fail(normal);
  // A stolen session must not be a way to guess the password.
  const Bucket bucket = name_bucket(row->name_key);
  if (auto counted = count_attempts(database, now, {bucket}); !counted) return counted;
  const bool right = crypto::verify_password(row->password_hash, *normal);
  database.write([&](db::Tx& tx) {
    if (right)
      store::take_back_attempt(tx, bucket.key);
    else
      store::add_event(tx, now, {"confirmation_failed", caller.actor(), caller.actor(), "", {}});
  });
  if (!right) return fail(ProblemCode::wrong_credentials, std::string(field));
  return {};
}

}  // namespace beian::accounts
