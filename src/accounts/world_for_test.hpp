// The accounts API behind a router, and browsers that talk to it. For tests only.
#pragma once

#include <memory>
#include <string>

#include "accounts/accounts.hpp"
#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/store.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"
#include "testing/database.hpp"

namespace beian::accounts::test {

inline constexpr const char* kPassword = "correct horse 样例";
inline constexpr crypto::PasswordCost kCheap{.memory_kib = 64, .passes = 1};

struct World {
  explicit World(const std::string& backend, AccountsApi::Options options = {})
      : db(testing::make_database(backend)), api(db.database, clock, options) {
    // Hashing is slow on purpose: a test that measures no time wants it cheap.
    set_password_cost(kCheap);
    router.add(api.routes());
    router.add({
        {"GET", "/orders", kOrdersRead, "", echo},
        {"POST", "/orders", kOrdersWrite, "", echo},
        {"GET", "/review", kReview, "", echo},
        {"POST", "/review", kReview, "", echo},
        {"GET", "/officer", kOfficer, "", echo},
        {"GET", "/open", http::kPublic, "", echo},
    });
    router.set_authorizer(api.authorizer());
  }

  static http::Response echo(const http::Request& request) {
    return http::Response::json(Json::object({{"account", request.caller.account_id},
                                              {"role", request.caller.role},
                                              {"scopes", request.caller.scopes.size()}}));
  }

  // Straight into the store.
  Account account(const std::string& name, const std::string& role = "applicant",
                  crypto::PasswordCost cost = kCheap) {
    const std::string hash =
        crypto::hash_password(normal_password(Secret(kPassword), "").value(), cost);
    const auto parsed = parse_name(name).value();
    const store::AccountRow row{
        {new_id(clock.now()), parsed.shown, role, clock.now()}, parsed.key, hash, false};
    db.database->write([&](db::Tx& tx) { store::insert_account(tx, row); });
    return row.account;
  }

  FakeClock clock;
  testing::TestDatabase db;
  AccountsApi api;
  http::Router router;
};

// Keeps the cookie as a browser does, and sends the CSRF token that it was given.
struct Browser {
  explicit Browser(World& w) : world(w) {}

  struct Answer {
    int status;
    Json json;
    http::Headers headers;
    std::string code() const { return json["errors"].at(0)["code"].as_string(); }
    std::string field() const { return json["errors"].at(0)["field"].as_string(); }
  };

  Answer send(const std::string& method, const std::string& target, const Json& body = {}) {
    http::Request request;
    request.method = method;
    if (!http::set_target(request, target)) throw std::logic_error("bad target " + target);
    request.remote = remote;
    request.headers = extra;
    if (!cookie.empty()) request.headers.emplace_back("Cookie", "a=b; beian_session=" + cookie);
    if (!csrf.empty()) request.headers.emplace_back("X-CSRF-Token", csrf);
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    if (!body.is_null()) request.body = to_string(body);
    const auto response = world.router.handle(std::move(request));
    set_cookie = std::string(http::header_of(response.headers, "set-cookie"));
    if (!set_cookie.empty()) {
      const auto pair = set_cookie.substr(0, set_cookie.find(';'));
      cookie = pair.substr(pair.find('=') + 1);
    }
    const auto json = parse_json(response.body);
    return {response.status, json ? *json : Json(), response.headers};
  }

  Answer sign_in(const std::string& name, const std::string& password = kPassword) {
    auto answer =
        send("POST", "/api/v1/session", Json::object({{"name", name}, {"password", password}}));
    if (answer.status == 200) csrf = answer.json["csrf"].as_string();
    return answer;
  }

  World& world;
  std::string cookie, csrf, token, set_cookie;
  std::string remote = "192.0.2.7";
  http::Headers extra;
};

}  // namespace beian::accounts::test
