#include "addresses/check.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <chrono>
#include <set>

namespace beian::addresses {
namespace {

using enum ProblemCode;

// The naive model: every number of a small world looked at one by one.
constexpr uint32_t kWorld = 40;
using Numbers = std::set<uint32_t>;

Numbers numbers(const std::vector<Interval>& intervals) {
  Numbers out;
  for (const auto& i : intervals)
    for (uint64_t n = i.first; n <= i.last; ++n) out.insert(static_cast<uint32_t>(n));
  return out;
}
Numbers minus(Numbers a, const Numbers& b) {
  for (const auto n : b) a.erase(n);
  return a;
}

rc::Gen<Interval> small_interval() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0u, kWorld), rc::gen::inRange(0u, kWorld)),
      [](const std::pair<unsigned, unsigned>& ends) {
        return Interval{std::min(ends.first, ends.second), std::max(ends.first, ends.second)};
      });
}
rc::Gen<std::vector<Interval>> small_intervals() {
  return rc::gen::container<std::vector<Interval>>(small_interval());
}

bool is_united(const std::vector<Interval>& all) {
  for (size_t i = 1; i < all.size(); ++i)
    if (all[i].first <= all[i - 1].last + 1) return false;
  return true;
}

RC_GTEST_PROP(Intervals, UnitedHoldsTheSameNumbersInFewPieces, ()) {
  const auto some = *small_intervals();
  const auto all = united(some);
  RC_ASSERT(numbers(all) == numbers(some));
  RC_ASSERT(is_united(all));
}

RC_GTEST_PROP(Intervals, WithoutIsTheDifference, ()) {
  const auto a = *small_intervals(), b = *small_intervals();
  RC_ASSERT(numbers(without(united(a), united(b))) == minus(numbers(a), numbers(b)));
}

RC_GTEST_PROP(Intervals, ClashesAreAllPairsWithNumbersInCommon, ()) {
  const auto some = *small_intervals();
  std::vector<Clash> naive;
  for (size_t i = 0; i < some.size(); ++i)
    for (size_t k = i + 1; k < some.size(); ++k) {
      const Interval common{std::max(some[i].first, some[k].first),
                            std::min(some[i].last, some[k].last)};
      if (common.first <= common.last) naive.push_back({i, k, common});
    }
  RC_ASSERT(clashes(some, some.size()) == naive);
  // With few partners named, still nobody who clashes is left out.
  std::set<size_t> named, expected;
  for (const auto& c : clashes(some, 1)) named.insert({c.left, c.right});
  for (const auto& c : naive) expected.insert({c.left, c.right});
  RC_ASSERT(named == expected);
}

RC_GTEST_PROP(Intervals, ClashesBetweenTwoLists, ()) {
  const auto a = *small_intervals(), b = *small_intervals();
  std::vector<Clash> naive;
  std::set<size_t> expected;
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t k = 0; k < b.size(); ++k) {
      const Interval common{std::max(a[i].first, b[k].first), std::min(a[i].last, b[k].last)};
      if (common.first > common.last) continue;
      naive.push_back({i, k, common});
      expected.insert(i);
    }
  RC_ASSERT(clashes_between(a, b, b.size()) == naive);
  std::set<size_t> named;
  for (const auto& c : clashes_between(a, b, 1)) named.insert(c.left);
  RC_ASSERT(named == expected);
}

TEST(Intervals, TheEndsOfTheWorld) {
  const Interval all{0, UINT32_MAX}, last{UINT32_MAX, UINT32_MAX}, none{0, 0};
  EXPECT_EQ(united({last, {UINT32_MAX - 1, UINT32_MAX - 1}, none}),
            (std::vector<Interval>{none, {UINT32_MAX - 1, UINT32_MAX}}));
  EXPECT_EQ(outside(all, std::vector<Interval>{none, last}),
            (std::vector<Interval>{{1, UINT32_MAX - 1}}));
  EXPECT_TRUE(outside(last, std::vector<Interval>{all}).empty());
  EXPECT_TRUE(outside(none, std::vector<Interval>{all}).empty());
}

Placed placed(Block block, Interval range, int64_t unit = 0, bool leaving = false) {
  return {block, "", range, unit, leaving};
}

rc::Gen<Placed> small_record() {
  return rc::gen::map(
      rc::gen::tuple(
          rc::gen::element(Block::source, Block::assignment, Block::broadcast, Block::own),
          small_interval(), rc::gen::inRange<int64_t>(1, 3), rc::gen::inRange(0, 4)),
      [](const auto& t) {
        return placed(std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t) == 0);
      });
}

// Which records have which error or warning, found number by number.
std::set<std::pair<size_t, ProblemCode>> naive_findings(const std::vector<Placed>& records) {
  std::array<Numbers, 4> of;
  for (const auto& r : records)
    if (!r.leaving) of[static_cast<size_t>(r.block)].merge(numbers({r.range}));
  const auto& [sources, assigned, broadcast, own] = of;
  Numbers ours = sources;
  ours.insert(own.begin(), own.end());

  std::set<std::pair<size_t, ProblemCode>> out;
  for (size_t i = 0; i < records.size(); ++i) {
    const auto& r = records[i];
    const Numbers mine = numbers({r.range});
    if (r.leaving) {
      if (r.block != Block::source) continue;
      const Numbers homeless = minus(assigned, sources);
      for (const auto n : mine)
        if (homeless.contains(n)) out.emplace(i, address_in_use);
      continue;
    }
    bool one_home = false;
    for (size_t k = 0; k < records.size(); ++k) {
      const auto& o = records[k];
      if (o.leaving) continue;
      const Numbers theirs = numbers({o.range});
      if (o.block == Block::source && minus(mine, theirs).empty()) one_home = true;
      const bool matters =
          (i != k && r.block == o.block && (r.block != Block::broadcast || r.unit == o.unit)) ||
          (r.block == Block::own && o.block == Block::source) ||
          (r.block == Block::source && o.block == Block::own);
      if (matters && minus(mine, theirs) != mine) out.emplace(i, address_overlap);
    }
    if (r.block == Block::assignment) {
      if (!minus(mine, sources).empty())
        out.emplace(i, address_outside_source);
      else if (!one_home)
        out.emplace(i, address_crosses_sources);
    }
    if (r.block == Block::source && !minus(mine, assigned).empty()) out.emplace(i, address_gap);
    if (r.block == Block::broadcast && !minus(mine, ours).empty()) out.emplace(i, address_outside);
  }
  return out;
}

RC_GTEST_PROP(AddressCheck, SaysWhatTheNaiveModelSays, ()) {
  const auto records = *rc::gen::container<std::vector<Placed>>(small_record());
  for (const size_t most : {size_t{1}, size_t{1000}}) {
    std::set<std::pair<size_t, ProblemCode>> found;
    for (const auto& f : check(records, most)) {
      found.emplace(f.record, f.code);
      // What is named really lies in the record, and is an error or a warning by its kind.
      RC_ASSERT(f.range.first >= records[f.record].range.first);
      RC_ASSERT(f.range.last <= records[f.record].range.last);
      RC_ASSERT(f.blocking == (f.code == address_overlap || f.code == address_outside_source ||
                               f.code == address_in_use));
    }
    RC_ASSERT(found == naive_findings(records));
  }
}

TEST(AddressCheck, PartsAreNamed) {
  const std::vector<Placed> records = {
      placed(Block::source, {100, 199}), placed(Block::assignment, {90, 120}),
      placed(Block::assignment, {150, 150}), placed(Block::source, {200, 299}, 0, true)};
  EXPECT_EQ(check(records),
            (std::vector<Finding>{{false, address_gap, 0, Finding::kNone, {121, 149}},
                                  {false, address_gap, 0, Finding::kNone, {151, 199}},
                                  {true, address_outside_source, 1, Finding::kNone, {90, 99}}}));
  const Problem problem = problem_of({true, address_overlap, 1, 0, {100, 120}}, records);
  EXPECT_EQ(problem_text(problem.code, problem.args, Language::zh),
            "0.0.0.100-0.0.0.120 与来源 0.0.0.100-0.0.0.199重叠");
}

TEST(AddressCheck, ASourceLeavesOnlyWhenNothingStandsOnIt) {
  std::vector<Placed> records = {placed(Block::source, {100, 199}, 0, true),
                                 placed(Block::assignment, {110, 120})};
  auto found = check(records);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], (Finding{true, address_in_use, 0, Finding::kNone, {110, 120}}));
  records[1].leaving = true;
  EXPECT_TRUE(check(records).empty());
}

TEST(AddressCheck, AHundredThousandRecordsInWellUnderASecond) {
  std::vector<Placed> records;
  constexpr uint32_t kBase = 0x14000000;
  // One source over everything beside many small ones: what makes naive sweeps quadratic.
  records.push_back(placed(Block::source, {kBase, kBase + (1u << 24)}));
  for (uint32_t i = 0; i < 50'000; ++i) {
    records.push_back(placed(Block::source, {kBase + i * 256, kBase + i * 256 + 255}));
    records.push_back(placed(Block::assignment, {kBase + i * 256, kBase + i * 256 + 127}));
    if (i % 5 == 0) records.push_back(placed(Block::own, {kBase + i * 256, kBase + i * 256 + 1}));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto found = check(records);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GT(found.size(), 100'000u);
  RecordProperty(
      "milliseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(10));  // generous: sanitizers and busy machines
}

}  // namespace
}  // namespace beian::addresses
