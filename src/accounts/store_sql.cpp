#include "accounts/store.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace beian::accounts::store {

namespace {

constexpr std::string_view kAccountColumns =
    "id, name, name_key, role, password_hash, disabled, created, password_until";

std::optional<TimePoint> opt_time(const db::Row& row, std::string_view column) {
  const auto ms = row.opt_i64(column);
  if (!ms) return std::nullopt;
  return from_ms(*ms);
}

AccountRow account_of(const db::Row& row) {
  AccountRow out;
  out.account = {row.text("id"), row.text("name"), row.text("role"), from_ms(row.i64("created"))};
  out.name_key = row.text("name_key");
  out.password_hash = row.text("password_hash");
  out.disabled = row.i64("disabled") != 0;
  out.password_until = opt_time(row, "password_until");
  return out;
}

std::optional<AccountRow> one_account(db::Tx& tx, std::string_view column,
                                      const std::string& value) {
  const auto row = tx.query_one("SELECT " + std::string(kAccountColumns) + " FROM accounts WHERE " +
                                    std::string(column) + " = :value",
                                {{"value", value}});
  if (!row) return std::nullopt;
  return account_of(*row);
}

// Behind `JOIN accounts a`: the membership m of the sign-in and its account o.
constexpr std::string_view kMembership =
    "LEFT JOIN account_members m ON m.member_id = a.id "
    "LEFT JOIN accounts o ON o.id = m.account_id ";
constexpr std::string_view kNotBarred =
    "AND a.disabled = 0 AND (m.member_id IS NULL OR (m.removed IS NULL AND o.disabled = 0))";
constexpr std::string_view kCredentialColumns =
    "a.id AS id, a.name AS name, a.role AS role, a.created AS created, "
    "m.account_id AS acts_for, m.role AS member_role ";

Credential credential_of(const db::Row& row) {
  Credential out;
  out.account = {row.text("id"), row.text("name"), row.text("role"), from_ms(row.i64("created"))};
  out.acts_for = row.opt_text("acts_for").value_or(out.account.id);
  out.member_role = row.text("member_role");
  return out;
}

MemberRow member_of(const db::Row& row) {
  return {row.text("member_id"), row.text("name"),          row.text("account_id"),
          row.text("role"),      from_ms(row.i64("since")), opt_time(row, "removed")};
}

constexpr std::string_view kMembers =
    "SELECT m.member_id AS member_id, a.name AS name, m.account_id AS account_id, m.role AS role, "
    "m.since AS since, m.removed AS removed FROM account_members m "
    "JOIN accounts a ON a.id = m.member_id ";

// % and _ mean themselves; '!' is the escape character of our LIKEs.
std::string like_part(std::string_view part) {
  std::string out = "%";
  for (const char c : part) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + '%';
}

}  // namespace

void insert_account(db::Tx& tx, const AccountRow& row) {
  const auto created = to_ms(row.account.created);
  tx.exec(
      "INSERT INTO accounts (id, name, name_key, role, password_hash, disabled, created, updated) "
      "VALUES (:id, :name, :name_key, :role, :password_hash, :disabled, :created, :updated)",
      {{"id", row.account.id},
       {"name", row.account.name},
       {"name_key", row.name_key},
       {"role", row.account.role},
       {"password_hash", row.password_hash},
       {"disabled", row.disabled},
       {"created", created},
       {"updated", created}});
}

std::optional<AccountRow> account_by_id(db::Tx& tx, const std::string& id) {
  return one_account(tx, "id", id);
}

std::optional<AccountRow> account_by_key(db::Tx& tx, const std::string& name_key) {
  return one_account(tx, "name_key", name_key);
}

void set_password(db::Tx& tx, TimePoint now, const std::string& id, const std::string& hash,
                  std::optional<TimePoint> until) {
  std::optional<int64_t> until_ms;
  if (until) until_ms = to_ms(*until);
  tx.exec(
      "UPDATE accounts SET password_hash = :hash, password_until = :until, updated = :now "
      "WHERE id = :id",
      {{"hash", hash}, {"until", until_ms}, {"now", to_ms(now)}, {"id", id}});
}

bool replace_hash(db::Tx& tx, const std::string& id, const std::string& old,
                  const std::string& hash) {
  return tx.exec(
             "UPDATE accounts SET password_hash = :hash WHERE id = :id AND password_hash = :old",
             {{"hash", hash}, {"id", id}, {"old", old}}) > 0;
}

void set_role(db::Tx& tx, TimePoint now, const std::string& id, const std::string& role) {
  tx.exec("UPDATE accounts SET role = :role, updated = :now WHERE id = :id",
          {{"role", role}, {"now", to_ms(now)}, {"id", id}});
}

void set_disabled(db::Tx& tx, TimePoint now, const std::string& id, bool disabled) {
  tx.exec("UPDATE accounts SET disabled = :disabled, updated = :now WHERE id = :id",
          {{"disabled", disabled}, {"now", to_ms(now)}, {"id", id}});
}

void put_member(db::Tx& tx, const MemberRow& row) {
  std::optional<int64_t> removed;
  if (row.removed) removed = to_ms(*row.removed);
  tx.exec(
      "INSERT INTO account_members (member_id, account_id, role, since, removed) "
      "VALUES (:id, :account, :role, :since, :removed) ON CONFLICT (member_id) DO UPDATE SET "
      "role = excluded.role, since = excluded.since, removed = excluded.removed",
      {{"id", row.id},
       {"account", row.account_id},
       {"role", row.role},
       {"since", to_ms(row.since)},
       {"removed", removed}});
}

std::optional<MemberRow> member_by_id(db::Tx& tx, const std::string& id) {
  const auto row = tx.query_one(std::string(kMembers) + "WHERE m.member_id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return member_of(*row);
}

std::vector<MemberRow> list_members(db::Tx& tx, const std::string& account_id) {
  std::vector<MemberRow> out;
  for (const auto& row :
       tx.query(std::string(kMembers) + "WHERE m.account_id = :account ORDER BY m.member_id",
                {{"account", account_id}}))
    out.push_back(member_of(row));
  return out;
}

bool is_barred(db::Tx& tx, const std::string& id) {
  return tx
      .query_one(
          "SELECT m.member_id FROM account_members m "
          "JOIN accounts o ON o.id = m.account_id WHERE m.member_id = :id "
          "AND (m.removed IS NOT NULL OR o.disabled = 1)",
          {{"id", id}})
      .has_value();
}

std::vector<AccountRow> list_accounts(db::Tx& tx, const AccountFilter& filter) {
  std::string sql = "SELECT " + std::string(kAccountColumns) + " FROM accounts WHERE id > :after";
  db::Params params = {{"after", filter.after}};
  const std::string like = like_part(text::lower_ascii(filter.part));
  if (!filter.part.empty()) {
    sql += " AND name_key LIKE :part ESCAPE '!'";
    params.emplace_back("part", like);
  }
  if (!filter.role.empty()) {
    sql += " AND role = :role";
    params.emplace_back("role", filter.role);
  }
  if (filter.acting)
    sql +=
        " AND disabled = 0 AND NOT EXISTS "
        "(SELECT 1 FROM account_members m WHERE m.member_id = accounts.id "
        "AND m.account_id <> accounts.id)";
  params.emplace_back("count", filter.limit);
  std::vector<AccountRow> out;
  for (const auto& row : tx.query(sql + " ORDER BY id LIMIT :count", params))
    out.push_back(account_of(row));
  return out;
}

void insert_session(db::Tx& tx, TimePoint now, const std::string& id, const std::string& account_id,
                    const std::string& token_hash, const std::string& remote, TimePoint expires) {
  tx.exec(
      "INSERT INTO account_sessions (id, account_id, token_hash, remote, created, expires) "
      "VALUES (:id, :account, :hash, :remote, :now, :expires)",
      {{"id", id},
       {"account", account_id},
       {"hash", token_hash},
       {"remote", remote},
       {"now", to_ms(now)},
       {"expires", to_ms(expires)}});
}

std::optional<Credential> session_by_hash(db::Tx& tx, TimePoint now, const std::string& hash) {
  const auto row =
      tx.query_one("SELECT s.id AS session_id, a.password_until AS password_until, " +
                       std::string(kCredentialColumns) +
                       "FROM account_sessions s JOIN accounts a ON a.id = s.account_id " +
                       std::string(kMembership) +
                       "WHERE s.token_hash = :hash AND s.expires > :now " + std::string(kNotBarred),
                   {{"hash", hash}, {"now", to_ms(now)}});
  if (!row) return std::nullopt;
  Credential out = credential_of(*row);
  out.id = row->text("session_id");
  out.password_to_change = opt_time(*row, "password_until").has_value();
  return out;
}

std::optional<Credential> token_by_hash(db::Tx& tx, TimePoint now, const std::string& hash) {
  const auto row =
      tx.query_one("SELECT t.id AS token_id, t.scopes AS scopes, t.last_used AS last_used, " +
                       std::string(kCredentialColumns) +
                       "FROM account_tokens t JOIN accounts a ON a.id = t.account_id " +
                       std::string(kMembership) +
                       "WHERE t.token_hash = :hash AND t.revoked IS NULL "
                       "AND (t.expires IS NULL OR t.expires > :now) " +
                       std::string(kNotBarred),
                   {{"hash", hash}, {"now", to_ms(now)}});
  if (!row) return std::nullopt;
  Credential out = credential_of(*row);
  out.id = row->text("token_id");
  out.token_scopes = row->text("scopes");
  out.last_used = row->opt_i64("last_used");
  return out;
}

bool delete_session(db::Tx& tx, const std::string& id) {
  return tx.exec("DELETE FROM account_sessions WHERE id = :id", {{"id", id}}) > 0;
}

bool delete_session_by_hash(db::Tx& tx, const std::string& hash) {
  return tx.exec("DELETE FROM account_sessions WHERE token_hash = :hash", {{"hash", hash}}) > 0;
}

int64_t delete_sessions(db::Tx& tx, const std::string& account_id, const std::string& keep) {
  return tx.exec("DELETE FROM account_sessions WHERE account_id = :account AND id <> :keep",
                 {{"account", account_id}, {"keep", keep}});
}

void delete_expired(db::Tx& tx, TimePoint now, TimePoint attempts_before) {
  tx.exec("DELETE FROM account_sessions WHERE expires <= :now", {{"now", to_ms(now)}});
  tx.exec("DELETE FROM account_attempts WHERE started <= :cut", {{"cut", to_ms(attempts_before)}});
}

void insert_token(db::Tx& tx, const TokenRow& row, const std::string& hash) {
  std::optional<int64_t> expires;
  if (row.expires) expires = to_ms(*row.expires);
  tx.exec(
      "INSERT INTO account_tokens (id, account_id, name, token_hash, scopes, created, expires) "
      "VALUES (:id, :account, :name, :hash, :scopes, :created, :expires)",
      {{"id", row.id},
       {"account", row.account_id},
       {"name", row.name},
       {"hash", hash},
       {"scopes", row.scopes},
       {"created", to_ms(row.created)},
       {"expires", expires}});
}

std::vector<TokenRow> list_tokens(db::Tx& tx, const std::string& account_id) {
  std::vector<TokenRow> out;
  for (const auto& row :
       tx.query("SELECT id, account_id, name, scopes, created, expires, last_used, revoked "
                "FROM account_tokens WHERE account_id = :account ORDER BY id DESC",
                {{"account", account_id}})) {
    out.push_back({row.text("id"), row.text("account_id"), row.text("name"), row.text("scopes"),
                   from_ms(row.i64("created")), opt_time(row, "expires"),
                   opt_time(row, "last_used"), opt_time(row, "revoked")});
  }
  return out;
}

int64_t live_tokens(db::Tx& tx, TimePoint now, const std::string& account_id) {
  return tx.query_i64(
      "SELECT COUNT(*) AS n FROM account_tokens WHERE account_id = :account "
      "AND revoked IS NULL AND (expires IS NULL OR expires > :now)",
      {{"account", account_id}, {"now", to_ms(now)}});
}

bool revoke_token(db::Tx& tx, TimePoint now, const std::string& account_id, const std::string& id) {
  return tx.exec(
             "UPDATE account_tokens SET revoked = :now "
             "WHERE id = :id AND account_id = :account AND revoked IS NULL",
             {{"now", to_ms(now)}, {"id", id}, {"account", account_id}}) > 0;
}

void revoke_tokens(db::Tx& tx, TimePoint now, const std::string& account_id) {
  tx.exec(
      "UPDATE account_tokens SET revoked = :now WHERE account_id = :account AND revoked IS NULL",
      {{"now", to_ms(now)}, {"account", account_id}});
}

void touch_token(db::Tx& tx, TimePoint now, const std::string& id) {
  tx.exec("UPDATE account_tokens SET last_used = :now WHERE id = :id",
          {{"now", to_ms(now)}, {"id", id}});
}

Window count_attempt(db::Tx& tx, TimePoint now, TimePoint cut, const std::string& bucket) {
  const auto row = tx.query_one(
      "INSERT INTO account_attempts (bucket, started, count) VALUES (:bucket, :now, 1) "
      "ON CONFLICT (bucket) DO UPDATE SET "
      "count = CASE WHEN account_attempts.started <= :cut THEN 1 "
      "ELSE account_attempts.count + 1 END, "
      "started = CASE WHEN account_attempts.started <= :cut THEN excluded.started "
      "ELSE account_attempts.started END "
      "RETURNING count, started",
      {{"bucket", bucket}, {"now", to_ms(now)}, {"cut", to_ms(cut)}});
  if (!row) throw std::logic_error("an upsert of account_attempts returned no row");
  return {row->i64("count"), from_ms(row->i64("started"))};
}

void forget_attempts(db::Tx& tx, const std::string& bucket) {
  tx.exec("DELETE FROM account_attempts WHERE bucket = :bucket", {{"bucket", bucket}});
}

void take_back_attempt(db::Tx& tx, const std::string& bucket) {
  tx.exec("UPDATE account_attempts SET count = count - 1 WHERE bucket = :bucket AND count > 0",
          {{"bucket", bucket}});
}

void add_event(db::Tx& tx, TimePoint now, const Event& event) {
  const auto or_null = [](const std::string& s) {
    return s.empty() ? db::Value(nullptr) : db::Value(s);
  };
  tx.exec(
      "INSERT INTO account_events (id, at, kind, account_id, actor_id, remote, details) "
      "VALUES (:id, :at, :kind, :account, :actor, :remote, :details)",
      {{"id", new_id(now)},
       {"at", to_ms(now)},
       {"kind", event.kind},
       {"account", or_null(event.account_id)},
       {"actor", or_null(event.actor_id)},
       {"remote", event.remote},
       {"details", to_string(event.details.is_null() ? Json::object() : event.details)}});
}

Json list_events(db::Tx& tx, const EventFilter& filter) {
  std::string sql =
      "SELECT e.*, (SELECT a.name FROM accounts a WHERE a.id = e.account_id) AS account_name, "
      "(SELECT a.name FROM accounts a WHERE a.id = e.actor_id) AS actor_name "
      "FROM account_events e WHERE 1 = 1";
  db::Params params;
  if (!filter.account_id.empty()) {
    sql += " AND account_id = :account";
    params.emplace_back("account", filter.account_id);
  }
  if (!filter.before.empty()) {
    sql += " AND id < :before";
    params.emplace_back("before", filter.before);
  }
  params.emplace_back("count", filter.limit);
  Json out = Json::array();
  const auto or_null = [](const std::optional<std::string>& s) { return s ? Json(*s) : Json(); };
  for (const auto& row : tx.query(sql + " ORDER BY id DESC LIMIT :count", params)) {
    const auto details = parse_json(row.text("details"));
    out.push(Json::object({{"id", row.text("id")},
                           {"at", to_rfc3339(from_ms(row.i64("at")))},
                           {"kind", row.text("kind")},
                           {"account", or_null(row.opt_text("account_id"))},
                           {"account_name", or_null(row.opt_text("account_name"))},
                           {"actor", or_null(row.opt_text("actor_id"))},
                           {"actor_name", or_null(row.opt_text("actor_name"))},
                           {"remote", row.text("remote")},
                           {"details", details ? *details : Json()}}));
  }
  return out;
}

}  // namespace beian::accounts::store
