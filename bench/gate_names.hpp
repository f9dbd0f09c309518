// Names as they are filed, and hosts as they are asked for: made from a number, the same each time.
#pragma once

#include <cstdint>
#include <string>

namespace beian::bench {

// The n-th filed name, each different: mostly short under .cn, .com, .com.cn …; 4 of 100 in
// Chinese, 3 long, 4 under a province or a government; 2 below an independent domain.
std::string filed_name(uint64_t n);
// A host for it as it comes in: www or deeper, now and then capitals, a port, a trailing dot.
// Numbers from `filed` on are names that nobody filed.
std::string host_for(uint64_t n, uint64_t salt);

}  // namespace beian::bench
