// What a snapshot says at one moment, name by name: for proxies and resolvers that take a list and
// cannot ask. The narrowest name's ruling is the answer; a host without one is not filed.
#pragma once

#include <functional>
#include <optional>

#include "gate/snapshot.hpp"

namespace beian::gate {

struct Ruling {
  std::string_view name;  // lives as long as the snapshot
  bool exact = false;     // for this host alone; else also for those below it
  Answer answer;
};

// Allowed: "allow". Else the reason: "cancelled".
std::string_view word_of(const Answer& answer);

// What the entry of exactly this name decides at that time. Nothing when there is none, or it does
// not hold and a wider one decides in its place. bad_format when the file is damaged there.
Result<std::optional<Ruling>> ruling_of(const Snapshot& snapshot, std::string_view name,
                                        Seconds at);
// What decides for hosts below this name that have no ruling of their own, when it is exact or
// were not there.
Result<std::optional<Ruling>> ruling_above(const Snapshot& snapshot, std::string_view name,
                                           Seconds at);

struct RulingReport {
  uint64_t allowed = 0, denied = 0;
  Seconds changes_at = 0;  // when the next entry begins or ends; 0: never
};
// Every ruling once. Fails where the file is damaged.
Result<RulingReport> each_ruling(const Snapshot& snapshot, Seconds at,
                                 const std::function<void(const Ruling&)>& f);

// Every name whose ruling in `before` at `then` is not the one in `after` at `now`, null for none.
// Two moments of one snapshot can be compared: times begin and end.
Status each_changed_ruling(const Snapshot& before, Seconds then, const Snapshot& after, Seconds now,
                           const std::function<void(const Ruling* before, const Ruling* after)>& f);

}  // namespace beian::gate
