// A request to submit that may come again: its Idempotency-Key belongs to the account, and the same
// request under the same key is one submission. Keys are forgotten after a week.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

struct SubmissionRequest {
  std::string account_id;
  std::string key;   // empty: never the same as another
  std::string hash;  // of what is asked for, keyed by the installation
};

// too_long, bad_encoding (/Idempotency-Key).
Status check_request_key(const std::string& key);

// The submission that an earlier request made; nothing when there was none.
// idempotency_key_reused: it asked for something else.
Result<std::optional<int64_t>> submission_of_request(db::Tx& tx, const SubmissionRequest& request);

// The same, and when there was none the key is this request's from now on: name_submission follows
// in the same transaction. Of two at once the other one waits here for the first.
Result<std::optional<int64_t>> claim_request(db::Tx& tx, TimePoint now,
                                             const SubmissionRequest& request);
void name_submission(db::Tx& tx, const SubmissionRequest& request, int64_t submission);

int64_t forget_submission_requests(db::Tx& tx, TimePoint now);

}  // namespace beian::authority
