// The registry and a snapshot beside each other, both ways.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gate/snapshot.hpp"
#include "platform/db/db.hpp"

namespace beian::app {

struct VerifyReport {
  uint64_t sequence = 0;  // the registry's change journal
  uint64_t names = 0;     // of the registry that a gate takes
  uint64_t missing = 0, different = 0, extra = 0;
  uint64_t lists = 0;  // entries of a standing that only lists give: exempt, grace, blocked
};
// `tell`: "missing", "different" or "extra", the name, and how it stands in each ("filed
// 粤ICP备2026000001号-1"; empty: not there). An entry from a list is not compared with the
// registry. Memory: a page. Fails where the snapshot is damaged.
Result<VerifyReport> verify_snapshot(
    db::Tx& tx, const gate::Snapshot& snapshot,
    const std::function<void(const char* what, const std::string& name, const std::string& registry,
                             const std::string& snapshot)>& tell,
    const std::function<void()>& step);

}  // namespace beian::app
