// JSON in, call, JSON out.
#include <algorithm>

#include "accounts/accounts.hpp"
#include "accounts/administer.hpp"
#include "accounts/attempts.hpp"
#include "accounts/authorize.hpp"
#include "accounts/body.hpp"
#include "accounts/change_password.hpp"
#include "accounts/create_account.hpp"
#include "accounts/dismissed.hpp"
#include "accounts/member.hpp"
#include "accounts/password.hpp"
#include "accounts/reset_password.hpp"
#include "accounts/session.hpp"
#include "accounts/store.hpp"
#include "accounts/token.hpp"
#include "base/text.hpp"

namespace beian::accounts {

namespace {

using http::Request;
using http::Response;

constexpr int64_t kPage = 50;
constexpr int64_t kMostPage = 200;
constexpr size_t kMostScopes = 32;

Json json_of(const Account& account) {
  return Json::object({{"id", account.id}, {"name", account.name}, {"role", account.role}});
}

Json json_of(const store::AccountRow& row) {
  Json json = json_of(row.account);
  json.set("disabled", row.disabled);
  json.set("created", to_rfc3339(row.account.created));
  return json;
}

Json json_of(const std::optional<TimePoint>& time) {
  return time ? Json(to_rfc3339(*time)) : Json();
}

Json json_of(const store::TokenRow& row) {
  const auto scopes = parse_json(row.scopes);
  return Json::object({{"id", row.id},
                       {"name", row.name},
                       {"scopes", scopes ? *scopes : Json::array()},
                       {"created", to_rfc3339(row.created)},
                       {"expires", json_of(row.expires)},
                       {"last_used", json_of(row.last_used)},
                       {"revoked", json_of(row.revoked)}});
}

Json names_of(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const auto& name : names) list.push(name);
  return list;
}

// Ids stand in URLs; what cannot be one is not looked for.
bool is_id(std::string_view s) {
  return s.size() == 26 && std::ranges::all_of(s, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// Query parameters, with what is wrong in them (the field is "?name").
class Query {
 public:
  explicit Query(const Request& request) : request_(request) {}
  std::string text(std::string_view name, size_t max) {
    const std::string value(request_.query_value(name));
    if (!text::is_utf8(value) || value.find('\0') != std::string::npos)
      add(ProblemCode::bad_encoding, name, {{"encoding", "UTF-8"}});
    else if (text::length(value) > max)
      add(ProblemCode::too_long, name, {{"max", std::to_string(max)}});
    return value;
  }
  std::string id(std::string_view name) {
    const std::string value(request_.query_value(name));
    if (!value.empty() && !is_id(value)) add(ProblemCode::bad_format, name, {});
    return value;
  }
  int64_t limit() {
    const auto value = request_.query_value("limit");
    if (value.empty()) return kPage;
    int64_t n = 0;
    if (!text::parse_i64(value, n) || n < 1 || n > kMostPage)
      add(ProblemCode::out_of_range, "limit", {{"min", "1"}, {"max", std::to_string(kMostPage)}});
    return n;
  }
  Status finish() { return status_of(std::move(problems_)); }

 private:
  void add(ProblemCode code, std::string_view name,
           std::vector<std::pair<std::string, std::string>> args) {
    problems_.push_back({code, "?" + std::string(name), std::move(args)});
  }
  const Request& request_;
  Problems problems_;
};

Response private_answer(Response response) {
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace

struct AccountsApi::Impl {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  Options options;

  // `value` empty: the browser forgets it.
  std::string cookie(const std::string& value) const {
    const int64_t seconds = value.empty() ? 0 : options.session_life.count() / 1000;
    return std::string(kCookie) + "=" + value +
           "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(seconds) +
           (options.secure_cookie ? "; Secure" : "");
  }

  Result<Json> register_account(const Request& request) const {
    if (auto same = check_same_site(request); !same) return fail(same);
    if (!options.open_registration) return fail(ProblemCode::registration_closed);
    const auto json = request.json_body();
    if (!json) return fail(json);
    Body body(*json);
    const std::string name = body.text("name");
    const Secret password(body.text("password"));
    if (auto read = body.finish(); !read) return fail(read);
    const auto now = clock.now();
    const auto bucket = registration_bucket(request.remote, options.registrations_per_hour);
    if (auto counted = count_attempts(*database, now, {bucket}); !counted) return fail(counted);
    const auto account =
        create_account_by(*database, now, name, password, "applicant", {"", request.remote});
    if (!account) return fail(account);
    return Json::object({{"account", json_of(*account)}});
  }

  Response open_session(const Request& request) const {
    const auto refuse = [&](const Problems& problems) {
      return http::problem_response(request, problems);
    };
    if (auto same = check_same_site(request); !same) return refuse(same.error());
    const auto json = request.json_body();
    if (!json) return refuse(json.error());
    Body body(*json);
    const std::string name = body.text("name");
    const Secret password(body.text("password"));
    if (auto read = body.finish(); !read) return refuse(read.error());
    const auto signed_in = sign_in(*database, clock.now(), options.session_life, name, password,
                                   request.remote, request.cookie(kCookie));
    if (!signed_in) return refuse(signed_in.error());
    auto response =
        Response::json(Json::object({{"account", json_of(signed_in->account)},
                                     {"csrf", signed_in->csrf},
                                     {"expires", to_rfc3339(signed_in->expires)},
                                     {"password_to_change", signed_in->password_to_change}}));
    response.headers.emplace_back("Set-Cookie", cookie(signed_in->cookie.reveal()));
    return private_answer(std::move(response));
  }

  Result<Json> read_session(const Request& request) const {
    const auto known = who_asks(*database, clock.now(), request);
    if (!known) return fail(ProblemCode::not_signed_in);
    const std::string& account = known->caller.account_id;
    const auto acts_for =
        database->read_value([&](db::Tx& tx) { return find_account(tx, account); });
    return Json::object({{"account", json_of(known->account)},
                         {"acts_for", acts_for ? json_of(*acts_for) : Json()},
                         {"scopes", names_of(known->caller.scopes)},
                         {"password_to_change", known->password_to_change},
                         {"csrf", known->csrf.empty() ? Json() : Json(known->csrf)}});
  }

  Response close_session(const Request& request) const {
    if (!sign_out(*database, clock.now(), request.caller, request.remote))
      return http::problem_response(request, {Problem{ProblemCode::not_found, "", {}}});
    auto response = Response::no_content();
    response.headers.emplace_back("Set-Cookie", cookie(""));
    return response;
  }

  Response new_password(const Request& request) const {
    const auto done = [&]() -> Status {
      const auto json = request.json_body();
      if (!json) return fail(json);
      Body body(*json);
      const Secret current(body.text("current"));
      const Secret password(body.text("password"));
      if (auto read = body.finish(); !read) return read;
      return change_password(*database, clock.now(), request.caller, current, password,
                             request.remote);
    }();
    return done ? Response::no_content() : http::problem_response(request, done.error());
  }

  Result<Json> new_token(const Request& request) const {
    const auto json = request.json_body();
    if (!json) return fail(json);
    Body body(*json);
    const std::string name = body.text("name");
    const auto scopes = body.texts("scopes", kMostScopes);
    const auto days = body.optional_int("days", 1, 3650);
    if (auto read = body.finish(); !read) return fail(read);
    const auto token =
        create_token(*database, clock.now(), request.caller, name, scopes, days, request.remote);
    if (!token) return fail(token);
    Json out = json_of(token->row);
    out.set("token", token->secret.reveal());
    return out;
  }

  Result<Json> my_tokens(const Request& request) const {
    const auto rows = database->read_value(
        [&](db::Tx& tx) { return store::list_tokens(tx, request.caller.actor()); });
    Json list = Json::array();
    for (const auto& row : rows) list.push(json_of(row));
    return Json::object({{"tokens", list}});
  }

  Response end_token(const Request& request) const {
    const auto& id = request.param("id");
    const Status done =
        is_id(id) ? revoke_token(*database, clock.now(), request.caller, id, request.remote)
                  : Status(fail(ProblemCode::not_found));
    return done ? Response::no_content() : http::problem_response(request, done.error());
  }

  Result<Json> accounts(const Request& request, bool acting) const {
    Query query(request);
    store::AccountFilter filter;
    filter.part = query.text("q", 64);
    filter.role = query.text("role", 32);
    filter.after = query.id("after");
    filter.limit = query.limit();
    filter.acting = acting;
    if (auto read = query.finish(); !read) return fail(read);
    const auto rows =
        database->read_value([&](db::Tx& tx) { return store::list_accounts(tx, filter); });
    Json accounts = Json::array();
    for (const auto& row : rows) accounts.push(acting ? json_of(row.account) : json_of(row));
    const bool full = static_cast<int64_t>(rows.size()) == filter.limit;
    return Json::object(
        {{"accounts", accounts}, {"next", full ? Json(rows.back().account.id) : Json()}});
  }

  Result<Json> list(const Request& request) const { return accounts(request, false); }

  Result<Json> to_choose_from(const Request& request) const { return accounts(request, true); }

  Result<Json> create(const Request& request) const {
    const auto json = request.json_body();
    if (!json) return fail(json);
    Body body(*json);
    const std::string name = body.text("name");
    const Secret password(body.text("password"));
    const std::string role = body.text("role");
    if (auto read = body.finish(); !read) return fail(read);
    const auto account = create_account_by(*database, clock.now(), name, password, role,
                                           {request.caller.actor(), request.remote});
    if (!account) return fail(account);
    return Json::object({{"account", json_of(*account)}});
  }

  Result<Json> change(const Request& request) const {
    const auto json = request.json_body();
    if (!json) return fail(json);
    Body body(*json);
    Change wanted;
    wanted.role = body.optional_text("role");
    wanted.disabled = body.optional_bool("disabled");
    if (auto read = body.finish(); !read) return fail(read);
    const auto& id = request.param("id");
    if (!is_id(id)) return fail(ProblemCode::not_found);
    const auto row =
        change_account(*database, clock.now(), request.caller, id, wanted, request.remote);
    if (!row) return fail(row);
    return Json::object({{"account", json_of(*row)}});
  }

  Result<Json> give_password(const Request& request) const {
    const auto& id = request.param("id");
    if (!is_id(id)) return fail(ProblemCode::not_found);
    return once_json(reset_password(*database, clock.now(), request.caller, id, request.remote));
  }

  Result<Json> events(const Request& request) const {
    Query query(request);
    store::EventFilter filter;
    filter.account_id = query.id("account");
    filter.before = query.id("before");
    filter.limit = query.limit();
    if (auto read = query.finish(); !read) return fail(read);
    Json found = database->read_value([&](db::Tx& tx) { return store::list_events(tx, filter); });
    const bool full = static_cast<int64_t>(found.size()) == filter.limit;
    Json next = full ? found.items().back()["id"] : Json();
    return Json::object({{"events", std::move(found)}, {"next", std::move(next)}});
  }
};

AccountsApi::AccountsApi(std::shared_ptr<db::Database> database, const Clock& clock,
                         Options options)
    : impl_(std::make_shared<Impl>(Impl{std::move(database), clock, options})) {
  decoy_hash();  // made now, so that the first unknown name does not take longer than the second
}

std::vector<http::Route> AccountsApi::routes() {
  using Answer = Result<Json> (Impl::*)(const Request&) const;
  using Whole = Response (Impl::*)(const Request&) const;
  const auto json = [impl = impl_](Answer answer, int status = 200) -> http::Handler {
    return [impl, answer, status](const Request& request) {
      return private_answer(http::respond(request, (*impl.*answer)(request), status));
    };
  };
  const auto whole = [impl = impl_](Whole answer) -> http::Handler {
    return [impl, answer](const Request& request) { return (*impl.*answer)(request); };
  };
  std::vector<http::Route> out = {
      {"POST", "/api/v1/accounts", http::kPublic, "Register an applicant",
       json(&Impl::register_account, 201)},
      {"GET", "/api/v1/accounts", kOfficer,
       "Accounts to choose from, by part of the name and role; no members, none that is disabled",
       json(&Impl::to_choose_from)},
      {"POST", "/api/v1/session", http::kPublic, "Sign in", whole(&Impl::open_session)},
      {"GET", "/api/v1/session", kAccount, "Who is signed in, with the CSRF token",
       json(&Impl::read_session)},
      {"DELETE", "/api/v1/session", kAccount, "Sign out", whole(&Impl::close_session)},
      {"POST", "/api/v1/session/password", kAccount, "Change the own password",
       whole(&Impl::new_password)},
      {"POST", "/api/v1/tokens", kAccount, "Make an API token; it is shown once",
       json(&Impl::new_token, 201)},
      {"GET", "/api/v1/tokens", kAccount, "The own API tokens", json(&Impl::my_tokens)},
      {"DELETE", "/api/v1/tokens/{id}", kAccount, "Revoke an API token", whole(&Impl::end_token)},
      {"GET", "/api/v1/admin/accounts", kAdmin, "All accounts, by part of the name and role",
       json(&Impl::list)},
      {"POST", "/api/v1/admin/accounts", kAdmin, "Create an account of any role",
       json(&Impl::create, 201)},
      {"PATCH", "/api/v1/admin/accounts/{id}", kAdmin, "Change the role, disable or enable",
       json(&Impl::change)},
      {"POST", "/api/v1/admin/accounts/{id}/password", kAdmin,
       "Give a sign-in a one-time password, shown once; its sessions end",
       json(&Impl::give_password)},
      {"GET", "/api/v1/admin/events", kAdmin, "Audit trail of the accounts, newest first",
       json(&Impl::events)},
  };
  for (auto& route : member_routes(impl_->database, impl_->clock)) out.push_back(std::move(route));
  for (auto& route : dismissed_routes(impl_->database, impl_->clock))
    out.push_back(std::move(route));
  return out;
}

http::Authorizer AccountsApi::authorizer() {
  http::Authorizer out;
  out.authorize = [impl = impl_](const Request& request,
                                 http::Scope scope) -> Result<http::Caller> {
    auto known = authorize(*impl->database, impl->clock.now(), request, scope);
    if (!known) return fail(known);
    return std::move(known->caller);
  };
  out.identify = [impl = impl_](const Request& request) -> http::Caller {
    try {
      auto known = who_asks(*impl->database, impl->clock.now(), request);
      return known ? std::move(known->caller) : http::Caller{};
    } catch (const db::Unavailable&) {
      return {};  // a public page needs no name
    }
  };
  return out;
}

}  // namespace beian::accounts
