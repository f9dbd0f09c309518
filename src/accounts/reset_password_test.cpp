#include "accounts/reset_password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

using std::chrono::hours;

class ResetPassword : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
  Browser admin{world}, browser{world};

  Json reset(Browser& by, const std::string& id) {
    const auto given = by.send("POST", "/api/v1/admin/accounts/" + id + "/password");
    EXPECT_EQ(given.status, 200) << to_string(given.json);
    EXPECT_EQ(http::header_of(given.headers, "cache-control"), "no-store");
    return given.json;
  }
  Browser::Answer change(Browser& by, const std::string& current, const std::string& password) {
    return by.send("POST", "/api/v1/session/password",
                   Json::object({{"current", current}, {"password", password}}));
  }
};

INSTANTIATE_TEST_SUITE_P(Backends, ResetPassword, ::testing::ValuesIn(testing::backends()));

TEST_P(ResetPassword, OpensNothingButChoosingAnother) {
  world.account("the-admin", "admin");
  const auto account = world.account("forgetful");
  admin.sign_in("the-admin");
  browser.sign_in("forgetful");
  const Json given = reset(admin, account.id);
  const std::string once = given["password"].as_string();
  EXPECT_THAT(once, ::testing::MatchesRegex("[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}"));
  EXPECT_EQ(browser.send("GET", "/orders").code(), "not_signed_in") << "its sessions end";
  EXPECT_EQ(browser.sign_in("forgetful").code(), "wrong_credentials") << "the old one is none";

  const auto in = browser.sign_in("forgetful", once);
  ASSERT_EQ(in.status, 200);
  EXPECT_TRUE(in.json["password_to_change"].as_bool());
  for (const char* path : {"/orders", "/api/v1/tokens", "/api/v1/account/members"})
    EXPECT_EQ(browser.send("GET", path).code(), "password_to_change") << path;
  EXPECT_EQ(browser.send("POST", "/api/v1/tokens", Json::object({{"name", "x"}})).code(),
            "password_to_change");
  const Json session = browser.send("GET", "/api/v1/session").json;
  EXPECT_TRUE(session["password_to_change"].as_bool());
  EXPECT_EQ(session["scopes"].size(), 0u);
  EXPECT_EQ(change(browser, once, once).code(), "same_password");
  EXPECT_EQ(change(browser, once, "short").code(), "too_short");
  EXPECT_EQ(browser.send("GET", "/orders").code(), "password_to_change");

  EXPECT_EQ(change(browser, once, "another-long-one").status, 204);
  EXPECT_EQ(browser.send("GET", "/orders").status, 200);
  EXPECT_FALSE(browser.send("GET", "/api/v1/session").json["password_to_change"].as_bool());
  Browser later(world);
  EXPECT_EQ(later.sign_in("forgetful", once).code(), "wrong_credentials");
  EXPECT_FALSE(later.sign_in("forgetful", "another-long-one").json["password_to_change"].as_bool());

  const Json events =
      admin.send("GET", "/api/v1/admin/events?account=" + account.id).json["events"];
  EXPECT_THAT(to_string(events), ::testing::HasSubstr("password_reset"));
  EXPECT_THAT(to_string(events), ::testing::Not(::testing::HasSubstr(once)));
}

TEST_P(ResetPassword, LastsThreeDays) {
  world.account("the-admin", "admin");
  const auto account = world.account("forgetful");
  admin.sign_in("the-admin");
  const std::string once = reset(admin, account.id)["password"].as_string();
  world.clock.advance(hours(71));
  ASSERT_EQ(browser.sign_in("forgetful", once).status, 200);
  world.clock.advance(hours(1));
  EXPECT_EQ(change(browser, once, "another-long-one").code(), "password_over");
  EXPECT_EQ(browser.sign_in("forgetful", once).code(), "password_over");
  EXPECT_EQ(browser.sign_in("forgetful", "a wrong password").code(), "wrong_credentials");
  admin.sign_in("the-admin");
  EXPECT_NE(reset(admin, account.id)["password"].as_string(), once);
}

TEST_P(ResetPassword, EndsTheWaitAfterTooManyAttempts) {
  world.account("the-admin", "admin");
  const auto account = world.account("forgetful");
  while (browser.sign_in("forgetful", "a wrong password").code() != "too_many_attempts") {
  }
  admin.remote = "192.0.2.99";
  admin.sign_in("the-admin");
  browser.remote = "192.0.2.8";
  const std::string once = reset(admin, account.id)["password"].as_string();
  EXPECT_EQ(browser.sign_in("forgetful", once).status, 200);
}

TEST_P(ResetPassword, ByWhoMay) {
  const auto self = world.account("the-admin", "admin");
  const auto officer = world.account("an-officer", "officer");
  const auto at = [](const std::string& id) {
    return "/api/v1/admin/accounts/" + id + "/password";
  };
  admin.sign_in("the-admin");
  EXPECT_EQ(admin.send("POST", at(self.id)).code(), "own_account");
  EXPECT_EQ(admin.send("POST", at("nobody")).code(), "not_found");
  EXPECT_EQ(admin.send("POST", at(std::string(26, '0'))).code(), "not_found");
  browser.sign_in("an-officer");
  EXPECT_EQ(browser.send("POST", at(self.id)).code(), "forbidden");
  // The command line, when no administrator is left who knows his.
  const auto given = reset_password(*world.db.database, world.clock.now(), {}, self.id, "");
  ASSERT_TRUE(given.has_value());
  EXPECT_EQ(admin.send("GET", "/orders").code(), "not_signed_in");
  EXPECT_EQ(browser.sign_in("the-admin", given->password.reveal()).status, 200);
}

TEST_P(ResetPassword, OfMembersByOwnersAndManagers) {
  const auto chief = world.account("chief");
  const auto stranger = world.account("stranger");
  browser.sign_in("chief");
  const auto add = [&](const std::string& name, const std::string& role) {
    const auto made =
        browser.send("POST", "/api/v1/account/members",
                     Json::object({{"name", name}, {"password", kPassword}, {"role", role}}));
    EXPECT_EQ(made.status, 201) << to_string(made.json);
    return made.json["member"]["id"].as_string();
  };
  const std::string reader = add("a-reader", "reader"), manager = add("a-manager", "manager");
  const auto at = [](const std::string& id) {
    return "/api/v1/account/members/" + id + "/password";
  };
  Browser other(world);
  other.sign_in("a-reader");
  EXPECT_EQ(other.send("POST", at(manager)).code(), "forbidden");
  other.sign_in("a-manager");
  EXPECT_EQ(other.send("POST", at(chief.id)).code(), "forbidden") << "the owner's";
  EXPECT_EQ(other.send("POST", at(manager)).code(), "own_account");
  EXPECT_EQ(other.send("POST", at(stranger.id)).code(), "not_found");
  const auto given = other.send("POST", at(reader));
  ASSERT_EQ(given.status, 200);
  Browser member(world);
  EXPECT_EQ(member.sign_in("a-reader").code(), "wrong_credentials");
  EXPECT_TRUE(member.sign_in("a-reader", given.json["password"].as_string())
                  .json["password_to_change"]
                  .as_bool());
  browser.send("DELETE", "/api/v1/account/members/" + reader);
  EXPECT_EQ(browser.send("POST", at(reader)).code(), "not_found");
  EXPECT_EQ(add("a-reader", "reader"), reader);
  EXPECT_FALSE(member.sign_in("a-reader").json["password_to_change"].as_bool())
      << "who comes back has the password of who took him in, as at first";
}

}  // namespace
}  // namespace beian::accounts::test
