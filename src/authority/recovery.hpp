// The sequence rule and recovery as pure decisions: what is known in, what to do out. The doing is
// in upload_leg.cpp. Interface V.3.0, "The upload sequence".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace beian::authority {

// What an answer to isp_upload (its msg_code) means for the file that was sent; reactions.hpp has
// the table.
enum class Verdict {
  accepted,  // taken: 0
  missing,   // not taken: earlier numbers are missing (14)
  later,     // not taken, send the same again later: 15, 20, 901, 902
  blocked,   // not taken, a person must act first: 4, 5, 12, 13, 16, 19
  refused,   // not taken, the file or its envelope is at fault: 6…11, 17, 18
  unclear,   // nobody knows: 999, codes that make no sense here, no answer, HTTP or SOAP fault
};
Verdict verdict_of_upload(std::optional<int> msg_code);  // nothing: no answer came

// The same for the calls that change nothing (download, previous upload, status).
enum class Readiness { ok, later, blocked, unclear };
Readiness readiness_of(std::optional<int> msg_code);

// What the ledger knows of a link.
struct LedgerView {
  // The last number that counts as accepted: of the ledger, else the one the authority named when
  // the link was first used. Nothing: never asked.
  std::optional<int64_t> last_accepted;
  std::string last_hash;     // of that file; empty when it is not in the ledger
  bool own_uploads = false;  // the ledger holds any accepted file
  struct Open {
    int64_t sequence = 0;
    std::string hash;
    int attempts = 0;  // sendings begun; 0: certainly never sent
  };
  std::optional<Open> open;  // at most one: built or sent, not answered
};

// The answer of isp_querypreviousupload.
struct Previous {
  int64_t sequence = 0;  // 0: none yet
  std::string hash;      // may be empty
};

struct Decision {
  enum class Kind {
    go_on,     // both agree, nothing is open: the next batch may be built
    adopt,     // nothing of ours is at stake: count from the authority's number
    accepted,  // the open file was taken
    send,      // the open file was not taken: the same bytes, the same number, again
    resend,    // the authority lacks files that it had accepted: send `from`…`to` from the ledger
    diverged,  // numbers or contents contradict each other: a person must look
  } kind = Kind::go_on;
  int64_t from = 0, to = 0;
  std::string why;  // Chinese, for the officer; set for diverged
  bool operator==(const Decision&) const = default;
};
Decision compare(const LedgerView& ours, const Previous& theirs);

// Code 14's list against the ledger: which numbers to send again before `sequence`, in order.
// Nothing: the list cannot be served (a number that this ledger never had), `why` says it.
struct Missing {
  std::optional<std::vector<int64_t>> resend;
  std::string why;
};
Missing missing_files(const std::vector<int64_t>& demanded, int64_t sequence,
                      const std::vector<int64_t>& in_ledger);

}  // namespace beian::authority
