#include "platform/http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace beian::http {
namespace {

TEST(RateLimit, ABurstIsTakenAndTheBucketFillsAgain) {
  RateLimit limit({.capacity = 10, .per_second = 2});
  FakeClock clock;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limit.take("203.0.113.7", 1, clock.now())) << i;
  const auto refused = limit.take("203.0.113.7", 5, clock.now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().front().code, ProblemCode::too_many_attempts);
  EXPECT_EQ(refused.error().front().args.front().second, "3") << "5 tokens at 2 a second";
  EXPECT_TRUE(limit.take("203.0.113.8", 10, clock.now())) << "another address has its own";
  clock.advance(Millis(2500));
  EXPECT_TRUE(limit.take("203.0.113.7", 5, clock.now()));
  EXPECT_FALSE(limit.take("203.0.113.7", 1, clock.now()));
  clock.advance(std::chrono::hours(1));
  EXPECT_TRUE(limit.take("203.0.113.7", 10, clock.now()));
  EXPECT_FALSE(limit.take("203.0.113.7", 1, clock.now())) << "never more than the capacity";
  clock.advance(std::chrono::hours(1));
  EXPECT_TRUE(limit.take("203.0.113.7", 1000, clock.now())) << "costs at most all there is";
}

TEST(RateLimit, WhomAnAddressCountsFor) {
  EXPECT_EQ(network_of("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(network_of("::ffff:203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(network_of("2001:db8:1:2:3::4"), network_of("2001:db8:1:2:ffff::"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
  for (const char* own : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_EQ(network_of(own), "") << own;
}

TEST(RateLimit, MemoryIsBounded) {
  RateLimit limit({.capacity = 2, .per_second = 1, .addresses = 100});
  FakeClock clock;
  ASSERT_TRUE(limit.take("198.51.100.1", 2, clock.now()));
  for (int i = 0; i < 99; ++i)
    EXPECT_TRUE(limit.take("203.0.113." + std::to_string(i), 1, clock.now()));
  EXPECT_FALSE(limit.take("198.51.100.1", 1, clock.now())) << "known while there is room";
  clock.advance(Millis(1500));  // all but the first are full again, and forgotten
  EXPECT_TRUE(limit.take("192.0.2.1", 1, clock.now()));
  EXPECT_FALSE(limit.take("198.51.100.1", 2, clock.now()));
}

}  // namespace
}  // namespace beian::http
