// The public query: what is filed under a number, a domain, a name, an app's package name or id.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/context.hpp"
#include "sandbox/filed.hpp"

namespace beian::sandbox {

// Exactly so called, the entity or the service.
std::vector<FiledService> filed_by_name(db::Tx& tx, std::string_view name);

std::vector<FiledService> look_up(const Context& context, const std::string& question);

}  // namespace beian::sandbox
