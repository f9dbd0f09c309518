// Sets of 32-bit numbers as sorted intervals. Pure and fast: n log n for n intervals, so that a
// hundred thousand records are compared in well under a second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace beian::addresses {

struct Interval {
  uint32_t first = 0, last = 0;  // both included, first <= last
  bool operator==(const Interval&) const = default;
  auto operator<=>(const Interval&) const = default;
};

// The same numbers as few intervals: sorted, apart from each other by at least one number.
std::vector<Interval> united(std::vector<Interval> intervals);
// Numbers of `from` that are not in `what`; both united.
std::vector<Interval> without(std::span<const Interval> from, std::span<const Interval> what);
// Numbers of one interval that are not in `what` (united).
std::vector<Interval> outside(Interval interval, std::span<const Interval> what);

// Two intervals of a list with numbers in common, by their places in the list.
struct Clash {
  size_t left = 0, right = 0;  // left < right
  Interval common;
  bool operator==(const Clash&) const = default;
  auto operator<=>(const Clash&) const = default;
};
// Every interval that has numbers in common with another one is in at least one clash; of those
// that clash with very many, an interval names at most `most` that began before it. Sorted.
std::vector<Clash> clashes(std::span<const Interval> intervals, size_t most);
// The same between two lists; left is a place in `a`, right one in `b`. Those within a list do not
// count. An interval of `a` names at most `most` of `b`.
std::vector<Clash> clashes_between(std::span<const Interval> a, std::span<const Interval> b,
                                   size_t most);

}  // namespace beian::addresses
