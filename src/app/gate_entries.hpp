// The registry's words as a gate keeps them: the one place that knows both.
#pragma once

#include <optional>
#include <string_view>

#include "gate/entry.hpp"
#include "registry/names.hpp"

namespace beian::app {

// A `what` of the registry's change journal. Nothing for not_filed: there a gate has no entry.
std::optional<gate::Standing> gate_standing(std::string_view what);

// The entry of a name that is known; `standing` outlives it. A number of a form that a snapshot
// cannot hold is left out.
gate::Entry gate_entry(const registry::NameStanding& standing);

}  // namespace beian::app
