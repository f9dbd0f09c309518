#include "accounts/identity.hpp"

#include "accounts/store.hpp"
#include "base/text.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"

namespace beian::accounts {
namespace {

constexpr size_t kNameMax = 128;

std::string sealed_in(std::string_view column, const std::string& account_id) {
  return "accounts.identity." + std::string(column) + ":" + account_id;
}

std::string index_of(const crypto::ColumnCipher& cipher, int64_t type, std::string_view number) {
  std::string key;
  for (const char c : number)
    if (c != ' ' && c != '-') key += c;
  return cipher.blind_index(std::to_string(type) + ":" + text::upper_ascii(key),
                            "accounts.identity");
}

Problems check(Identity& identity, TimePoint now) {
  Problems problems;
  if (identity.kind != "person" && identity.kind != "organization")
    problems.push_back({ProblemCode::code_unknown, "/kind", {{"code", identity.kind}}});
  identity.name = std::string(text::trim(identity.name));
  if (identity.name.empty()) problems.push_back({ProblemCode::required, "/name", {}});
  if (!text::is_utf8(identity.name) || identity.name.find('\0') != std::string::npos)
    problems.push_back({ProblemCode::bad_encoding, "/name", {{"encoding", "UTF-8"}}});
  else if (text::length(identity.name) > kNameMax)
    problems.push_back({ProblemCode::too_long, "/name", {{"max", std::to_string(kNameMax)}}});
  if (const auto type = china::check_code("certificate_type", identity.certificate_type); !type) {
    append_under(problems, "/certificate/type", type.error());
    return problems;
  }
  auto number =
      china::check_certificate_number(identity.certificate_type, identity.certificate_number, now);
  if (!number)
    append_under(problems, "/certificate/number", number.error());
  else
    identity.certificate_number = std::move(*number);
  return problems;
}

}  // namespace

Result<Identity> set_identity(db::Database& database, TimePoint now,
                              const crypto::ColumnCipher& cipher, const std::string& actor,
                              const std::string& account_id, Identity identity,
                              const std::string& remote) {
  if (auto problems = check(identity, now); !problems.empty())
    return std::unexpected(std::move(problems));
  identity.verified = now;
  return database.write_result([&](db::Tx& tx) -> Result<Identity> {
    const auto member = store::member_by_id(tx, account_id);
    if (!store::account_by_id(tx, account_id) || (member && member->account_id != account_id))
      return fail(ProblemCode::not_found);
    tx.exec(
        "INSERT INTO account_identities (account_id, kind, name, certificate_type, "
        "certificate_number, certificate_index, verified) VALUES (:account, :kind, :name, :type, "
        ":number, :index, :now) ON CONFLICT (account_id) DO UPDATE SET kind = excluded.kind, "
        "name = excluded.name, certificate_type = excluded.certificate_type, "
        "certificate_number = excluded.certificate_number, "
        "certificate_index = excluded.certificate_index, verified = excluded.verified",
        {{"account", account_id},
         {"kind", identity.kind},
         {"name", cipher.seal(identity.name, sealed_in("name", account_id))},
         {"type", identity.certificate_type},
         {"number", cipher.seal(identity.certificate_number, sealed_in("number", account_id))},
         {"index", index_of(cipher, identity.certificate_type, identity.certificate_number)},
         {"now", to_ms(now)}});
    store::add_event(
        tx, now,
        {"identity_set", account_id, actor, remote, Json::object({{"kind", identity.kind}})});
    return identity;
  });
}

std::optional<Identity> identity_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                    const std::string& account_id) {
  const auto row = tx.query_one(
      "SELECT kind, name, certificate_type, certificate_number, verified FROM account_identities "
      "WHERE account_id = :account",
      {{"account", account_id}});
  if (!row) return std::nullopt;
  return Identity{row->text("kind"), cipher.open(row->text("name"), sealed_in("name", account_id)),
                  row->i64("certificate_type"),
                  cipher.open(row->text("certificate_number"), sealed_in("number", account_id)),
                  from_ms(row->i64("verified"))};
}

bool is_identity(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& account_id,
                 int64_t certificate_type, const std::string& certificate_number) {
  return tx
      .query_one(
          "SELECT account_id FROM account_identities WHERE account_id = :account "
          "AND certificate_index = :index",
          {{"account", account_id},
           {"index", index_of(cipher, certificate_type, certificate_number)}})
      .has_value();
}

Json masked_json(const Identity& identity) {
  const Json certificate = Json::object(
      {{"type", identity.certificate_type}, {"number", mask_number(identity.certificate_number)}});
  return Json::object({{"kind", identity.kind},
                       {"name", mask_name(identity.name)},
                       {"certificate", certificate},
                       {"verified", to_rfc3339(identity.verified)}});
}

}  // namespace beian::accounts
