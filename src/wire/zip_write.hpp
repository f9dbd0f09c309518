// A zip with one entry, written directly: libzip cannot tell zlib how to look at which bytes, and
// on base64 its fastest level spends four times as long to come out larger.
#pragma once

#include <string>
#include <string_view>

namespace beian::wire {

// Same input, same output (a fixed entry time). Throws std::length_error from 4 GiB on.
std::string zip_of(std::string_view entry_name, std::string_view content);

}  // namespace beian::wire
