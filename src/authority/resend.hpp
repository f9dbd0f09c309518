// Sending a file of the ledger once more because the authority asks for it outside of the protocol
// (by telephone, say). What it asks for by code 14 goes by itself.
#pragma once

#include <string>

#include "authority/ledger.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace beian::authority {

struct ResendPlan {
  bool possible = false;
  std::string text;  // Chinese: what will happen, or why it cannot
};
// not_found.
Result<ResendPlan> plan_resend(db::Tx& tx, int64_t upload);

// Marks the file; the link sends it at its next turn and ends the mark. Leaves a trace with reason
// and actor. not_found; conflict at /state when the plan says no; required, too_long at /reason
// (200 characters).
Status ask_resend(db::Database& database, TimePoint now, int64_t upload, const std::string& reason,
                  const std::string& actor);

}  // namespace beian::authority
