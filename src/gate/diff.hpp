// What changed between two snapshots.
#pragma once

#include <functional>

#include "gate/snapshot.hpp"

namespace beian::gate {

struct DiffReport {
  uint64_t added = 0, removed = 0, changed = 0;
};

// Calls f with the entry before and after, one of them null when it is not there: the removed and
// changed in the order of `before`, then the added in that of `after`. Fails where one is damaged.
Result<DiffReport> diff(const Snapshot& before, const Snapshot& after,
                        const std::function<void(const Entry* before, const Entry* after)>& f);

}  // namespace beian::gate
