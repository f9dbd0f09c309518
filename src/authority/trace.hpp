// The ledger's trace (table authority_traces): what happened to each file, what the authority said,
// who asked for what. Functions inside the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/ledger.hpp"

namespace beian::authority::ledger {

struct Trace {
  std::string link;
  int64_t at = 0;  // ms
  // answered, unanswered (one sending each); asked_previous; acknowledged; ack_answered,
  // ack_unanswered (one sent once more, in vain), ack_given_up; resend_asked, resend_done,
  // resend_given_up; bytes_removed; bytes_read; retry_asked; sequence_set;
  // status_query; password_check
  std::string what;
  std::optional<int64_t> upload{}, download{};
  std::optional<int> code{};  // msg_code
  std::string text{};         // the authority's text, or a person's reason; no content of a record
  std::string actor{};        // account id, or "cli:NAME"; empty: the system
};
void note(db::Tx& tx, const Trace& trace);
std::vector<Trace> traces_of_upload(db::Tx& tx, int64_t upload);      // oldest first
std::vector<Trace> traces_of_download(db::Tx& tx, int64_t download);  // oldest first
std::vector<Trace> traces_of_link(db::Tx& tx, const std::string& link,
                                  size_t limit);  // newest first

// --- sending once more by an officer's word ---

void ask_resend(db::Tx& tx, int64_t upload, TimePoint now);
void end_resend(db::Tx& tx, int64_t upload);
// The lowest sequence that is asked for.
std::optional<Upload> next_resend(db::Tx& tx, const std::string& link);

// --- how long bytes are kept ---

// Files whose matter ended before `before` and whose bytes are still here: accepted or refused
// uploads; downloads that were applied, and acknowledged or given up (the authority has nothing
// waiting and does not answer the acknowledgement). One that was never opened or applied is none of
// them, however old.
std::vector<Upload> ended_uploads(db::Tx& tx, const std::string& link, TimePoint before,
                                  size_t limit);
std::vector<Download> ended_downloads(db::Tx& tx, const std::string& link, TimePoint before,
                                      size_t limit);
void mark_upload_removed(db::Tx& tx, int64_t upload, TimePoint now);
void mark_download_removed(db::Tx& tx, int64_t download, TimePoint now);
// Does any row of the installation still need these bytes? (One store holds materials and files.)
bool is_blob_needed(db::Tx& tx, const std::string& blob);

// --- both legs for officers ---

void set_legs(db::Tx& tx, const std::string& link, const std::string& json);
std::string legs_of(db::Tx& tx, const std::string& link);  // "": never written

// --- code 22 ---

struct PasswordLimit {
  int64_t until = 0;
  std::string told;  // the authority's words
};
void set_password_limit(db::Tx& tx, const std::string& link, const std::string& entity_number,
                        const PasswordLimit& limit);
// Only one that has not ended.
std::optional<PasswordLimit> password_limit(db::Tx& tx, const std::string& link,
                                            const std::string& entity_number, TimePoint now);

}  // namespace beian::authority::ledger
