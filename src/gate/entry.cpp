#include "gate/entry.hpp"

namespace beian::gate {

namespace {
constexpr std::string_view kReasonNames[kReasons] = {
    "no_name", "filed",       "grace",     "exempt",  "cancelled", "closed", "elsewhere",
    "blocked", "blacklisted", "not_filed", "expired", "not_yet",   "damaged"};
constexpr uint8_t kStandings = 8;  // the first reasons after no_name, in the same order
static_assert(static_cast<uint8_t>(Reason::blacklisted) ==
              static_cast<uint8_t>(Standing::blacklisted));
}  // namespace

std::string_view name_of(Reason reason) {
  return kReasonNames[static_cast<size_t>(reason)];
}

std::string_view reason_of(const Answer& answer) {
  return answer.reason == Reason::no_name ? name_of(answer.host) : name_of(answer.reason);
}

std::string_view name_of(Standing standing) {
  return kReasonNames[static_cast<size_t>(standing)];
}

std::optional<Standing> standing_named(std::string_view name) {
  for (uint8_t i = 1; i <= kStandings; ++i) {
    if (kReasonNames[i] == name) return static_cast<Standing>(i);
  }
  return {};
}

}  // namespace beian::gate
