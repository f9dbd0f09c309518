#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <thread>

#include "accounts/attempts.hpp"
#include "accounts/name.hpp"
#include "accounts/password.hpp"
#include "accounts/world_for_test.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::accounts::test {
namespace {

ProblemCode code_of(const Problems& problems) {
  return problems.front().code;
}

TEST(Name, LettersOfAnyScriptDigitsAndFewSigns) {
  for (const char* good : {"abc", "样例科技", "a.b_c-d@example.cn", "Ωμέγα", "नमस्ते", "123"})
    EXPECT_TRUE(parse_name(good)) << good;
  for (const char* bad : {"a b", "abc!", "a/b", "ab\n", "😀😀😀", "٣٤٥", "a\u200bbc", "abc%", "ab'"})
    EXPECT_EQ(code_of(parse_name(bad).error()), ProblemCode::bad_format) << bad;
  EXPECT_EQ(code_of(parse_name("ab").error()), ProblemCode::too_short);
  EXPECT_EQ(code_of(parse_name("样例").error()), ProblemCode::too_short);
  EXPECT_TRUE(parse_name(std::string(64, 'a')));
  EXPECT_EQ(code_of(parse_name(std::string(65, 'a')).error()), ProblemCode::too_long);
  EXPECT_EQ(code_of(parse_name(std::string(5000, 'a')).error()), ProblemCode::too_long);
  EXPECT_EQ(code_of(parse_name("ab\xff").error()), ProblemCode::bad_encoding);
  EXPECT_EQ(code_of(parse_name(std::string("ab\0c", 4)).error()), ProblemCode::bad_format);
}

TEST(Name, KeyFoldsAsciiOnlyAndIsComposed) {
  EXPECT_EQ(parse_name("ÀbC")->key, "Àbc");
  EXPECT_NE(parse_name("Àbc")->key, parse_name("àbc")->key);
  EXPECT_EQ(parse_name("A\u0300bc")->key, parse_name("Àbc")->key);
  EXPECT_EQ(parse_name("A\u0300bc")->shown, "Àbc");
}

TEST(Name, NfcIsStable) {
  EXPECT_TRUE(rc::check([](const std::vector<char32_t>& points) {
    std::string utf8;
    for (const auto raw : points) {
      const auto c = static_cast<uint32_t>(raw) % 0x800;
      if (c < 0x80) {
        utf8 += static_cast<char>(c);
      } else {
        utf8 += static_cast<char>(0xC0 | (c >> 6));
        utf8 += static_cast<char>(0x80 | (c & 0x3F));
      }
    }
    const auto once = to_nfc(utf8);
    RC_ASSERT(text::is_utf8(once));
    RC_ASSERT(to_nfc(once) == once);
  }));
}

TEST(Password, Rules) {
  const Name name = parse_name("Sample").value();
  const auto check = [&](const std::string& s) { return check_password(Secret(s), name, "/p"); };
  EXPECT_TRUE(check("correct horse").empty());
  EXPECT_TRUE(check("这是一个很长的样例口令").empty());
  EXPECT_EQ(code_of(check("123456789")), ProblemCode::too_short);
  EXPECT_EQ(code_of(check("一二三四五六七八九")), ProblemCode::too_short);
  EXPECT_EQ(code_of(check("Password123")), ProblemCode::weak_password);
  EXPECT_EQ(code_of(check("aaaaaaaaaaaa")), ProblemCode::weak_password);
  EXPECT_EQ(code_of(check("abcabcabcabc")), ProblemCode::weak_password);
  EXPECT_EQ(code_of(check("the SAMPLE of it")), ProblemCode::password_has_name);
  EXPECT_EQ(check("sample").size(), 2u);  // too short and the name: both are told
  EXPECT_TRUE(normal_password(Secret(std::string(1024, 'a')), "/p"));
  EXPECT_EQ(code_of(normal_password(Secret(std::string(1025, 'a')), "/p").error()),
            ProblemCode::too_long);
  EXPECT_EQ(normal_password(Secret("a\u0300"), "/p")->reveal(), "à");
}

TEST(Roles, OneTable) {
  EXPECT_EQ(roles().size(), 5u);
  for (const auto role : roles()) EXPECT_TRUE(role_holds(role, kAccount)) << role;
  EXPECT_TRUE(role_holds("applicant", kOrdersWrite));
  EXPECT_FALSE(role_holds("applicant", kReview));
  EXPECT_FALSE(role_holds("reviewer", kOrdersWrite));
  EXPECT_FALSE(role_holds("auditor", kReview));
  EXPECT_FALSE(role_holds("admin", kReview));
  EXPECT_FALSE(role_holds("nobody", kAccount));
}

TEST(Attempts, AddressesCountByNetwork) {
  EXPECT_EQ(address_bucket("127.0.0.1").key, "");
  EXPECT_EQ(address_bucket("::1").key, "");
  EXPECT_EQ(address_bucket("::ffff:127.0.0.1").key, "");
  EXPECT_EQ(address_bucket("::ffff:192.0.2.1").key, address_bucket("192.0.2.1").key);
  EXPECT_NE(address_bucket("192.0.2.1").key, address_bucket("192.0.2.2").key);
  EXPECT_EQ(address_bucket("2001:db8::1").key, address_bucket("2001:db8::2").key);
  EXPECT_NE(address_bucket("2001:db8:0:1::1").key, address_bucket("2001:db8:0:2::1").key);
}

class Accounts : public ::testing::TestWithParam<std::string> {
 protected:
  World world{GetParam()};
  Browser browser{world};
  Browser::Answer enroll(const std::string& name, const std::string& password = kPassword) {
    return browser.send("POST", "/api/v1/accounts",
                        Json::object({{"name", name}, {"password", password}}));
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Accounts, ::testing::ValuesIn(testing::backends()));

TEST_P(Accounts, NamesAreUniqueWithoutRegardToCase) {
  EXPECT_EQ(enroll("Sample.One").status, 201);
  EXPECT_EQ(enroll("sample.one").code(), "name_taken");
  EXPECT_EQ(enroll("A\u0300bc").status, 201);
  EXPECT_EQ(enroll("Àbc").code(), "name_taken");
  EXPECT_EQ(browser.sign_in("SAMPLE.ONE").json["account"]["name"].as_string(), "Sample.One");
}

TEST_P(Accounts, WildcardsAreOrdinaryCharacters) {
  EXPECT_EQ(enroll("sample_1").status, 201);
  EXPECT_EQ(enroll("sampleX1").status, 201);
  world.account("the-admin", "admin");
  EXPECT_EQ(browser.sign_in("sample%").code(), "wrong_credentials");
  EXPECT_EQ(browser.sign_in("______").code(), "wrong_credentials");
  browser.sign_in("the-admin");
  const auto found = [&](const std::string& query) {
    return browser.send("GET", "/api/v1/admin/accounts?q=" + query).json["accounts"].size();
  };
  EXPECT_EQ(found("SAMPLE"), 2u);
  EXPECT_EQ(found("sample_1"), 1u);
  EXPECT_EQ(found("%25"), 0u);
  EXPECT_EQ(found("_"), 1u);
  EXPECT_EQ(found("!"), 0u);
  EXPECT_EQ(found("'"), 0u);
  EXPECT_EQ(browser.send("GET", "/api/v1/admin/accounts?q=%FF").code(), "bad_encoding");
  EXPECT_EQ(browser.send("GET", "/api/v1/admin/accounts?q=%00").code(), "bad_encoding");
}

TEST_P(Accounts, OfficersChooseByName) {
  const auto target = world.account("sample-target");
  const auto gone = world.account("sample-gone");
  const auto owner = world.account("sample-owner");
  world.account("the-officer", "officer");
  world.account("the-admin", "admin");
  browser.sign_in("sample-owner");
  ASSERT_EQ(browser
                .send("POST", "/api/v1/account/members",
                      Json::object({{"name", "sample-member"},
                                    {"password", "Sample-Password-2026"},
                                    {"role", "editor"}}))
                .status,
            201);
  browser.sign_in("the-admin");
  browser.send("PATCH", "/api/v1/admin/accounts/" + gone.id, Json::object({{"disabled", true}}));
  EXPECT_EQ(browser.send("GET", "/api/v1/accounts?q=sample").status, 403);
  browser.sign_in("the-officer");
  const auto found = browser.send("GET", "/api/v1/accounts?q=SAMPLE").json["accounts"];
  ASSERT_EQ(found.size(), 2u);
  // In the order of their making, and within a millisecond in any.
  const auto of = [&](const std::string& id) {
    return found.at(0)["id"].as_string() == id ? found.at(0) : found.at(1);
  };
  EXPECT_EQ(of(target.id)["id"].as_string(), target.id);
  EXPECT_EQ(of(owner.id)["name"].as_string(), "sample-owner");
  EXPECT_EQ(browser.send("GET", "/api/v1/accounts?role=officer").json["accounts"].size(), 1u);
  browser.sign_in("the-admin");
  const auto events = browser.send("GET", "/api/v1/admin/events?account=" + gone.id).json["events"];
  EXPECT_EQ(events.at(0)["account_name"].as_string(), "sample-gone");
  EXPECT_EQ(events.at(0)["actor_name"].as_string(), "the-admin");
}

TEST_P(Accounts, AllThatIsWrongIsToldAtOnce) {
  const auto answer = enroll("a b", "short");
  EXPECT_EQ(answer.status, 422);
  ASSERT_EQ(answer.json["errors"].size(), 2u);
  EXPECT_EQ(answer.json["errors"].at(0)["field"].as_string(), "/name");
  EXPECT_EQ(answer.json["errors"].at(1)["field"].as_string(), "/password");
  EXPECT_EQ(browser.send("POST", "/api/v1/accounts", Json::object({{"role", "admin"}}))
                .json["errors"]
                .at(2)["code"]
                .as_string(),
            "unknown_field");
}

TEST_P(Accounts, RegistrationCanBeClosedAndIsLimited) {
  World closed(GetParam(), {.open_registration = false});
  const auto body = Json::object({{"name", "sample"}, {"password", kPassword}});
  EXPECT_EQ(Browser(closed).send("POST", "/api/v1/accounts", body).code(), "registration_closed");

  World narrow(GetParam(), {.registrations_per_hour = 2});
  Browser b(narrow);
  EXPECT_EQ(b.send("POST", "/api/v1/accounts", body).status, 201);
  EXPECT_EQ(b.send("POST", "/api/v1/accounts", body).code(), "name_taken");
  EXPECT_EQ(b.send("POST", "/api/v1/accounts", body).code(), "too_many_attempts");
  b.remote = "203.0.113.9";
  EXPECT_EQ(b.send("POST", "/api/v1/accounts", body).code(), "name_taken");
}

TEST_P(Accounts, TwoAtOnceGetOneName) {
  std::vector<std::thread> threads;
  std::atomic<int> made = 0;
  std::atomic<int> taken = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto account = create_account(*world.db.database, world.clock.now(), "the-same",
                                          Secret(kPassword), "applicant");
      if (account)
        ++made;
      else if (code_of(account.error()) == ProblemCode::name_taken)
        ++taken;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(taken, 3);
}

TEST_P(Accounts, AttemptsAreCountedOnceEach) {
  // Several nodes at once: of 40 tries at a limit of 10, exactly 10 pass.
  const Bucket bucket{"test", 10, Millis(60'000)};
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        if (count_attempts(*world.db.database, world.clock.now(), {bucket})) ++passed;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(passed, 10);
}

}  // namespace
}  // namespace beian::accounts::test
