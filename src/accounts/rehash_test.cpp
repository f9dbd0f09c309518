// A sign-in hashes a password anew when it was hashed at another cost; on both databases.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "accounts/world_for_test.hpp"

namespace beian::accounts::test {
namespace {

constexpr crypto::PasswordCost kDearer{.memory_kib = 128, .passes = 1};
constexpr const char* kNext = "another good one";

class Rehash : public ::testing::TestWithParam<std::string> {
 protected:
  Rehash() { set_password_cost(kDearer); }
  std::string hash() {
    return world.db.database->read_value(
        [&](db::Tx& tx) { return store::account_by_id(tx, account.id)->password_hash; });
  }
  Browser::Answer sign_in(const std::string& password = kPassword) {
    return Browser(world).sign_in("sample", password);
  }
  World world{GetParam()};
  Account account = world.account("sample");
};
INSTANTIATE_TEST_SUITE_P(Backends, Rehash, ::testing::ValuesIn(testing::backends()));

TEST_P(Rehash, TheFirstSignInAtAnotherCostHashesAnew) {
  const std::string old = hash();
  EXPECT_FALSE(costs_as_now(old));
  EXPECT_EQ(sign_in("some other password").status, 401);
  EXPECT_EQ(hash(), old);
  EXPECT_EQ(sign_in().status, 200);
  const std::string anew = hash();
  EXPECT_TRUE(costs_as_now(anew)) << anew;
  EXPECT_EQ(sign_in().status, 200);
  EXPECT_EQ(hash(), anew);
  // Cheaper again counts as well: it is the difference that tells who has an account.
  set_password_cost(kCheap);
  EXPECT_EQ(sign_in().status, 200);
  EXPECT_TRUE(costs_as_now(hash())) << hash();
}

TEST_P(Rehash, NobodysNameCostsWhatIsInForce) {
  EXPECT_TRUE(costs_as_now(decoy_hash()));
  EXPECT_EQ(decoy_hash(), decoy_hash());
  set_password_cost(kCheap);
  EXPECT_TRUE(costs_as_now(decoy_hash()));
}

TEST_P(Rehash, SignInsAtOnceAllSucceed) {
  std::atomic<int> in = 0;
  {
    std::vector<std::jthread> browsers;
    for (int i = 0; i < 3; ++i)
      browsers.emplace_back([&] { in += sign_in().status == 200 ? 1 : 0; });
  }
  EXPECT_EQ(in, 3);
  EXPECT_TRUE(costs_as_now(hash())) << hash();
}

TEST_P(Rehash, NeverUndoesAChangeOfThePassword) {
  const std::string old = hash();
  Browser browser(world);
  ASSERT_EQ(browser.sign_in("sample").status, 200);
  world.db.database->write([&](db::Tx& tx) {
    store::set_password(tx, world.clock.now(), account.id, old);  // at the old cost again
  });
  int changed = 0;
  {
    std::vector<std::jthread> others;
    for (int i = 0; i < 3; ++i) others.emplace_back([&] { sign_in(); });
    others.emplace_back([&] {
      changed = browser
                    .send("POST", "/api/v1/session/password",
                          Json::object({{"current", kPassword}, {"password", kNext}}))
                    .status;
    });
  }
  EXPECT_EQ(changed, 204);  // a sign-in that hashes anew is no other password
  EXPECT_EQ(sign_in(kNext).status, 200);
  EXPECT_EQ(sign_in().status, 401);
  world.db.database->write([&](db::Tx& tx) {
    EXPECT_FALSE(store::replace_hash(tx, account.id, old, hash_password(Secret(kPassword))));
  });
  EXPECT_EQ(sign_in(kNext).status, 200);
}

}  // namespace
}  // namespace beian::accounts::test
