// What was dismissed once stays away: for that sign-in, on every device.
#include "accounts/dismissed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/member.hpp"
#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kPath = "/api/v1/account/dismissed";

struct DismissedTest : ::testing::TestWithParam<std::string> {
  DismissedTest() {
    world.account("first");
    EXPECT_EQ(desk.sign_in("first").status, 200);
  }
  std::vector<std::string> keys(Browser& browser) {
    std::vector<std::string> out;
    const Json answer = browser.send("GET", kPath).json;
    for (const auto& one : answer["dismissed"].items()) out.push_back(one["key"].as_string());
    return out;
  }
  static Browser::Answer put(Browser& browser, const std::string& key) {
    return browser.send("PUT", std::string(kPath) + "/" + key);
  }
  World world{GetParam()};
  Browser desk{world};
};
INSTANTIATE_TEST_SUITE_P(Backends, DismissedTest, ::testing::ValuesIn(testing::backends()));

TEST_P(DismissedTest, StaysAwayOnEveryDevice) {
  EXPECT_THAT(keys(desk), IsEmpty());
  const auto at = world.clock.now();
  EXPECT_EQ(put(desk, "other-language.en").status, 204);
  Browser phone(world);
  phone.sign_in("first");
  EXPECT_THAT(keys(phone), ElementsAre("other-language.en"));
  world.clock.advance(Millis{60'000});
  EXPECT_EQ(put(phone, "other-language.en").status, 204);
  EXPECT_EQ(put(phone, "a_1").status, 204);
  EXPECT_THAT(keys(desk), ElementsAre("a_1", "other-language.en"));
  const Json list = desk.send("GET", kPath).json["dismissed"];
  EXPECT_EQ(list.at(1)["at"].as_string(), to_rfc3339(at));
}

TEST_P(DismissedTest, IsEachSignInsOwn) {
  put(desk, "tour");
  world.account("second");
  Browser second(world);
  second.sign_in("second");
  EXPECT_THAT(keys(second), IsEmpty());
  const auto made =
      desk.send("POST", "/api/v1/account/members",
                Json::object({{"name", "样例编辑"}, {"password", kPassword}, {"role", "reader"}}));
  ASSERT_EQ(made.status, 201);
  Browser member(world);
  member.sign_in("样例编辑");
  EXPECT_THAT(keys(member), IsEmpty());
  EXPECT_EQ(put(member, "tour-of-members").status, 204);
  EXPECT_THAT(keys(desk), ElementsAre("tour"));
  Browser nobody(world);
  EXPECT_EQ(nobody.send("GET", kPath).status, 401);
  EXPECT_EQ(put(nobody, "tour").status, 401);
  desk.csrf = "wrong";
  EXPECT_EQ(put(desk, "more").status, 403);
}

TEST_P(DismissedTest, TakesSmallKeysOnly) {
  const std::vector<std::string> bad = {"Upper", "with%20blank", "%E4%B8%AD", std::string(65, 'a')};
  for (const auto& key : bad) {
    const auto answer = put(desk, key);
    EXPECT_EQ(answer.status, 422) << key;
    EXPECT_EQ(answer.code() + "@" + answer.field(), "bad_format@/key") << key;
  }
  EXPECT_EQ(put(desk, std::string(64, 'a')).status, 204);
}

TEST_P(DismissedTest, HasALimit) {
  for (size_t i = 0; i < kMostDismissed; ++i)
    ASSERT_EQ(put(desk, "k" + std::to_string(i)).status, 204);
  const auto over = put(desk, "one-more");
  EXPECT_EQ(over.status, 422);
  EXPECT_EQ(over.code(), "too_many");
  EXPECT_EQ(keys(desk).size(), kMostDismissed);
  EXPECT_EQ(put(desk, "k0").status, 204);
}

}  // namespace
}  // namespace beian::accounts::test
