#include "gate/change.hpp"

namespace beian::gate {

std::optional<Standing> standing_told(std::string_view what) {
  if (what == "not_filed") return std::nullopt;
  if (what == "filed") return Standing::filed;
  if (what == "no_access_here") return Standing::elsewhere;
  if (what == "cancelled") return Standing::cancelled;
  if (what == "blacklisted") return Standing::blacklisted;
  return Standing::blocked;
}

}  // namespace beian::gate
