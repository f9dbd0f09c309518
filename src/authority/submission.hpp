// Submissions: what is reported to the authority besides orders. Each is one record of an upload
// operation; the reporting worker puts it into a file with the guarantees that orders have (ledger
// before sending, no gap, no repeat). Bodies are domain objects, see operation.hpp.
//
//   queued ─▶ reporting ─▶ accepted ─▶ done, refused
//
// held: it has no form on the wire (`problem` says why), tried again by itself every hour;
// withdrawn: by an officer or its owner, before it was in a file. A file that the authority refuses
// as a whole gives its submissions back to the queue, in their places. A refused submission is
// never sent again: a mended one is a new submission.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/ledger.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

// What a submission is about: an order, a task, an address record; or "manual", by an officer's
// hand, whose id is the account.
struct Subject {
  std::string kind, id;
  bool operator==(const Subject&) const = default;
};

struct NewSubmission {
  std::string link;
  std::string operation;  // "icp/new_services"; one of operations()
  Subject subject;
  std::string account_id;  // whose matter it is; "" for the provider's own
  Json body;
};

struct Submission {
  int64_t number = 0;
  std::string link, operation;
  Subject subject;
  std::string account_id;
  Json body;
  std::string state;
  std::string problem;  // why it is held, Chinese
  int64_t retry_at = 0;
  // What the authority said, oldest first: [{"verdict": "reject"|"pass"|"note", "text", "code"?,
  // "field"?, "authority_id"?, "at"}]; `field` is a pointer into the body.
  Json outcomes = Json::array();
  TimePoint ready, created, changed;
};

// Puts it into the queue, in the caller's transaction; its number. bad_format (/operation) when
// there is no such operation or it is the orders' own. The body is not judged here: one
// without a form on the wire is held. Afterwards call
// AuthorityService::nudge(), or the link looks by itself at its next round.
Result<int64_t> submit(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                       const NewSubmission& submission);

// While it waits (queued, held). not_found, conflict.
Status withdraw(db::Tx& tx, TimePoint now, int64_t number);

std::optional<Submission> find_submission(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          int64_t number);
// Oldest first.
std::vector<Submission> submissions_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                       const Subject& subject);

struct SubmissionFilter {
  std::string link, operation, state;
  Subject subject;  // empty parts: any
  int64_t before = 0;
  size_t limit = 50;
};
// Newest first.
std::vector<Submission> list_submissions(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                         const SubmissionFilter& filter);

// --- what the authority answers ---

struct Outcome {
  // reject: the record is refused; pass: it is done; note: news, nothing more.
  std::string verdict, text;
  std::optional<int> code = {};
  std::string field = {};                    // pointer into the body; "" when it cannot be told
  std::optional<int64_t> authority_id = {};  // that the record has now
};
// Keeps the outcomes and moves the submission: any reject makes it refused, else any pass makes it
// done. What comes after the end is kept too and moves nothing. The effect, as authority_results
// names it: applied (moved), noted, late.
std::string tell_outcomes(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                          int64_t number, const std::vector<Outcome>& outcomes);

// Which record an answer names. When several bear the same mark (two services added to one entity),
// the oldest that still waits for its answer; when none does, the newest. Nothing: nobody's.
std::optional<ledger::UploadRecord> record_marked(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                                  const std::string& link,
                                                  const ledger::Mark& mark);

// --- for the reporting worker (report.cpp) ---

// The operations for which something waits, with the place of the oldest; held submissions count
// when their time has come.
struct WaitingOperation {
  std::string operation;
  TimePoint oldest;
};
std::vector<WaitingOperation> waiting_operations(db::Tx& tx, const std::string& link,
                                                 TimePoint now);
// What waits for one operation, oldest first.
std::vector<Submission> waiting_submissions(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                            const std::string& link, std::string_view operation,
                                            TimePoint now, size_t limit);
int64_t count_waiting(db::Tx& tx, const std::string& link);
// False: it was withdrawn meanwhile.
bool mark_reporting(db::Tx& tx, TimePoint now, int64_t number);
void hold_submission(db::Tx& tx, TimePoint now, int64_t number, const std::string& problem,
                     TimePoint retry);
// The file was taken; of an operation that gets no other answer that is the end.
void mark_accepted(db::Tx& tx, TimePoint now, int64_t number);
void requeue(db::Tx& tx, TimePoint now, int64_t number);

}  // namespace beian::authority
