#include "addresses/intervals.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace beian::addresses {
namespace {

std::vector<size_t> by_first(std::span<const Interval> intervals) {
  std::vector<size_t> order(intervals.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, {}, [&](size_t i) { return intervals[i].first; });
  return order;
}

Interval common_of(Interval a, Interval b) {
  return {std::max(a.first, b.first), std::min(a.last, b.last)};
}

// Intervals that reach to the sweep's place or beyond, by where they end.
class Active {
 public:
  void insert(uint32_t last, size_t index) { ends_.emplace(last, index); }
  void leave_before(uint32_t place) {
    while (!ends_.empty() && ends_.begin()->first < place) ends_.erase(ends_.begin());
  }
  // At most `most`, those that reach furthest.
  template <class Visit>
  void each(size_t most, Visit visit) const {
    size_t seen = 0;
    for (auto it = ends_.rbegin(); it != ends_.rend() && seen < most; ++it, ++seen)
      visit(it->second);
  }

 private:
  std::set<std::pair<uint32_t, size_t>> ends_;
};

// Intervals in the order of their first numbers, under a tree of their last ones: whichever meet a
// given one are found without looking at the others, however long some are.
class ByEnd {
 public:
  explicit ByEnd(std::span<const Interval> intervals)
      : intervals_(intervals), order_(by_first(intervals)) {
    while (leaves_ < order_.size()) leaves_ *= 2;
    furthest_.assign(2 * leaves_, 0);
    for (size_t i = 0; i < order_.size(); ++i) furthest_[leaves_ + i] = intervals[order_[i]].last;
    for (size_t i = leaves_ - 1; i > 0; --i)
      furthest_[i] = std::max(furthest_[2 * i], furthest_[2 * i + 1]);
  }

  template <class Visit>
  void each(Interval with, size_t most, Visit visit) const {
    const auto beyond = std::ranges::upper_bound(order_, with.last, {},
                                                 [&](size_t k) { return intervals_[k].first; });
    descend(1, 0, leaves_, static_cast<size_t>(beyond - order_.begin()), with.first, most, visit);
  }

 private:
  template <class Visit>
  void descend(size_t node, size_t from, size_t to, size_t count, uint32_t first, size_t& most,
               Visit& visit) const {
    if (most == 0 || from >= count || furthest_[node] < first) return;
    if (to - from == 1) {
      --most;
      visit(order_[from]);
      return;
    }
    const size_t middle = (from + to) / 2;
    descend(2 * node, from, middle, count, first, most, visit);
    descend(2 * node + 1, middle, to, count, first, most, visit);
  }

  std::span<const Interval> intervals_;
  std::vector<size_t> order_;
  size_t leaves_ = 1;
  std::vector<uint32_t> furthest_;
};

}  // namespace

std::vector<Interval> united(std::vector<Interval> intervals) {
  std::ranges::sort(intervals);
  std::vector<Interval> out;
  for (const auto& next : intervals) {
    // Neighbours grow together; the last number has no successor.
    if (!out.empty() && (next.first <= out.back().last || next.first - 1 == out.back().last))
      out.back().last = std::max(out.back().last, next.last);
    else
      out.push_back(next);
  }
  return out;
}

std::vector<Interval> outside(Interval interval, std::span<const Interval> what) {
  std::vector<Interval> out;
  auto it = std::ranges::lower_bound(what, interval.first, {}, &Interval::last);
  uint32_t at = interval.first;
  for (; it != what.end() && it->first <= interval.last; ++it) {
    if (it->first > at) out.push_back({at, it->first - 1});
    if (it->last >= interval.last) return out;
    at = it->last + 1;
  }
  out.push_back({at, interval.last});
  return out;
}

std::vector<Interval> without(std::span<const Interval> from, std::span<const Interval> what) {
  std::vector<Interval> out;
  for (const auto& interval : from)
    for (const auto& part : outside(interval, what)) out.push_back(part);
  return out;
}

std::vector<Clash> clashes(std::span<const Interval> intervals, size_t most) {
  std::vector<Clash> out;
  Active active;
  for (const size_t index : by_first(intervals)) {
    const Interval& next = intervals[index];
    active.leave_before(next.first);
    active.each(most, [&](size_t other) {
      out.push_back(
          {std::min(index, other), std::max(index, other), common_of(intervals[other], next)});
    });
    active.insert(next.last, index);
  }
  std::ranges::sort(out);
  return out;
}

std::vector<Clash> clashes_between(std::span<const Interval> a, std::span<const Interval> b,
                                   size_t most) {
  std::vector<Clash> out;
  const ByEnd ends(b);
  for (size_t i = 0; i < a.size(); ++i)
    ends.each(a[i], most, [&](size_t k) { out.push_back({i, k, common_of(a[i], b[k])}); });
  std::ranges::sort(out);
  return out;
}

}  // namespace beian::addresses
