#include "gate/server/last_holder.hpp"

#include <algorithm>

namespace beian::gate::server {

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
