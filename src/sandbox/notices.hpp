// What a provider has to be told: notices are written with the change that they tell about;
// isp_download packs them into files, one open file at a time. Every kind of DownloadData is a row
// of one table (notice_kinds): where it stands in the profile's model, and how several become one
// document.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/judge.hpp"
#include "sandbox/store.hpp"
#include "wire/profile.hpp"

namespace beian::sandbox {

enum class NoticeKind {
  results,             // ICP BAJG
  filed,               // BASJ
  cancelled,           // ZXSJ
  blacklist,           // HMDLB
  illegal_accesses,    // FFJRHMD
  unfiled_sites,       // WBAWZLB
  verification_tasks,  // HSRW
  check_results,       // ICP HCJG
  rectifications,      // XGTZ
  sms_verifications,   // openbeian-3.1
  ip_results,          // IP BAJG
  ip_check_results,    // IP HCJG
  domain_results,      // YM BAJG
  base_codes,          // JCDM
  synchronisation,     // SJTB
};

enum class Merge {
  list,    // the body is one item of the list, or an array of items
  lists,   // the body is an object of lists, which are joined name by name
  newest,  // as list; of several about one record only the last one counts
  alone,   // a file of its own
};

struct KindRow {
  NoticeKind kind;
  std::string_view name;         // in the store and in /manage/notices
  std::string_view path;         // in the model of DownloadData: "icp/results"
  std::string_view file_prefix;  // letters
  std::string_view title;        // Chinese
  Merge merge;
};
std::span<const KindRow> notice_kinds();
const KindRow& row_of(NoticeKind kind);
const KindRow* kind_named(std::string_view name);  // nullptr: no such kind
// Whether a document of the profile can hold the kind at all (the SMS tasks are no part of V.3.0).
bool profile_has(const wire::Profile& profile, const KindRow& kind);
// DownloadData of one notice or of several joined.
Json document_of(const KindRow& kind, Json joined);

// `record_id` 0 when it is about no record. The body fits the provider's profile: what people give
// is judged before (hand_out.hpp).
void notify(db::Tx& tx, int64_t provider_id, int64_t record_id, NoticeKind kind, const Json& body,
            int64_t now);
// A processing result of an ICP operation (BAJG/Jg_xx). `operation` is the Czlx; an empty `mark`
// (Bs) is left out.
void notify_outcomes(db::Tx& tx, int64_t provider_id, int64_t record_id, int64_t operation,
                     std::string_view mark, const Outcomes& outcomes, std::string_view remark,
                     int64_t now);

struct Download {
  int64_t id = 0;
  std::string file_name;  // letters and digits
  std::string xml;        // GBK bytes; empty when they lie in the blob store
  std::string blob;
};
// The provider's open file, or a new one of the oldest pending notices of one kind; nothing when
// there is none, or when the oldest is a part of the library (library_turn). The caller holds
// lock_provider. What is about one record never overtakes something older about it.
std::optional<Download> current_download(db::Tx& tx, const Provider& provider, size_t max_notices,
                                         int64_t now);

// A part of the library (synchronise.hpp) whose turn it is: no file is open and its notice is the
// oldest. It is written outside of the transaction that keeps it, which holds up all other writers.
struct LibraryTurn {
  int64_t notice_id = 0;
  Json part;
  bool operator==(const LibraryTurn&) const = default;
};
std::optional<LibraryTurn> library_turn(db::Tx& tx, int64_t provider_id);
// Makes the file in `blob` the provider's open one and `next` what is left of the part; without a
// blob, or without a next, the part is done.
void keep_library_file(db::Tx& tx, int64_t provider_id, const LibraryTurn& turn,
                       const std::string& blob, const std::optional<Json>& next, int64_t now);

bool more_waiting(db::Tx& tx, int64_t provider_id);  // beside the open file

enum class Ack { done, repeated, unknown };
Ack acknowledge(db::Tx& tx, int64_t provider_id, std::string_view file_name, int64_t now);

}  // namespace beian::sandbox
