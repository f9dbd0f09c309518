#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "accounts/session.hpp"
#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

class Session : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
  Browser browser{world};
};
INSTANTIATE_TEST_SUITE_P(Backends, Session, ::testing::ValuesIn(testing::backends()));

TEST_P(Session, RegisterSignInAndOut) {
  const auto made = browser.send("POST", "/api/v1/accounts",
                                 Json::object({{"name", "样例科技"}, {"password", kPassword}}));
  ASSERT_EQ(made.status, 201) << to_string(made.json);
  EXPECT_EQ(made.json["account"]["role"].as_string(), "applicant");

  const auto in = browser.sign_in("样例科技");
  ASSERT_EQ(in.status, 200);
  EXPECT_EQ(in.json["account"]["id"], made.json["account"]["id"]);
  EXPECT_EQ(browser.cookie.size(), 43u);
  EXPECT_EQ(browser.set_cookie.substr(browser.set_cookie.find(';')),
            "; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200");

  const auto who = browser.send("GET", "/api/v1/session");
  EXPECT_EQ(who.status, 200);
  EXPECT_EQ(who.json["account"]["name"].as_string(), "样例科技");
  EXPECT_EQ(who.json["csrf"].as_string(), browser.csrf);
  EXPECT_EQ(http::header_of(who.headers, "cache-control"), "no-store");
  EXPECT_EQ(browser.send("GET", "/open").json["role"].as_string(), "applicant");

  const std::string old = browser.cookie;
  EXPECT_EQ(browser.send("DELETE", "/api/v1/session").status, 204);
  EXPECT_EQ(browser.cookie, "");
  browser.cookie = old;
  EXPECT_EQ(browser.send("GET", "/api/v1/session").code(), "not_signed_in");
  EXPECT_EQ(browser.send("GET", "/open").json["role"].as_string(), "");
}

TEST_P(Session, CookieIsSecureWhenConfigured) {
  World secure(GetParam(), {.secure_cookie = true});
  secure.account("sample");
  Browser b(secure);
  ASSERT_EQ(b.sign_in("sample").status, 200);
  EXPECT_TRUE(b.set_cookie.ends_with("; Secure"));
}

TEST_P(Session, ChangesNeedTheCsrfToken) {
  world.account("sample");
  browser.sign_in("sample");
  const std::string csrf = browser.csrf;
  const std::vector<std::string> wrong_ones = {"", "x", csrf + "x", csrf.substr(1)};
  for (const auto& wrong : wrong_ones) {
    browser.csrf = wrong;
    EXPECT_EQ(browser.send("POST", "/orders").code(), "csrf") << wrong;
    EXPECT_EQ(browser.send("DELETE", "/api/v1/session").code(), "csrf");
    EXPECT_EQ(browser.send("GET", "/orders").status, 200);
  }
  // Another session's token does not fit this one.
  Browser other(world);
  other.sign_in("sample");
  browser.csrf = other.csrf;
  EXPECT_EQ(browser.send("POST", "/orders").code(), "csrf");
  browser.csrf = csrf;
  EXPECT_EQ(browser.send("POST", "/orders").status, 200);
}

TEST_P(Session, FixationIsImpossible) {
  world.account("sample");
  world.account("villain");
  // A cookie that somebody planted, not known to the system.
  browser.cookie = "planted-by-somebody-else-000000000000000000";
  browser.sign_in("sample");
  EXPECT_NE(browser.cookie, "planted-by-somebody-else-000000000000000000");
  // A live session of the villain, planted: signing in ends it instead of taking it over.
  Browser villain(world);
  villain.sign_in("villain");
  Browser victim(world);
  victim.cookie = villain.cookie;
  victim.sign_in("sample");
  EXPECT_NE(victim.cookie, villain.cookie);
  EXPECT_EQ(villain.send("GET", "/api/v1/session").code(), "not_signed_in");
  EXPECT_EQ(victim.send("GET", "/api/v1/session").json["account"]["name"].as_string(), "sample");
}

TEST_P(Session, ExpiresAfterItsLife) {
  world.account("sample");
  browser.sign_in("sample");
  world.clock.advance(Millis(12 * 3600 * 1000 - 1));
  EXPECT_EQ(browser.send("GET", "/orders").status, 200);
  world.clock.advance(Millis(1));
  EXPECT_EQ(browser.send("GET", "/orders").code(), "not_signed_in");
  // The next sign-in clears what has expired.
  Browser(world).sign_in("sample");
  const auto left = world.db.database->read_value(
      [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) AS n FROM account_sessions"); });
  EXPECT_EQ(left, 1);
}

TEST_P(Session, IsStoredOnlyAsAHash) {
  world.account("sample");
  browser.sign_in("sample");
  const auto hash = world.db.database->read_value(
      [](db::Tx& tx) { return tx.query("SELECT token_hash FROM account_sessions"); });
  ASSERT_EQ(hash.size(), 1u);
  EXPECT_EQ(hash[0].text("token_hash"), hash_of(browser.cookie));
  EXPECT_EQ(hash[0].text("token_hash").find(browser.cookie), std::string::npos);
}

TEST_P(Session, WrongNameAndWrongPasswordLookTheSame) {
  world.account("sample");
  const auto wrong = browser.sign_in("sample", "some other password");
  const auto nobody = browser.sign_in("nobody", "some other password");
  const auto no_name = browser.sign_in("no such name ';--", "some other password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.json["errors"], nobody.json["errors"]);
  EXPECT_EQ(wrong.json["errors"], no_name.json["errors"]);
  EXPECT_EQ(browser.cookie, "");
}

TEST_P(Session, UnknownNamesTakeAsLong) {
  set_password_cost({});
  world.account("sample", "applicant", {});
  // The shortest of some tries, which the rest of the machine disturbs least.
  const auto shortest = [&](const std::string& name) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 4; ++i) {
      const auto start = std::chrono::steady_clock::now();
      browser.sign_in(name, "wrong password");
      best = std::min(best, std::chrono::steady_clock::now() - start);
    }
    return best;
  };
  const auto known = shortest("sample");
  EXPECT_GT(shortest("nobody"), known / 2);
  EXPECT_GT(shortest("no such name"), known / 2);
}

TEST_P(Session, TooManyTriesOfOneName) {
  world.account("sample");
  for (int i = 0; i < 10; ++i) {
    browser.remote = "192.0.2." + std::to_string(i + 1);
    EXPECT_EQ(browser.sign_in(i % 2 ? "sample" : "SAMPLE", "wrong password").code(),
              "wrong_credentials");
  }
  // Not even with the right password, from anywhere.
  browser.remote = "198.51.100.1";
  const auto full = browser.sign_in("sample");
  EXPECT_EQ(full.status, 429);
  EXPECT_EQ(http::header_of(full.headers, "retry-after"), "900");
  world.clock.advance(Millis(899'000));
  EXPECT_EQ(browser.sign_in("sample").code(), "too_many_attempts");
  world.clock.advance(Millis(1000));
  EXPECT_EQ(browser.sign_in("sample").status, 200);
}

TEST_P(Session, SuccessForgivesTheName) {
  world.account("sample");
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 9; ++i) browser.sign_in("sample", "wrong password");
    EXPECT_EQ(browser.sign_in("sample").status, 200);
  }
}

TEST_P(Session, UnknownFieldsAndTypesAreToldWithPointers) {
  const auto answer = browser.send("POST", "/api/v1/session",
                                   Json::object({{"name", 5}, {"remember", true}, {"a/b~c", 1}}));
  EXPECT_EQ(answer.status, 422);
  const auto& errors = answer.json["errors"];
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_EQ(errors.at(0)["field"].as_string(), "/name");
  EXPECT_EQ(errors.at(0)["code"].as_string(), "wrong_type");
  EXPECT_EQ(errors.at(1)["field"].as_string(), "/password");
  EXPECT_EQ(errors.at(1)["code"].as_string(), "required");
  EXPECT_EQ(errors.at(2)["field"].as_string(), "/remember");
  EXPECT_EQ(errors.at(2)["code"].as_string(), "unknown_field");
  EXPECT_EQ(errors.at(3)["field"].as_string(), "/a~1b~0c");
}

TEST_P(Session, OtherSitesCannotSignAnybodyIn) {
  world.account("sample");
  browser.extra = {{"Sec-Fetch-Site", "cross-site"}};
  EXPECT_EQ(browser.sign_in("sample").code(), "csrf");
  browser.extra = {{"Sec-Fetch-Site", "same-origin"}};
  EXPECT_EQ(browser.sign_in("sample").status, 200);
}

TEST_P(Session, ChangingThePasswordEndsTheOtherSessions) {
  world.account("sample");
  Browser other(world);
  browser.sign_in("sample");
  other.sign_in("sample");
  const auto change = [&](const std::string& current, const std::string& next) {
    return browser.send("POST", "/api/v1/session/password",
                        Json::object({{"current", current}, {"password", next}}));
  };
  EXPECT_EQ(change("not the password", "another good one").field(), "/current");
  EXPECT_EQ(change(kPassword, "short").code(), "too_short");
  EXPECT_EQ(change(kPassword, "my Sample password").code(), "password_has_name");
  EXPECT_EQ(other.send("GET", "/orders").status, 200);

  EXPECT_EQ(change(kPassword, "another good one").status, 204);
  EXPECT_EQ(browser.send("GET", "/orders").status, 200);
  EXPECT_EQ(other.send("GET", "/orders").code(), "not_signed_in");
  EXPECT_EQ(other.sign_in("sample").code(), "wrong_credentials");
  EXPECT_EQ(other.sign_in("sample", "another good one").status, 200);
}

TEST_P(Session, GuessingThePasswordFromASessionIsLimited) {
  world.account("sample");
  browser.sign_in("sample");
  const auto body = Json::object({{"current", "a wrong guess"}, {"password", "another good one"}});
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(browser.send("POST", "/api/v1/session/password", body).code(), "wrong_credentials");
  EXPECT_EQ(browser.send("POST", "/api/v1/session/password", body).code(), "too_many_attempts");
}

}  // namespace
}  // namespace beian::accounts::test
