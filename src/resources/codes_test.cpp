// Authorization codes and what orders stand on, on both databases.
#include <atomic>
#include <thread>

#include "resources/world_for_test.hpp"

namespace beian::resources {
namespace {

using namespace test;
using Lines = std::vector<std::string>;
const Secret kPassword("Sample-Password-2026");

class CodesTest : public ResourcesWorld {
 protected:
  CodesTest() { EXPECT_TRUE(keep("i-1", Json::object({{"quota", 3}}))); }
  std::vector<Code> make(int64_t n) {
    clock.advance(Millis(1));
    return create_codes(context, caller(owner), "i-1", n).value();
  }
  int64_t taken() { return load("i-1").taken; }
  static Claim by_code(const std::string& text) { return {0, "", text, "/services/0/resource"}; }
  static Claim by_resource(int64_t service = 0) {
    return {service, "i-1", "", "/services/" + std::to_string(service) + "/resource"};
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, CodesTest, ::testing::ValuesIn(testing::backends()));

TEST_P(CodesTest, AtMostTheQuota) {
  EXPECT_EQ(make(2).size(), 2u);
  EXPECT_EQ(faults(create_codes(context, caller(owner), "i-1", 2)),
            (Lines{"quota_exhausted@/count"}));
  EXPECT_EQ(faults(create_codes(context, caller(owner), "i-1", 0)), (Lines{"out_of_range@/count"}));
  EXPECT_EQ(faults(create_codes(context, caller(other), "i-1", 1)), (Lines{"not_found@"}));
  EXPECT_EQ(taken(), 2);
  EXPECT_EQ(faults(keep("i-1", Json::object({{"quota", 1}}))), (Lines{"out_of_range@/quota"}));
  keep("i-1", Json::object({{"quota", 3}, {"mainland", false}})).value();
  EXPECT_EQ(faults(create_codes(context, caller(owner), "i-1", 1)), (Lines{"resource_unfit@"}));
}

TEST_P(CodesTest, RevokedGivesItsPlaceBack) {
  const auto codes = make(3);
  EXPECT_EQ(revoke(context, caller(owner), codes[0].id)->state, CodeState::voided);
  EXPECT_EQ(taken(), 2);
  EXPECT_EQ(faults(revoke(context, caller(owner), codes[0].id)), (Lines{"filing_code_void@"}));
  EXPECT_EQ(faults(revoke(context, caller(other), codes[1].id)), (Lines{"not_found@"}));
  EXPECT_EQ(taken(), 2);
}

TEST_P(CodesTest, UsedByAnOrderFromTakingToTheEnd) {
  const Code c = make(1)[0];
  // As a person may type it.
  std::string typed = Store::normal_code(c.code);
  for (char& ch : typed)
    if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch - 'A' + 'a');
  ASSERT_TRUE(take_for(owner, "order-1", {by_code(typed)}));
  EXPECT_EQ(code(c.id).state, CodeState::in_filing);
  ASSERT_TRUE(take_for(owner, "order-1", {by_code(c.code)}));  // handed in once more
  EXPECT_EQ(faults(take_for(owner, "order-2", {by_code(c.code)})),
            (Lines{"filing_code_taken@/services/0/resource"}));
  EXPECT_EQ(faults(revoke(context, caller(owner), c.id)), (Lines{"filing_code_taken@"}));
  give_up_now("order-1");
  EXPECT_EQ(code(c.id).state, CodeState::unused);
  EXPECT_EQ(taken(), 1);
  ASSERT_TRUE(take_for(owner, "order-2", {by_code(c.code)}));
  settle_now("order-2");
  EXPECT_EQ(code(c.id).state, CodeState::used);
  EXPECT_EQ(faults(take_for(owner, "order-3", {by_code(c.code)})),
            (Lines{"filing_code_used@/services/0/resource"}));
  give_up_now("order-2");  // too late
  EXPECT_EQ(code(c.id).state, CodeState::used);
  EXPECT_EQ(taken(), 1);
  EXPECT_EQ(faults(take_for(owner, "order-3", {by_code("7777-7777")})),
            (Lines{"filing_code_unknown@/services/0/resource"}));
}

TEST_P(CodesTest, GrantedToAnAccountAfterThePassword) {
  const Code c = make(1)[0];
  EXPECT_EQ(faults(take_for(other, "order-1", {by_code(c.code)})),
            (Lines{"filing_code_foreign@/services/0/resource"}));
  EXPECT_EQ(faults(grant(context, caller(owner), c.id, "other-sample", std::nullopt)),
            (Lines{"required@/password"}));
  EXPECT_EQ(faults(grant(context, caller(owner), c.id, "other-sample", Secret("Not-The-One-2026"))),
            (Lines{"wrong_credentials@/password"}));
  EXPECT_EQ(faults(grant(context, caller(owner), c.id, "nobody-sample", kPassword)),
            (Lines{"not_found@/account"}));
  EXPECT_EQ(faults(grant(context, caller(other), c.id, "other-sample", kPassword)),
            (Lines{"not_found@"}));
  ASSERT_TRUE(grant(context, caller(owner), c.id, "other-sample", kPassword));
  EXPECT_EQ(faults(take_for(owner, "order-1", {by_code(c.code)})),
            (Lines{"filing_code_foreign@/services/0/resource"}));
  ASSERT_TRUE(take_for(other, "order-1", {by_code(c.code)}));
  give_up_now("order-1");
  EXPECT_EQ(code(c.id).state, CodeState::granted);
  ASSERT_TRUE(take_back(context, caller(owner), c.id));
  EXPECT_EQ(faults(take_for(other, "order-1", {by_code(c.code)})),
            (Lines{"filing_code_foreign@/services/0/resource"}));
}

TEST_P(CodesTest, AccountsOnTheListNeedNoPassword) {
  const Code c = make(1)[0];
  EXPECT_EQ(faults(allow(context, caller(owner), "other-sample", std::nullopt)),
            (Lines{"required@/password"}));
  ASSERT_TRUE(allow(context, caller(owner), "other-sample", kPassword));
  ASSERT_TRUE(grant(context, caller(owner), c.id, "other-sample", std::nullopt));
  EXPECT_EQ(code(c.id).grantee, other);
  ASSERT_TRUE(take_back(context, caller(owner), c.id));
  ASSERT_TRUE(disallow(context, owner, "other-sample"));
  EXPECT_EQ(faults(grant(context, caller(owner), c.id, "other-sample", std::nullopt)),
            (Lines{"required@/password"}));
  EXPECT_EQ(faults(disallow(context, owner, "other-sample")), (Lines{"not_found@"}));
}

TEST_P(CodesTest, BoundToItsResource) {
  const auto codes = make(2);
  ASSERT_TRUE(take_for(owner, "order-1", {by_code(codes[1].code)}));
  keep("i-1", Json::object({{"quota", 3}, {"until", "2026-10-01"}})).value();
  EXPECT_EQ(faults(take_for(owner, "order-2", {by_code(codes[0].code)})),
            (Lines{"filing_code_void@/services/0/resource"}));
  ASSERT_TRUE(release(context, "officer-1", "i-1"));
  EXPECT_EQ(code(codes[0].id).state, CodeState::voided);
  EXPECT_EQ(taken(), 1);
  give_up_now("order-1");
  EXPECT_EQ(code(codes[1].id).state, CodeState::voided);
  EXPECT_EQ(taken(), 0);
}

TEST_P(CodesTest, OwnResourceCountsUses) {
  ASSERT_TRUE(take_for(owner, "order-1", {by_resource(0), by_resource(1)}));
  EXPECT_EQ(taken(), 2);
  // Handed in again with one service less.
  ASSERT_TRUE(take_for(owner, "order-1", {by_resource(0)}));
  EXPECT_EQ(taken(), 1);
  settle_now("order-1");
  ASSERT_TRUE(take_for(owner, "order-2", {by_resource(0)}));
  give_up_now("order-2");
  EXPECT_EQ(taken(), 1);
  EXPECT_EQ(faults(take_for(other, "order-3", {by_resource(0)})),
            (Lines{"not_found@/services/0/resource"}));
  EXPECT_EQ(faults(take_for(owner, "order-4", {by_resource(0), by_resource(1), by_resource(2)})),
            (Lines{"quota_exhausted@/services/2/resource"}));
  EXPECT_EQ(taken(), 1);  // all or nothing
}

// Many orders for the last places: as many win as there are places.
TEST_P(CodesTest, RaceForTheLastPlace) {
  constexpr int kRacers = 8;
  std::atomic<int> won{0}, exhausted{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kRacers; ++i)
    threads.emplace_back([&, i] {
      const auto done = take_for(owner, "order-" + std::to_string(i), {by_resource(0)});
      if (done)
        ++won;
      else if (faults(done) == Lines{"quota_exhausted@/services/0/resource"})
        ++exhausted;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(won, 3);
  EXPECT_EQ(exhausted, kRacers - 3);
  EXPECT_EQ(taken(), 3);
}

}  // namespace
}  // namespace beian::resources
