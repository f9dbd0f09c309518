#include "accounts/create_account.hpp"

#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/ids.hpp"

namespace beian::accounts {

Result<Account> create_account_by(db::Database& database, TimePoint now, const std::string& name,
                                  const Secret& password, const std::string& role,
                                  const Creator& creator) {
  Problems problems;
  const auto parsed = parse_name(name);
  if (!parsed) append_under(problems, "", parsed.error());
  const auto normal = normal_password(password, "/password");
  if (!normal)
    append_under(problems, "", normal.error());
  else
    append_under(problems, "", check_password(*normal, parsed.value_or(Name{}), "/password"));
  if (scopes_of(role).empty())
    problems.push_back({ProblemCode::code_unknown, "/role", {{"code", role}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));

  store::AccountRow row;
  row.account = {new_id(now), parsed->shown, role, now};
  row.name_key = parsed->key;
  // Ask before the hash is computed, which costs; the unique constraint decides in the end.
  const bool taken = database.read_value(
      [&](db::Tx& tx) { return store::account_by_key(tx, row.name_key).has_value(); });
  if (taken) return fail(ProblemCode::name_taken, "/name");
  row.password_hash = hash_password(*normal);
  try {
    database.write([&](db::Tx& tx) {
      store::insert_account(tx, row);
      store::add_event(tx, now,
                       {"account_created", row.account.id, creator.account_id, creator.remote,
                        Json::object({{"role", role}})});
    });
  } catch (const db::UniqueViolation&) {
    return fail(ProblemCode::name_taken, "/name");
  }
  return row.account;
}

Result<Account> create_account(db::Database& database, TimePoint now, const std::string& name,
                               const Secret& password, const std::string& role) {
  return create_account_by(database, now, name, password, role, {});
}

namespace {

std::optional<store::AccountRow> row_named(db::Tx& tx, std::string_view name) {
  const auto parsed = parse_name(name, "");
  return parsed ? store::account_by_key(tx, parsed->key) : std::nullopt;
}

}  // namespace

std::optional<Account> find_account(db::Tx& tx, const std::string& id) {
  auto row = store::account_by_id(tx, id);
  if (!row) return std::nullopt;
  return std::move(row->account);
}

Result<Account> sign_in_named(db::Tx& tx, std::string_view name, std::string_view field) {
  auto named = row_named(tx, name);
  if (!named) return fail(ProblemCode::not_found, std::string(field));
  return std::move(named->account);
}

Result<Account> account_named(db::Tx& tx, std::string_view name, std::string_view field) {
  const auto none = [&] { return fail(ProblemCode::not_found, std::string(field)); };
  const auto named = row_named(tx, name);
  if (!named || named->disabled) return none();
  const auto member = store::member_by_id(tx, named->account.id);
  if (!member || member->account_id == named->account.id) return named->account;
  const auto account = store::account_by_id(tx, member->account_id);
  if (member->removed || !account || account->disabled) return none();
  return account->account;
}

}  // namespace beian::accounts
