// The parts of the API's description that no descriptor has to say.
#pragma once

#include "base/json.hpp"

namespace beian::app {

Json api_info();
Json security_schemes();
// Problems, and the schemas of orders (orders/api_schemas.hpp).
Json common_schemas();

}  // namespace beian::app
