#include "accounts/token.hpp"

#include <algorithm>

#include "accounts/name.hpp"
#include "accounts/session.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

namespace beian::accounts {

namespace {

constexpr size_t kNameMax = 64;
constexpr int64_t kDay = 24LL * 3600 * 1000;

bool known_scope(std::string_view name) {
  return std::ranges::any_of(roles(), [&](std::string_view role) {
    return std::ranges::any_of(scopes_of(role), [&](http::Scope s) { return s.name() == name; });
  });
}

Problems check_token(const http::Caller& caller, const std::string& name,
                     const std::vector<std::string>& scopes) {
  Problems problems;
  if (text::trim(name).empty()) problems.push_back({ProblemCode::required, "/name", {}});
  if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    problems.push_back({ProblemCode::bad_format, "/name", {}});
  if (text::length(name) > kNameMax)
    problems.push_back({ProblemCode::too_long, "/name", {{"max", std::to_string(kNameMax)}}});
  if (scopes.empty()) problems.push_back({ProblemCode::required, "/scopes", {}});
  for (size_t i = 0; i < scopes.size(); ++i) {
    const std::string at = "/scopes/" + std::to_string(i);
    if (!known_scope(scopes[i]))
      problems.push_back({ProblemCode::code_unknown, at, {{"code", scopes[i]}}});
    else if (std::ranges::find(caller.scopes, scopes[i]) == caller.scopes.end())
      problems.push_back({ProblemCode::forbidden, at, {}});
  }
  return problems;
}

}  // namespace

Result<NewToken> create_token(db::Database& database, TimePoint now, const http::Caller& caller,
                              const std::string& name, const std::vector<std::string>& scopes,
                              std::optional<int64_t> days, const std::string& remote) {
  if (auto problems = check_token(caller, name, scopes); !problems.empty())
    return std::unexpected(std::move(problems));
  Json list = Json::array();
  for (const auto& scope : scopes) list.push(scope);

  NewToken token;
  token.secret = Secret(std::string(kTokenPrefix) + base64url_encode(random_bytes(32)));
  token.row.id = new_id(now);
  token.row.account_id = caller.actor();
  token.row.name = std::string(text::trim(name));
  token.row.scopes = to_string(list);
  token.row.created = now;
  if (days) token.row.expires = now + Millis(*days * kDay);
  const std::string hash = hash_of(token.secret.reveal());
  return database.write_result([&](db::Tx& tx) -> Result<NewToken> {
    if (store::live_tokens(tx, now, caller.actor()) >= kMostTokens)
      return fail(ProblemCode::too_many, "", {{"max", std::to_string(kMostTokens)}});
    store::insert_token(tx, token.row, hash);
    store::add_event(tx, now,
                     {"token_created", caller.actor(), caller.actor(), remote,
                      Json::object({{"token", token.row.id}, {"scopes", list}})});
    return token;
  });
}

Status revoke_token(db::Database& database, TimePoint now, const http::Caller& caller,
                    const std::string& id, const std::string& remote) {
  return database.write_result([&](db::Tx& tx) -> Status {
    if (!store::revoke_token(tx, now, caller.actor(), id)) return fail(ProblemCode::not_found);
    store::add_event(
        tx, now,
        {"token_revoked", caller.actor(), caller.actor(), remote, Json::object({{"token", id}})});
    return {};
  });
}

}  // namespace beian::accounts
