// The check that the registry's change journal carries: each change's covers itself and all before
// it, so that two who have the same check at the same number have been told the same. It finds
// gaps, damage and histories that went apart (a database that was restored); it is no protection
// against forgery.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian {

inline constexpr uint64_t kChainStart = 1;  // before the first change; 0 stands for: no check

// The check after one more change, each as the journal has it.
uint64_t chain_after(uint64_t before, int64_t number, std::string_view domain,
                     std::string_view what, std::string_view filing_number);

std::string chain_text(uint64_t chain);               // 16 hexadecimal digits
Result<uint64_t> parse_chain(std::string_view text);  // bad_format

}  // namespace beian
