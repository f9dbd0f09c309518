#include "accounts/authorize.hpp"

#include <algorithm>

#include "accounts/session.hpp"
#include "accounts/store.hpp"
#include "accounts/token.hpp"
#include "base/text.hpp"

namespace beian::accounts {

namespace {

constexpr int64_t kTouchEvery = 3600 * 1000;  // ms

bool reads_only(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

// Who is signed in, signing out, another password.
bool of_own_session(const http::Request& request) {
  return request.path == "/api/v1/session" || request.path == "/api/v1/session/password";
}

std::string bearer_of(const http::Request& request) {
  const std::string_view header = request.header("authorization");
  constexpr std::string_view kScheme = "bearer ";
  if (text::lower_ascii(header.substr(0, kScheme.size())) != kScheme) return {};
  return std::string(text::trim(header.substr(kScheme.size())));
}

std::vector<http::Scope> scopes_held(const store::Credential& credential) {
  const auto of_role = scopes_of(credential.account.role);
  std::vector<http::Scope> held(of_role.begin(), of_role.end());
  if (credential.member_role.empty()) return held;
  const auto of_member = member_scopes(credential.member_role);
  std::erase_if(held,
                [&](http::Scope s) { return std::ranges::find(of_member, s) == of_member.end(); });
  return held;
}

http::Caller caller_of(const store::Credential& credential) {
  http::Caller caller;
  caller.account_id = credential.acts_for;
  caller.actor_id = credential.account.id;
  caller.role = credential.account.role;
  caller.session = credential.id;
  const auto role_scopes = scopes_held(credential);
  if (!credential.token_scopes) {
    for (const auto& scope : role_scopes) caller.scopes.emplace_back(scope.name());
    return caller;
  }
  // What the token was given, as far as its sign-in still holds it.
  const auto given = parse_json(*credential.token_scopes);
  if (!given) throw std::runtime_error("token " + credential.id + " has broken scopes");
  for (const auto& item : given->items()) {
    const bool held = std::ranges::any_of(
        role_scopes, [&](http::Scope s) { return s.name() == item.as_string(); });
    if (held) caller.scopes.push_back(item.as_string());
  }
  return caller;
}

// To the hour: who looks after tokens wants to know which are dead, not each call.
void note_use(db::Database& database, TimePoint now, const store::Credential& credential) {
  if (credential.last_used && to_ms(now) - *credential.last_used < kTouchEvery) return;
  try {
    database.write([&](db::Tx& tx) { store::touch_token(tx, now, credential.id); });
  } catch (const db::Unavailable&) {
    // A full disk must not stop who only reads.
  }
}

std::optional<Known> by_token(db::Database& database, TimePoint now, const std::string& token) {
  if (!token.starts_with(kTokenPrefix)) return std::nullopt;
  const auto credential = database.read_value(
      [&](db::Tx& tx) { return store::token_by_hash(tx, now, hash_of(token)); });
  if (!credential) return std::nullopt;
  note_use(database, now, *credential);
  return Known{caller_of(*credential), credential->account, ""};
}

std::optional<Known> by_cookie(db::Database& database, TimePoint now, const std::string& cookie) {
  if (cookie.empty()) return std::nullopt;
  const auto credential = database.read_value(
      [&](db::Tx& tx) { return store::session_by_hash(tx, now, hash_of(cookie)); });
  if (!credential) return std::nullopt;
  Known known{caller_of(*credential), credential->account, csrf_of(cookie)};
  known.password_to_change = credential->password_to_change;
  if (known.password_to_change) known.caller.scopes.clear();
  return known;
}

}  // namespace

std::optional<Known> who_asks(db::Database& database, TimePoint now, const http::Request& request) {
  // A request that names a token is judged by it alone.
  if (!request.header("authorization").empty()) return by_token(database, now, bearer_of(request));
  return by_cookie(database, now, request.cookie(kCookie));
}

Result<Known> authorize(db::Database& database, TimePoint now, const http::Request& request,
                        http::Scope scope) {
  auto known = who_asks(database, now, request);
  if (!known) return fail(ProblemCode::not_signed_in);
  if (!known->csrf.empty() && !reads_only(request) &&
      !text::equal_secret(known->csrf, request.header("x-csrf-token")))
    return fail(ProblemCode::csrf);
  if (known->password_to_change) {
    if (!of_own_session(request)) return fail(ProblemCode::password_to_change);
    return std::move(*known);
  }
  const bool may =
      holds(known->caller, scope) || (reads_only(request) && holds(known->caller, kAudit));
  if (!may) return fail(ProblemCode::forbidden);
  return std::move(*known);
}

Status check_same_site(const http::Request& request) {
  if (request.header("sec-fetch-site") == "cross-site") return fail(ProblemCode::csrf);
  return {};
}

}  // namespace beian::accounts
