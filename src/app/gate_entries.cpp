#include "app/gate_entries.hpp"

#include <stdexcept>

#include "gate/change.hpp"

namespace beian::app {

gate::Entry gate_entry(const registry::NameStanding& standing) {
  const auto stands = gate::standing_told(standing.what);
  if (!stands) throw std::logic_error("no standing for " + standing.what);
  return {.name = standing.name,
          .number = gate::pack_number(standing.filing_number).value_or(0),
          .standing = *stands};
}

}  // namespace beian::app
