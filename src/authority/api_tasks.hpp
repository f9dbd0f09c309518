// HTTP face of tasks and synchronisations, for officers.
#pragma once

#include <memory>
#include <vector>

#include "authority/api.hpp"

namespace beian::authority {

// /api/v1/authority/tasks…, /api/v1/authority/synchronisations…
std::vector<http::Route> task_routes(std::shared_ptr<const ApiDeps> deps);

}  // namespace beian::authority
