// What each msg_code means to a link: the one table (reactions.cpp). Interface V.3.0, table 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "authority/recovery.hpp"
#include "base/clock.hpp"

namespace beian::authority {

struct CodeReaction {
  int code;
  Verdict upload;   // as the answer to isp_upload
  Readiness other;  // as the answer to the calls that change nothing
  // The pause before the next try: doubles from `first` up to `most`. 0: the link's own back-off.
  Millis first{0}, most{0};
  std::string_view advice;  // Chinese: what the system does, and what a person should do
};
// nullptr for a code that the interface does not have.
const CodeReaction* reaction_to(int code);

// What an officer should know and do about a link in `state` because of `code`: the table's words,
// or those for a link that waits or is blocked without a code. Empty while it works.
std::string advice_for(std::string_view state, std::optional<int> code);

}  // namespace beian::authority
