#include "base/embedded.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace beian::embedded {

std::string_view file(std::string_view name) {
  const auto all = files();
  const auto found = std::lower_bound(all.begin(), all.end(), name,
                                      [](const File& f, std::string_view n) { return f.name < n; });
  if (found == all.end() || found->name != name)
    throw std::logic_error("no embedded file " + std::string(name));
  return found->bytes;
}

}  // namespace beian::embedded
