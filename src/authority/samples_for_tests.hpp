// Invented orders for tests: no such company, person or number exists.
#pragma once

#include <string>

#include "base/json.hpp"

namespace beian::authority::testing {

// A complete document of kind `first`; `n` makes names and numbers differ.
Json sample_document(int n = 1);

}  // namespace beian::authority::testing
