#include "addresses/check.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "addresses/validate.hpp"

namespace beian::addresses {
namespace {

using enum ProblemCode;

// Some of the records, with their places in the whole list.
struct Part {
  std::vector<Interval> ranges;
  std::vector<size_t> places;

  void add(const Placed& record, size_t place) {
    ranges.push_back(record.range);
    places.push_back(place);
  }
};

class Checker {
 public:
  Checker(const std::vector<Placed>& records, size_t most) : most_(most) {
    for (size_t i = 0; i < records.size(); ++i) {
      const Placed& record = records[i];
      if (record.leaving) {
        if (record.block == Block::source) leaving_sources_.add(record, i);
        continue;
      }
      if (record.block == Block::broadcast) broadcasts_of_[record.unit].add(record, i);
      part(record.block).add(record, i);
    }
    all_sources_ = united(sources_.ranges);
  }

  std::vector<Finding> run() {
    for (const auto* part : {&sources_, &assignments_, &own_}) within(*part);
    for (const auto& [unit, part] : broadcasts_of_) within(part);
    meet_others(own_, sources_);
    meet_others(sources_, own_);
    assignments_in_sources();
    gaps();
    broadcasts();
    sources_in_use();
    std::ranges::stable_sort(found_, {}, [](const Finding& f) {
      return std::tuple(f.record, !f.blocking, static_cast<int>(f.code), f.range, f.other);
    });
    return std::move(found_);
  }

 private:
  Part& part(Block block) {
    switch (block) {
      case Block::source:
        return sources_;
      case Block::assignment:
        return assignments_;
      case Block::broadcast:
        return broadcasts_;
      case Block::own:
        break;
    }
    return own_;
  }

  void add(bool blocking, ProblemCode code, size_t record, Interval range,
           size_t other = Finding::kNone) {
    found_.push_back({blocking, code, record, other, range});
  }
  void add_parts(bool blocking, ProblemCode code, size_t record,
                 const std::vector<Interval>& parts) {
    for (size_t i = 0; i < std::min(parts.size(), most_); ++i)
      add(blocking, code, record, parts[i]);
  }
  void within(const Part& part) {
    for (const auto& clash : clashes(part.ranges, most_)) {
      const size_t left = part.places[clash.left], right = part.places[clash.right];
      add(true, address_overlap, left, clash.common, right);
      add(true, address_overlap, right, clash.common, left);
    }
  }
  void meet_others(const Part& part, const Part& others) {
    for (const auto& clash : clashes_between(part.ranges, others.ranges, most_))
      add(true, address_overlap, part.places[clash.left], clash.common, others.places[clash.right]);
  }

  void assignments_in_sources() {
    const auto single = single_homes();
    for (size_t i = 0; i < assignments_.ranges.size(); ++i) {
      const auto parts = outside(assignments_.ranges[i], all_sources_);
      add_parts(true, address_outside_source, assignments_.places[i], parts);
      if (parts.empty() && !single[i])
        add(false, address_crosses_sources, assignments_.places[i], assignments_.ranges[i]);
    }
  }

  // Which assignments lie in one source: of the sources that begin at or before an assignment, the
  // one that reaches furthest decides.
  std::vector<bool> single_homes() const {
    std::vector<Interval> sorted = sources_.ranges;
    std::ranges::sort(sorted);
    std::vector<uint32_t> furthest;
    for (const auto& range : sorted)
      furthest.push_back(furthest.empty() ? range.last : std::max(furthest.back(), range.last));
    std::vector<bool> out;
    for (const auto& range : assignments_.ranges) {
      const auto after = std::ranges::upper_bound(sorted, range.first, {}, &Interval::first);
      const auto count = static_cast<size_t>(after - sorted.begin());
      out.push_back(count > 0 && furthest[count - 1] >= range.last);
    }
    return out;
  }

  void gaps() {
    const auto used = united(assignments_.ranges);
    for (size_t i = 0; i < sources_.ranges.size(); ++i)
      add_parts(false, address_gap, sources_.places[i], outside(sources_.ranges[i], used));
  }

  void broadcasts() {
    std::vector<Interval> known = own_.ranges;
    known.insert(known.end(), all_sources_.begin(), all_sources_.end());
    const auto ours = united(std::move(known));
    for (size_t i = 0; i < broadcasts_.ranges.size(); ++i)
      add_parts(false, address_outside, broadcasts_.places[i],
                outside(broadcasts_.ranges[i], ours));
  }

  void sources_in_use() {
    const auto homeless = without(united(assignments_.ranges), all_sources_);
    for (const auto& clash : clashes_between(leaving_sources_.ranges, homeless, most_))
      add(true, address_in_use, leaving_sources_.places[clash.left], clash.common);
  }

  const size_t most_;
  Part sources_, assignments_, broadcasts_, own_, leaving_sources_;
  std::map<int64_t, Part> broadcasts_of_;
  std::vector<Interval> all_sources_;
  std::vector<Finding> found_;
};

std::string text_of(Interval range) {
  return text_of(Ends{range.first, range.last});
}

}  // namespace

std::vector<Finding> check(const std::vector<Placed>& records, size_t most) {
  return Checker(records, most).run();
}

Problem problem_of(const Finding& finding, const std::vector<Placed>& records) {
  Problem problem{finding.code, "/from", {{"range", text_of(finding.range)}}};
  if (finding.other != Finding::kNone) {
    const Placed& other = records[finding.other];
    problem.args.emplace_back("other",
                              std::string(title_of(other.block)) + " " + text_of(other.range));
  }
  return problem;
}

}  // namespace beian::addresses
