// One route and its descriptor as an OpenAPI operation.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/http/router.hpp"

namespace beian::app {

// `file`: the whole descriptor file, for its schemas and samples. What is wrong is added to
// `faults`; a broken notation or example throws std::invalid_argument.
Json operation_of(const http::Route& route, const std::string& room, const Json& file,
                  const Json& descriptor, std::vector<std::string>& faults);

// The codes that every call of such a route can answer besides those of its descriptor.
std::vector<std::string> common_problems(const http::Route& route, bool json_body);

}  // namespace beian::app
