// Hosts as they came in, in what programs read.
#pragma once

#include <string>
#include <string_view>

namespace beian::gate {

// All but plain ASCII as \xff; what stands in a log may be anything.
std::string printable(std::string_view raw);
// As it is where it is UTF-8, as JSON wants it; else printable().
std::string readable(std::string_view raw);

}  // namespace beian::gate
