// The tables of db/*/0006_authority.sql: links, uploads, downloads and what they did. Plain
// functions inside the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "authority/recovery.hpp"
#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::authority::ledger {

// --- links ---

struct LinkRow {
  std::string id, holder;
  int64_t lease_until = 0;
  std::optional<int64_t> base_sequence;
  std::string state;   // working, waiting (tries again by itself), blocked (a person must act)
  std::string reason;  // Chinese; why it waits or is blocked
  std::optional<int64_t> code;  // msg_code behind the reason
  int64_t failures = 0;         // in a row
  int64_t next_attempt = 0;     // ms; 0: at once
  std::string last_error;
  int64_t last_error_at = 0, last_ok_at = 0;
};
void ensure_link(db::Tx& tx, const std::string& link);
std::optional<LinkRow> find_link(db::Tx& tx, const std::string& link);
// Takes or renews the lease; false: another node holds it.
bool take_lease(db::Tx& tx, const std::string& link, const std::string& node, TimePoint now,
                Millis lease);
// Gives the lease back, so that another node need not wait for its end.
void drop_lease(db::Tx& tx, const std::string& link, const std::string& node);
void set_base(db::Tx& tx, const std::string& link, int64_t sequence);
struct LinkStatus {
  std::string state = "working", reason;
  std::optional<int> code;
  int failures = 0;
  TimePoint next_attempt;
};
// An error keeps last_ok_at, a success keeps last_error.
void set_status(db::Tx& tx, const std::string& link, TimePoint now, const LinkStatus& status);

void set_next_attempt(db::Tx& tx, const std::string& link, TimePoint next);

// `n` numbers that nobody else gets; the first of them.
int64_t take_numbers(db::Tx& tx, int64_t n);

// --- uploads ---

struct Upload {
  int64_t number = 0;
  std::string link;
  int64_t sequence = 0;
  std::string state;  // built, sent, accepted, refused
  std::string file_name;
  int64_t records = 0, xml_bytes = 0;
  std::string xml_blob, envelope_blob, hash;
  int64_t encrypt_algorithm = 0;
  int64_t attempts = 0, refusals = 0, resent = 0;
  std::optional<int64_t> answer_code;
  std::string answer_text;
  int64_t created = 0, sent = 0, answered = 0;
  int64_t resend_asked = 0;   // an officer wants it sent once more; 0: nobody
  int64_t bytes_removed = 0;  // after the time for which bytes are kept; 0: still there
};
// One record of a file: an order or a submission.
struct UploadRecord {
  // From the counter of the interface's numbers; of a new filing the provider_entity_id.
  int64_t id = 0;
  int64_t upload = 0;
  std::string order_id;               // "" of a submission
  std::optional<int64_t> submission;  // submission.hpp
  std::string account_id;
  std::string ids;  // JSON: the numbers of all its parts
};
// How the authority will name the record when it answers. Scopes: "icp/results" (BAJG/Jg_xx: Czlx
// and Bs), "icp/remarks" (Jg_xx without Bs: Bz), "icp/decisions" (Gjsh: Czlx and Jlid),
// "icp/cancelled" (ZXSJ: Zxlb and Jlid),
// "ip/sources", "ip/assignments", "ip/broadcasts", "ip/own_addresses", "domain_names" (BAJG: Czlx
// and IspId or Id).
struct Mark {
  std::string scope;
  int64_t code = 0;
  std::string mark;
  bool operator==(const Mark&) const = default;
};

LedgerView view(db::Tx& tx, const std::string& link);
std::vector<int64_t> accepted_sequences(db::Tx& tx, const std::string& link);
std::optional<Upload> open_upload(db::Tx& tx, const std::string& link);
std::optional<Upload> find_upload(db::Tx& tx, int64_t number);
std::optional<Upload> upload_with_sequence(db::Tx& tx, const std::string& link, int64_t sequence);
// A file that is not refused, by its name.
std::optional<Upload> upload_named(db::Tx& tx, const std::string& link, const std::string& name);
// Throws db::UniqueViolation when the number is taken or another file is open.
int64_t insert_upload(db::Tx& tx, const Upload& upload);
void insert_record(db::Tx& tx, const UploadRecord& record);
void insert_mark(db::Tx& tx, const std::string& link, const Mark& mark, int64_t record);
std::vector<UploadRecord> records_of(db::Tx& tx, int64_t upload);
// The files that a submission was in, oldest first: the refused ones and the last.
std::vector<int64_t> uploads_of_submission(db::Tx& tx, int64_t submission);
std::optional<UploadRecord> find_record(db::Tx& tx, int64_t id);
// All that bear the mark, oldest first.
std::vector<UploadRecord> records_marked(db::Tx& tx, const std::string& link, const Mark& mark);
// The newest record of an order, of whatever file.
std::optional<UploadRecord> newest_record(db::Tx& tx, const std::string& order_id);
// Is it the newest record of its order or submission? Results for an older one come too late.
bool is_newest(db::Tx& tx, const UploadRecord& record);
void mark_sent(db::Tx& tx, int64_t upload, TimePoint now);
void mark_resent(db::Tx& tx, int64_t upload, TimePoint now);
// `state`: accepted, refused, or the same as before with another refusal counted.
void mark_answered(db::Tx& tx, const Upload& upload, std::string_view state, int code,
                   const std::string& text, TimePoint now);

struct Held {
  std::string order_id;
  int64_t version = 0;
  std::string problem;
  int64_t since = 0, retry_at = 0;
};
std::vector<Held> held_orders(db::Tx& tx, const std::string& link);
void hold_order(db::Tx& tx, const std::string& link, const Held& held);
void release_order(db::Tx& tx, const std::string& order_id);

// --- downloads ---

struct Download {
  int64_t number = 0;
  std::string link, file_name, digest, blob;
  bool opened = false;  // blob is the XML; else what was received, as it came
  int64_t bytes = 0, received = 0, times_received = 1, acked = 0;
  bool applied = false;
  int64_t applied_at = 0, attempts = 0, retry_at = 0, items = 0, flagged = 0;
  std::string problem;
  int64_t bytes_removed = 0;
  // Acknowledgements sent once more after the first was lost; given up: 0 not, else when.
  int64_t ack_tries = 0, ack_retry_at = 0, ack_given_up = 0;
};
// The row of that name and content, and whether it is new.
std::pair<Download, bool> insert_download(db::Tx& tx, const Download& download);
void mark_acked(db::Tx& tx, int64_t download, TimePoint now);
// The oldest of which it is not known that its acknowledgement arrived, and which may be tried now.
std::optional<Download> next_to_acknowledge(db::Tx& tx, const std::string& link, TimePoint now);
// Another one that did not succeed. retry_at: nullopt gives it up, `now` is when.
void mark_ack_failed(db::Tx& tx, int64_t download, std::optional<TimePoint> retry_at,
                     TimePoint now);
std::optional<Download> find_download(db::Tx& tx, int64_t number);
// The oldest that is not applied and may be tried now.
std::optional<Download> next_to_apply(db::Tx& tx, const std::string& link, TimePoint now);
// False: somebody else applied it meanwhile; the caller must roll back.
bool mark_applied(db::Tx& tx, int64_t download, int64_t items, int64_t flagged, TimePoint now);
void mark_failed(db::Tx& tx, int64_t download, const std::string& problem, TimePoint retry_at);
void reopen_download(db::Tx& tx, int64_t download);

// What one item of a download did.
struct ResultRow {
  int64_t download = 0;
  std::string item;  // "results/records/3"
  std::string kind;  // filed, fault, success, decision, sms
  std::optional<int64_t> provider_entity_id;
  std::string order_id;
  std::optional<int64_t> submission;
  // applied; noted (a trace by intent); late (the order was past it); unknown (nobody's); faulty
  std::string effect;
  std::string note;  // Chinese; sealed in the table
  int64_t at = 0;
};
void insert_result(db::Tx& tx, const crypto::ColumnCipher& cipher, const ResultRow& row);
std::vector<ResultRow> results_of(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t download);

// --- SMS verification ---

struct SmsTask {
  int64_t provider_entity_id = 0;
  std::string role;
  int64_t provider_service_id = 0;  // 0: the entity's manager
  std::string state;                // pending, done, failed, expired
  int64_t wrong_inputs = 0;
  std::string deadline, mobile_tail;
  int64_t since = 0;  // when it was first told to be in this state
};
void put_sms(db::Tx& tx, const SmsTask& task, TimePoint now);
std::vector<SmsTask> sms_of(db::Tx& tx, int64_t provider_entity_id);

// --- lists for officers ---

struct Filter {
  std::string link, order, state;
  int64_t before = 0;  // number; 0: from the newest
  size_t limit = 50;
  int64_t sequence = 0;          // of uploads; downloads have none. 0: any
  std::string file;              // part of the file's name, without regard to case of ASCII
  int64_t since = 0, until = 0;  // made or received at or after, before; 0: open
  std::string text;              // part of name, authority's answer, problem, or trace
};
std::vector<Upload> list_uploads(db::Tx& tx, const Filter& filter);
std::vector<Download> list_downloads(db::Tx& tx, const Filter& filter);
struct Counts {
  int64_t waiting_downloads = 0, flagged_downloads = 0, held_orders = 0;
};
Counts counts(db::Tx& tx, const std::string& link);

}  // namespace beian::authority::ledger
