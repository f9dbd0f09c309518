#include "base/chain.hpp"

#include <gtest/gtest.h>

#include <set>

namespace beian {
namespace {

TEST(Chain, CoversAllOfItAndAllBeforeIt) {
  const uint64_t one = chain_after(kChainStart, 1, "a.cn", "filed", "粤ICP备2026000001号-1");
  // In databases: it must never become another.
  EXPECT_EQ(chain_text(one), "74b8fc16a33589b5");
  const std::set<uint64_t> all = {
      one,
      chain_after(2, 1, "a.cn", "filed", "粤ICP备2026000001号-1"),
      chain_after(kChainStart, 2, "a.cn", "filed", "粤ICP备2026000001号-1"),
      chain_after(kChainStart, 1, "b.cn", "filed", "粤ICP备2026000001号-1"),
      chain_after(kChainStart, 1, "a.cnf", "iled", "粤ICP备2026000001号-1"),
      chain_after(kChainStart, 1, "a.cn", "filed", "")};
  EXPECT_EQ(all.size(), 6u);
  EXPECT_EQ(all.count(0), 0u);
}

TEST(Chain, AsText) {
  for (const uint64_t chain :
       {uint64_t{0}, kChainStart, uint64_t{0x0123456789abcdef}, ~uint64_t{0}})
    EXPECT_EQ(parse_chain(chain_text(chain)).value(), chain);
  for (const char* text : {"", "1", "0123456789abcdeg", "00123456789abcdef", "-123456789abcdef"})
    EXPECT_FALSE(parse_chain(text).has_value()) << text;
}

}  // namespace
}  // namespace beian
