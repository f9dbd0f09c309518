#include "app/current_snapshot.hpp"

#include "app/configure.hpp"
#include "gate/merge.hpp"

namespace beian::app {

std::optional<gate::Snapshot> current_snapshot(const std::string& path) {
  auto snapshot = gate::open_current(path);
  if (snapshot) return std::move(*snapshot);
  complain(snapshot.error());
  return {};
}

}  // namespace beian::app
