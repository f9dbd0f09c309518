#include "gate/diff.hpp"

namespace beian::gate {

Result<DiffReport> diff(const Snapshot& before, const Snapshot& after,
                        const std::function<void(const Entry*, const Entry*)>& f) {
  DiffReport report;
  Status status;
  // Calls g with each entry of one and the same name's of the other.
  const auto pairs = [&status](const Snapshot& one, const Snapshot& other, const auto& g) {
    const Status walked = one.each([&](const Entry& entry) {
      const auto found = other.entry_of(entry.name);
      if (!found) {
        status = fail(found);
        return false;
      }
      g(entry, found->has_value() ? &**found : nullptr);
      return true;
    });
    if (!walked) status = walked;
    return status.has_value();
  };
  const bool good = pairs(before, after,
                          [&](const Entry& old, const Entry* now) {
                            if (now == nullptr) {
                              ++report.removed;
                              f(&old, nullptr);
                            } else if (!(*now == old)) {
                              ++report.changed;
                              f(&old, now);
                            }
                          }) &&
                    pairs(after, before, [&](const Entry& now, const Entry* old) {
                      if (old != nullptr) return;
                      ++report.added;
                      f(nullptr, &now);
                    });
  if (!good) return fail(status);
  return report;
}

}  // namespace beian::gate
