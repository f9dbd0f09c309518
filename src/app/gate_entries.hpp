// What the registry knows of a name, as a gate keeps it.
#pragma once

#include "gate/entry.hpp"
#include "registry/names.hpp"

namespace beian::app {

// The entry of a name that is known; `standing` outlives it. A number of a form that a snapshot
// cannot hold is left out.
gate::Entry gate_entry(const registry::NameStanding& standing);

}  // namespace beian::app
