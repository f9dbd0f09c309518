#include "accounts/reset_password.hpp"

#include "accounts/attempts.hpp"
#include "accounts/member.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/ids.hpp"

namespace beian::accounts {
namespace {

// Read out on the phone or typed from paper: four groups without letters that look alike. 79 bits.
std::string readable_password() {
  constexpr std::string_view kLetters = "23456789abcdefghjkmnpqrstuvwxyz";
  constexpr size_t kSize = 16, kGroup = 4;
  std::string out;
  for (size_t taken = 0; taken < kSize;) {
    const auto byte = static_cast<unsigned char>(random_bytes(1)[0]);
    if (byte >= 256 / kLetters.size() * kLetters.size()) continue;  // all letters alike often
    if (taken > 0 && taken % kGroup == 0) out += '-';
    out += kLetters[byte % kLetters.size()];
    ++taken;
  }
  return out;
}

// `check` says in the transaction whether the caller may.
template <class Check>
Result<OncePassword> give(db::Database& database, TimePoint now, const http::Caller& caller,
                          const std::string& id, const std::string& remote, const Check& check) {
  // One's own is changed by who knows it: an open session must not be a way around it.
  if (id == caller.actor()) return fail(ProblemCode::own_account);
  const auto may = [&](db::Tx& tx) -> Result<store::AccountRow> {
    auto row = store::account_by_id(tx, id);
    if (!row) return fail(ProblemCode::not_found);
    if (Status checked = check(tx); !checked) return fail(checked);
    return std::move(*row);
  };
  // Asked before the hash, which costs; once more when it is written.
  if (const auto known = database.read_value(may); !known) return fail(known);
  OncePassword out{Secret(readable_password()), now + kOncePasswordLife};
  const std::string hash = hash_password(out.password);
  return database.write_result([&](db::Tx& tx) -> Result<OncePassword> {
    const auto row = may(tx);
    if (!row) return fail(row);
    store::set_password(tx, now, id, hash, out.until);
    const int64_t ended = store::delete_sessions(tx, id, "");
    store::forget_attempts(tx, name_bucket(row->name_key).key);
    store::add_event(
        tx, now,
        {"password_reset", id, caller.actor(), remote, Json::object({{"sessions_ended", ended}})});
    return out;
  });
}

}  // namespace

Result<OncePassword> reset_password(db::Database& database, TimePoint now,
                                    const http::Caller& caller, const std::string& id,
                                    const std::string& remote) {
  return give(database, now, caller, id, remote, [](db::Tx&) { return Status{}; });
}

Result<OncePassword> reset_member_password(db::Database& database, TimePoint now,
                                           const http::Caller& caller, const std::string& id,
                                           const std::string& remote) {
  return give(database, now, caller, id, remote,
              [&](db::Tx& tx) { return check_member(tx, caller, id); });
}

Result<Json> once_json(const Result<OncePassword>& given) {
  if (!given) return fail(given);
  return Json::object(
      {{"password", given->password.reveal()}, {"until", to_rfc3339(given->until)}});
}

}  // namespace beian::accounts
