// A filing number in eight bytes, as a snapshot keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::gate {

using PackedNumber = uint64_t;  // 0: none

// "粤ICP备2026000001号-1" and whatever else china::parse_filing_number takes; empty is 0.
// bad_filing_number otherwise, also for services above 131071.
Result<PackedNumber> pack_number(std::string_view text);
// Empty for 0 and for what pack_number never makes.
std::string number_text(PackedNumber number);
// The same into room for kLongestNumber bytes; how many it has. Allocates nothing.
inline constexpr size_t kLongestNumber = 48;
size_t write_number(PackedNumber number, char* out);

}  // namespace beian::gate
