#include "accounts/member.hpp"

#include <algorithm>

#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/ids.hpp"

namespace beian::accounts {
namespace {

constexpr std::string_view kOwner = "owner";

Member member_of(const store::MemberRow& row) {
  return {row.id, row.name, row.role, row.since};
}

std::vector<store::MemberRow> rows_of(db::Tx& tx, const std::string& account_id) {
  auto rows = store::list_members(tx, account_id);
  const auto own = store::account_by_id(tx, account_id);
  if (rows.empty() && own)
    rows.push_back({account_id, own->account.name, account_id, std::string(kOwner),
                    own->account.created, std::nullopt});
  return rows;
}

std::optional<store::MemberRow> find(db::Tx& tx, const http::Caller& caller,
                                     const std::string& id) {
  for (auto& row : rows_of(tx, caller.account_id))
    if (row.id == id && !row.removed) return std::move(row);
  return std::nullopt;
}

bool owns(const http::Caller& caller) {
  return holds(caller, kTransfer);
}

Problems check_role(const http::Caller& caller, const std::string& role) {
  if (member_scopes(role).empty()) return {{ProblemCode::code_unknown, "/role", {{"code", role}}}};
  if (role == kOwner && !owns(caller)) return {{ProblemCode::forbidden, "/role", {}}};
  return {};
}

// A member that the caller may do something to.
Result<store::MemberRow> look_after(db::Tx& tx, const http::Caller& caller, const std::string& id) {
  auto row = find(tx, caller, id);
  if (!row) return fail(ProblemCode::not_found);
  if (row->role == kOwner && !owns(caller)) return fail(ProblemCode::forbidden);
  return std::move(*row);
}

// Somebody must be able to look after the members, owners included.
bool leaves_owner(db::Tx& tx, const http::Caller& caller, const std::string& without) {
  return std::ranges::any_of(rows_of(tx, caller.account_id), [&](const store::MemberRow& row) {
    return row.role == kOwner && !row.removed && row.id != without;
  });
}

void trace(db::Tx& tx, TimePoint now, const http::Caller& caller, const char* kind,
           const store::MemberRow& row, const std::string& remote) {
  store::add_event(tx, now,
                   {kind, caller.account_id, caller.actor(), remote,
                    Json::object({{"member", row.id}, {"role", row.role}})});
}

// The account's own sign-in gets its row with the first other one.
void keep_founder(db::Tx& tx, const std::string& account_id) {
  if (store::member_by_id(tx, account_id)) return;
  for (const auto& row : rows_of(tx, account_id)) store::put_member(tx, row);
}

// What becomes of a name that is known already.
Result<store::MemberRow> known_member(db::Tx& tx, const http::Caller& caller,
                                      const store::AccountRow& known) {
  auto row = store::member_by_id(tx, known.account.id);
  const bool own =
      row ? row->account_id == caller.account_id : known.account.id == caller.account_id;
  if (!own) return fail(ProblemCode::name_taken, "/name");
  if (!row || !row->removed)
    return fail(ProblemCode::member_exists, "/name", {{"name", known.account.name}});
  return std::move(*row);
}

}  // namespace

std::vector<Member> members(db::Database& database, const std::string& account_id) {
  return database.read_value([&](db::Tx& tx) {
    std::vector<Member> out;
    for (const auto& row : rows_of(tx, account_id))
      if (!row.removed) out.push_back(member_of(row));
    return out;
  });
}

Result<Member> add_member(db::Database& database, TimePoint now, const http::Caller& caller,
                          const std::string& name, const Secret& password, const std::string& role,
                          const std::string& remote) {
  Problems problems;
  const auto parsed = parse_name(name);
  if (!parsed) append_under(problems, "", parsed.error());
  const auto normal = normal_password(password, "/password");
  append_under(
      problems, "",
      normal ? check_password(*normal, parsed.value_or(Name{}), "/password") : normal.error());
  append_under(problems, "", check_role(caller, role));
  if (!problems.empty()) return std::unexpected(std::move(problems));

  store::AccountRow sign_in;
  sign_in.account = {new_id(now), parsed->shown, "applicant", now};
  sign_in.name_key = parsed->key;
  // Asked before the hash, which costs; once more when it is written.
  const auto free = database.read_value([&](db::Tx& tx) -> Status {
    const auto known = store::account_by_key(tx, parsed->key);
    const auto row = known ? known_member(tx, caller, *known) : store::MemberRow{};
    return row ? Status{} : fail(row);
  });
  if (!free) return fail(free);
  sign_in.password_hash = hash_password(*normal);
  try {
    return database.write_result([&](db::Tx& tx) -> Result<Member> {
      store::MemberRow member{sign_in.account.id, parsed->shown, caller.account_id, role, now, {}};
      if (const auto known = store::account_by_key(tx, parsed->key)) {
        const auto before = known_member(tx, caller, *known);
        if (!before) return fail(before);
        member.id = before->id;
        store::set_password(tx, now, member.id, sign_in.password_hash);
      } else {
        store::insert_account(tx, sign_in);
      }
      keep_founder(tx, caller.account_id);
      store::put_member(tx, member);
      trace(tx, now, caller, "member_added", member, remote);
      return member_of(member);
    });
  } catch (const db::UniqueViolation&) {
    return fail(ProblemCode::name_taken, "/name");
  }
}

Result<Member> change_member(db::Database& database, TimePoint now, const http::Caller& caller,
                             const std::string& id, const std::string& role,
                             const std::string& remote) {
  if (auto problems = check_role(caller, role); !problems.empty())
    return std::unexpected(std::move(problems));
  return database.write_result([&](db::Tx& tx) -> Result<Member> {
    auto row = look_after(tx, caller, id);
    if (!row) return fail(row);
    if (row->role == role) return member_of(*row);
    if (row->role == kOwner && !leaves_owner(tx, caller, id))
      return fail(ProblemCode::last_manager, "/role");
    row->role = role;
    store::put_member(tx, *row);
    trace(tx, now, caller, "member_role_changed", *row, remote);
    return member_of(*row);
  });
}

Status check_member(db::Tx& tx, const http::Caller& caller, const std::string& id) {
  const auto row = look_after(tx, caller, id);
  return row ? Status{} : fail(row);
}

Status remove_member(db::Database& database, TimePoint now, const http::Caller& caller,
                     const std::string& id, const std::string& remote) {
  return database.write_result([&](db::Tx& tx) -> Status {
    auto row = look_after(tx, caller, id);
    if (!row) return fail(row);
    if (row->role == kOwner && !leaves_owner(tx, caller, id))
      return fail(ProblemCode::last_manager);
    row->removed = now;
    store::put_member(tx, *row);
    store::delete_sessions(tx, id, "");
    store::revoke_tokens(tx, now, id);
    trace(tx, now, caller, "member_removed", *row, remote);
    return {};
  });
}

}  // namespace beian::accounts
