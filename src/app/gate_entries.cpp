#include "app/gate_entries.hpp"

#include <stdexcept>

namespace beian::app {

std::optional<gate::Standing> gate_standing(std::string_view what) {
  if (what == "no_access_here") return gate::Standing::elsewhere;
  if (what == "blacklisted") return gate::standing_named(what).value_or(gate::Standing::closed);
  if (what == "filed" || what == "cancelled") return gate::standing_named(what);
  return std::nullopt;
}

gate::Entry gate_entry(const registry::NameStanding& standing) {
  const auto stands = gate_standing(standing.what);
  if (!stands) throw std::logic_error("no standing for " + standing.what);
  return {.name = standing.name,
          .number = gate::pack_number(standing.filing_number).value_or(0),
          .standing = *stands};
}

}  // namespace beian::app
