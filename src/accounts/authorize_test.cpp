#include <gtest/gtest.h>

#include <map>
#include <set>

#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

class Authorize : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
  Browser browser{world};

  Browser::Answer make_token(Browser& by, std::vector<std::string> scopes, const Json& more = {}) {
    Json list = Json::array();
    for (const auto& scope : scopes) list.push(scope);
    Json body = Json::object({{"name", "样例"}, {"scopes", list}});
    for (const auto& [key, value] : more.members()) body.set(key, value);
    return by.send("POST", "/api/v1/tokens", body);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Authorize, ::testing::ValuesIn(testing::backends()));

TEST_P(Authorize, EveryRoleHasItsRoutesOnly) {
  struct Case {
    const char *role, *method, *target;
    int status;
  };
  const Case cases[] = {
      {"applicant", "GET", "/orders", 200},
      {"applicant", "POST", "/orders", 200},
      {"applicant", "GET", "/review", 403},
      {"applicant", "GET", "/api/v1/admin/accounts", 403},
      {"reviewer", "POST", "/review", 200},
      {"reviewer", "POST", "/orders", 403},
      {"officer", "GET", "/officer", 200},
      {"officer", "GET", "/review", 403},
      {"admin", "GET", "/api/v1/admin/accounts", 200},
      {"admin", "GET", "/review", 403},
      {"auditor", "GET", "/orders", 200},
      {"auditor", "GET", "/review", 200},
      {"auditor", "GET", "/officer", 200},
      {"auditor", "GET", "/api/v1/admin/accounts", 200},
      {"auditor", "GET", "/api/v1/admin/events", 200},
      {"auditor", "POST", "/orders", 403},
      {"auditor", "POST", "/review", 403},
      {"auditor", "POST", "/api/v1/admin/accounts", 403},
  };
  std::map<std::string, Browser> browsers;
  for (const auto role : roles()) {
    world.account("a-" + std::string(role), std::string(role));
    auto& b = browsers.emplace(role, Browser(world)).first->second;
    ASSERT_EQ(b.sign_in("a-" + std::string(role)).status, 200);
  }
  for (const auto& c : cases)
    EXPECT_EQ(browsers.at(c.role).send(c.method, c.target).status, c.status)
        << c.role << " " << c.method << " " << c.target;
  EXPECT_EQ(browser.send("GET", "/orders").status, 401);
  EXPECT_EQ(browser.send("POST", "/orders").status, 401);
}

TEST_P(Authorize, TokensHoldWhatTheyWereGiven) {
  world.account("sample");
  browser.sign_in("sample");
  const auto made = make_token(browser, {"orders:read"});
  ASSERT_EQ(made.status, 201) << to_string(made.json);
  const std::string token = made.json["token"].as_string();
  EXPECT_TRUE(token.starts_with("obt_"));

  Browser program(world);
  program.token = token;
  EXPECT_EQ(program.send("GET", "/orders").status, 200);
  EXPECT_EQ(program.send("GET", "/orders").json["scopes"].as_int(), 1);
  EXPECT_EQ(program.send("POST", "/orders").code(), "forbidden");  // and no CSRF asked
  EXPECT_EQ(program.send("GET", "/api/v1/tokens").code(), "forbidden");

  // Listed, but never shown again; stored as a hash.
  const auto list = browser.send("GET", "/api/v1/tokens");
  ASSERT_EQ(list.json["tokens"].size(), 1u);
  EXPECT_EQ(list.json["tokens"].at(0)["token"], Json());
  EXPECT_FALSE(list.json["tokens"].at(0)["last_used"].is_null());
  const auto rows = world.db.database->read_value(
      [](db::Tx& tx) { return tx.query("SELECT token_hash FROM account_tokens"); });
  EXPECT_EQ(rows.at(0).text("token_hash").size(), 64u);

  const std::string id = made.json["id"].as_string();
  EXPECT_EQ(browser.send("DELETE", "/api/v1/tokens/" + id).status, 204);
  EXPECT_EQ(program.send("GET", "/orders").code(), "not_signed_in");
  EXPECT_EQ(browser.send("DELETE", "/api/v1/tokens/" + id).code(), "not_found");
}

TEST_P(Authorize, TokensNeverHoldMoreThanTheirMaker) {
  world.account("sample");
  browser.sign_in("sample");
  EXPECT_EQ(make_token(browser, {"orders:read", "review"}).code(), "forbidden");
  EXPECT_EQ(make_token(browser, {"orders:read", "review"}).field(), "/scopes/1");
  EXPECT_EQ(make_token(browser, {"everything"}).code(), "code_unknown");
  EXPECT_EQ(make_token(browser, {}).code(), "required");
  EXPECT_EQ(make_token(browser, {"account", "account"}).code(), "duplicate");
  EXPECT_EQ(make_token(browser, {"account"}, Json::object({{"days", 0}})).code(), "out_of_range");

  Browser program(world);
  program.token = make_token(browser, {"account"}).json["token"].as_string();
  EXPECT_EQ(make_token(program, {"account"}).status, 201);
  EXPECT_EQ(make_token(program, {"orders:write"}).code(), "forbidden");
}

TEST_P(Authorize, TokensExpireAndLoseWhatTheRoleLoses) {
  const auto account = world.account("sample", "reviewer");
  browser.sign_in("sample");
  Browser program(world);
  program.token =
      make_token(browser, {"review"}, Json::object({{"days", 1}})).json["token"].as_string();
  EXPECT_EQ(program.send("GET", "/review").status, 200);

  world.account("the-admin", "admin");
  Browser admin(world);
  admin.sign_in("the-admin");
  EXPECT_EQ(admin
                .send("PATCH", "/api/v1/admin/accounts/" + account.id,
                      Json::object({{"role", "applicant"}}))
                .status,
            200);
  EXPECT_EQ(program.send("GET", "/review").code(), "forbidden");
  EXPECT_EQ(browser.send("GET", "/review").code(), "forbidden");
  admin.send("PATCH", "/api/v1/admin/accounts/" + account.id, Json::object({{"role", "reviewer"}}));
  EXPECT_EQ(program.send("GET", "/review").status, 200);
  world.clock.advance(Millis(24LL * 3600 * 1000));
  EXPECT_EQ(program.send("GET", "/review").code(), "not_signed_in");
}

TEST_P(Authorize, ABadTokenIsNotSavedByACookie) {
  world.account("sample");
  browser.sign_in("sample");
  for (const char* header : {"Bearer obt_wrong", "Bearer ", "Basic c2FtcGxlOng=", "obt_x"}) {
    browser.extra = {{"Authorization", header}};
    EXPECT_EQ(browser.send("GET", "/orders").code(), "not_signed_in") << header;
  }
}

TEST_P(Authorize, NobodySeesAnotherAccountsTokens) {
  world.account("sample");
  world.account("another");
  browser.sign_in("sample");
  const std::string id = make_token(browser, {"account"}).json["id"].as_string();
  Browser other(world);
  other.sign_in("another");
  EXPECT_EQ(other.send("GET", "/api/v1/tokens").json["tokens"].size(), 0u);
  EXPECT_EQ(other.send("DELETE", "/api/v1/tokens/" + id).code(), "not_found");
  EXPECT_EQ(other.send("DELETE", "/api/v1/tokens/%FF'%25").code(), "not_found");
  EXPECT_EQ(browser.send("DELETE", "/api/v1/tokens/" + id).status, 204);
}

TEST_P(Authorize, ADisabledAccountIsOutAtOnce) {
  const auto account = world.account("sample");
  world.account("the-admin", "admin");
  browser.sign_in("sample");
  Browser program(world);
  program.token = make_token(browser, {"orders:read"}).json["token"].as_string();
  Browser admin(world);
  admin.sign_in("the-admin");
  const auto set = [&](bool disabled) {
    return admin.send("PATCH", "/api/v1/admin/accounts/" + account.id,
                      Json::object({{"disabled", disabled}}));
  };
  EXPECT_TRUE(set(true).json["account"]["disabled"].as_bool());
  EXPECT_EQ(browser.send("GET", "/orders").code(), "not_signed_in");
  EXPECT_EQ(program.send("GET", "/orders").code(), "not_signed_in");
  EXPECT_EQ(browser.sign_in("sample").code(), "account_disabled");
  // Only to who knows the password.
  EXPECT_EQ(browser.sign_in("sample", "wrong password").code(), "wrong_credentials");
  set(false);
  EXPECT_EQ(browser.send("GET", "/orders").code(), "not_signed_in");  // the old session is gone
  EXPECT_EQ(browser.sign_in("sample").status, 200);
  EXPECT_EQ(program.send("GET", "/orders").status, 200);
}

TEST_P(Authorize, AnAdministratorManagesOthersButNotHimself) {
  const auto self = world.account("the-admin", "admin");
  browser.sign_in("the-admin");
  const auto made = browser.send(
      "POST", "/api/v1/admin/accounts",
      Json::object({{"name", "a-reviewer"}, {"password", kPassword}, {"role", "reviewer"}}));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(browser
                .send("POST", "/api/v1/admin/accounts",
                      Json::object({{"name", "x-y"}, {"password", kPassword}, {"role", "god"}}))
                .field(),
            "/role");
  const auto patch = [&](const std::string& id, const Json& body) {
    return browser.send("PATCH", "/api/v1/admin/accounts/" + id, body);
  };
  EXPECT_EQ(patch(self.id, Json::object({{"disabled", true}})).code(), "own_account");
  EXPECT_EQ(patch(made.json["account"]["id"].as_string(), Json::object({{"role", "x"}})).code(),
            "code_unknown");
  EXPECT_EQ(patch("nobody", Json::object({{"disabled", true}})).code(), "not_found");
  EXPECT_EQ(patch(std::string(26, '0'), Json::object({{"disabled", true}})).code(), "not_found");

  const auto first = browser.send("GET", "/api/v1/admin/accounts?limit=1");
  ASSERT_EQ(first.json["accounts"].size(), 1u);
  const auto second =
      browser.send("GET", "/api/v1/admin/accounts?limit=1&after=" + first.json["next"].as_string());
  ASSERT_EQ(second.json["accounts"].size(), 1u);
  EXPECT_NE(first.json["accounts"].at(0)["id"], second.json["accounts"].at(0)["id"]);
  EXPECT_EQ(browser.send("GET", "/api/v1/admin/accounts?role=reviewer").json["accounts"].size(),
            1u);
  EXPECT_EQ(browser.send("GET", "/api/v1/admin/accounts?limit=0").field(), "?limit");
}

TEST_P(Authorize, WhatHappenedIsKept) {
  const auto account = create_account(*world.db.database, world.clock.now(), "sample",
                                      Secret(kPassword), "applicant")
                           .value();
  browser.sign_in("sample", "wrong password");
  browser.sign_in("a-secret-typed-as-name", "wrong password");
  browser.sign_in("sample");
  world.account("an-auditor", "auditor");
  Browser auditor(world);
  auditor.sign_in("an-auditor");
  const auto all = auditor.send("GET", "/api/v1/admin/events");
  const std::string text = to_string(all.json);
  EXPECT_EQ(text.find("secret"), std::string::npos);
  EXPECT_EQ(text.find("wrong password"), std::string::npos);
  const auto own = auditor.send("GET", "/api/v1/admin/events?account=" + account.id);
  std::multiset<std::string> kinds;
  for (const auto& event : own.json["events"].items()) {
    kinds.insert(event["kind"].as_string());
    if (event["kind"].as_string() != "account_created") {
      EXPECT_EQ(event["remote"].as_string(), "192.0.2.7");
    }
  }
  EXPECT_EQ(kinds, (std::multiset<std::string>{"account_created", "sign_in_failed", "signed_in"}));
}

}  // namespace
}  // namespace beian::accounts::test
