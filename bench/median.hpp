// What benches tell of several runs.
#pragma once

#include <algorithm>
#include <vector>

namespace beian::bench {

// Of an even number the upper one of the two in the middle; at least one.
inline double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all[all.size() / 2];
}

}  // namespace beian::bench
