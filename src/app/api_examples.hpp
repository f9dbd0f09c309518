// Examples of the descriptors in data/api, as the description shows them. The play in tests/api
// reads the same ones and fills them with what earlier calls answered.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"

namespace beian::app {

// The value with samples for "{{names}}" (a whole text takes the sample's type) and with the parts
// of embedded files for {"$file": "data/…#/pointer"}. Throws std::invalid_argument when there is no
// such sample, file or part.
Json shown_example(const Json& value, const Json& samples);

}  // namespace beian::app
