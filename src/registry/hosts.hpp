// Hosts as people and programs write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace beian::registry {

// The names whose filing would let the host be served, the narrowest first (china/domain.hpp); a
// port and a dot at the end are passed over. Empty when it is no host, or one without public
// suffix.
std::vector<std::string> covering_names(std::string_view host);

}  // namespace beian::registry
