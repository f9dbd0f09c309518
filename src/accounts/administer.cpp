#include "accounts/administer.hpp"

namespace beian::accounts {

Result<store::AccountRow> change_account(db::Database& database, TimePoint now,
                                         const http::Caller& caller, const std::string& id,
                                         const Change& change, const std::string& remote) {
  if (change.role && scopes_of(*change.role).empty())
    return fail(ProblemCode::code_unknown, "/role", {{"code", *change.role}});
  // So that the last administrator cannot lock everybody out.
  if (id == caller.actor()) return fail(ProblemCode::own_account);
  return database.write_result([&](db::Tx& tx) -> Result<store::AccountRow> {
    auto row = store::account_by_id(tx, id);
    if (!row) return fail(ProblemCode::not_found);
    const auto trace = [&](const char* kind, Json details) {
      store::add_event(tx, now, {kind, id, caller.actor(), remote, std::move(details)});
    };
    if (change.role && *change.role != row->account.role) {
      store::set_role(tx, now, id, *change.role);
      trace("role_changed", Json::object({{"from", row->account.role}, {"to", *change.role}}));
      row->account.role = *change.role;
    }
    if (change.disabled && *change.disabled != row->disabled) {
      store::set_disabled(tx, now, id, *change.disabled);
      if (*change.disabled) store::delete_sessions(tx, id, "");
      trace(*change.disabled ? "account_disabled" : "account_enabled", {});
      row->disabled = *change.disabled;
    }
    return std::move(*row);
  });
}

}  // namespace beian::accounts
