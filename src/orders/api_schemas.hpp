// What the API's description (OpenAPI) says of orders, made from the tables that do the work: the
// forms from shape.cpp, the kinds from kind.cpp, states, events and actors from machine.cpp.
#pragma once

#include "base/json.hpp"

namespace beian::orders {

// JSON Schema (2020-12) by name, with references to "#/components/schemas/NAME". Every named shape
// twice: as it is when it is handed in (required members, shortest texts: check_shape(complete)),
// and, "…Draft", as it may be saved.
Json api_schemas();

}  // namespace beian::orders
