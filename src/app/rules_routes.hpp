// The rules over HTTP: GET /api/v1/requirements, what will be asked, for programs; and for
// administrators GET /api/v1/rules/provinces, the books with sources, confidence and conflicts.
#pragma once

#include <vector>

#include "platform/http/router.hpp"
#include "rules/select.hpp"

namespace beian::app {

std::vector<http::Route> rules_routes();

// What every province asks for in that kind of order: [{"purpose", "title"}].
Json standard_materials(const rules::Case& wanted);

}  // namespace beian::app
