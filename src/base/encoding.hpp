// Base64 (RFC 4648, with padding), hexadecimal and percent-encoding.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian {

std::string base64_encode(std::string_view bytes);
// Blanks and line ends inside are skipped (the wire has them); anything else is bad_encoding.
Result<std::string> base64_decode(std::string_view text);
std::string base64url_encode(std::string_view bytes);  // no padding
std::string hex_encode(std::string_view bytes);        // lower case
Result<std::string> hex_decode(std::string_view text);
std::string percent_encode(std::string_view s);  // everything but unreserved
Result<std::string> percent_decode(std::string_view s, bool plus_is_blank = false);

}  // namespace beian
