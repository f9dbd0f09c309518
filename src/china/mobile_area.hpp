// The province of a mobile number by its first seven digits (data/codes/mobile-areas.json).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace beian::china {

// `mobile`: eleven digits as check_mobile gives them. The province's six-digit region code; nothing
// for a segment that the data (of 2015) do not know, or for what is no such number.
std::optional<int64_t> mobile_province(std::string_view mobile);

}  // namespace beian::china
