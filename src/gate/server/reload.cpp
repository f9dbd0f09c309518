#include "gate/server/reload.hpp"

#include <algorithm>
#include <utility>

namespace beian::gate::server {

Result<SnapshotFile::Shared> SnapshotFile::open(Pace* pace) {
  read_ = identity_of(path_);  // before: what comes meanwhile is seen afterwards
  auto snapshot = Snapshot::load(path_, pace);
  if (!snapshot) return fail(snapshot);
  return std::make_shared<const Snapshot>(std::move(*snapshot));
}

bool SnapshotFile::changed() const {
  const auto there = identity_of(path_);
  return there && there != read_;
}

void LastHolder::look(const Live& live) {
  const std::shared_ptr<const View> view = live.view();
  for (const std::shared_ptr<const void>& one :
       {std::shared_ptr<const void>(view->snapshot), std::shared_ptr<const void>(view->changes)}) {
    if (one && std::ranges::find(held_, one) == held_.end()) held_.push_back(one);
  }
  // 1: nobody but `held_` has it.
  std::erase_if(held_, [](const auto& one) { return one.use_count() == 1; });
}

}  // namespace beian::gate::server
