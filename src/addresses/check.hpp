// How the records of one authority lie beside each other: what must be mended before they are
// reported, and what an officer should know. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "addresses/block.hpp"
#include "addresses/intervals.hpp"
#include "base/result.hpp"

namespace beian::addresses {

// A record as far as its place is concerned.
struct Placed {
  Block block = Block::source;
  std::string id;
  Interval range;
  int64_t unit = 0;      // who broadcasts it, of a broadcast
  bool leaving = false;  // to be deleted: its place counts as free already
};

struct Finding {
  bool blocking = true;  // an error; otherwise a warning
  ProblemCode code{};    // address_…
  size_t record = 0;     // place in the list
  size_t other = kNone;  // … of the record it meets
  Interval range;
  static constexpr size_t kNone = SIZE_MAX;
  bool operator==(const Finding&) const = default;
};

// Errors:
//   address_overlap         two sources, two assignments, two brought-along ranges, two broadcasts
//                           by the same unit, or a brought-along range and a source; told of both
//   address_outside_source  a part of an assignment that no source holds (result code 2005)
//   address_in_use          a source to be deleted that holds assignments which no other source
//   holds
// Warnings:
//   address_crosses_sources an assignment that no single source holds
//   address_gap             a part of a source that nothing was assigned of
//   address_outside         a part of a broadcast that is in no source and not brought along
// In the order of the records. `most`: of one kind for one record.
std::vector<Finding> check(const std::vector<Placed>& records, size_t most = 10);

// With "{range}", and "{other}" named by its block and range, at "/from".
Problem problem_of(const Finding& finding, const std::vector<Placed>& records);

}  // namespace beian::addresses
