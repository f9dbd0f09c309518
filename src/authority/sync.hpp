// SJTB: a full synchronisation. Applied record by record from a stream, in batches: each batch is
// one transaction with its progress, so that whatever is killed when, the next run goes on with the
// first record that is not applied. Nothing here is removed because the authority does not have it:
// that is told in a report, for an officer, when the whole library has come (sync_series.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "authority/sync_series.hpp"
#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "platform/xml/xml.hpp"
#include "wire/profile.hpp"

namespace beian::authority {

// What became of a record; the report counts and keeps it.
struct Synced {
  enum class What { added, changed, unchanged, faulty } what = What::unchanged;
  bool missing_here = false;  // it names this provider, and this system did not have it
  std::string key;            // "440000-17": province (0: none) and the authority's id
  std::string subject;        // filing number or name, no personal data
  std::string problem;        // Chinese, when faulty
  std::vector<std::pair<int64_t, int64_t>> seen;  // (province, id) of what it named
};

struct SyncRecord {
  db::Tx& tx;
  TimePoint now;
  const crypto::ColumnCipher& cipher;
  const LinkConfig& link;
  int64_t download;
  std::string_view operation;  // "synchronisation/filed", as wire::RecordAt
  const Json& record;
};
// What is here and the authority did not name in the whole library: key and subject.
using NotNamed = std::vector<std::pair<std::string, std::string>>;
struct SyncKind {
  std::string_view prefix;  // of operations
  std::string_view name;    // icp, ip, domains, codes
  Synced (*take)(const SyncRecord& record);
  // nullptr: each file is whole by itself.
  NotNamed (*missing)(db::Tx& tx, const LinkConfig& link, const SyncSeries& series);
};
// One row each (sync_kinds.cpp); nullptr: nobody's.
const SyncKind* sync_kind_of(std::string_view operation);
const SyncKind* sync_kind_named(std::string_view name);

struct SyncDeps {
  db::Database& database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
  const LinkConfig& link;
  const wire::Profile& profile;
  // Asked before every batch; false: another's turn, or the process ends.
  std::function<bool()> go_on;
  size_t batch = 200;   // records in one transaction
  Millis turn{20'000};  // of real time; then other work of the link gets its turn
};

// Is it a synchronisation with something in it? Reads as far as the first record. Of the beginning
// of a document: nothing when the first record is not whole yet.
bool is_synchronisation(const wire::Profile& profile, const xml::Source& source);
std::optional<bool> begins_synchronisation(const wire::Profile& profile,
                                           std::string_view beginning);

enum class SyncEnd { done, paused, lost };  // lost: another node applies it
// The document from its beginning: it is read several times, and never whole in memory.
using Document = std::function<xml::Source()>;
// Problems: the document breaks the schema; nothing of it was applied (it is validated whole before
// the first batch). Throws db::Unavailable.
Result<SyncEnd> synchronise(const SyncDeps& deps, const ledger::Download& download,
                            const Document& document);

// --- the report ---

struct SyncReport {
  int64_t download = 0;
  std::string link, kind;
  int64_t records = 0, added = 0, changed = 0, unchanged = 0, faulty = 0, missing_here = 0,
          missing_there = 0;
  TimePoint started, finished;  // finished 0: it still runs, or could not be applied
  int64_t series = 0;           // the first file of its library
  TimePoint closed;             // when it was decided whether the library is whole; 0: not yet
  bool whole = false;           // missing_there is told, at the library's last file
};
std::vector<SyncReport> sync_reports(db::Tx& tx, const std::string& link, size_t limit);
std::optional<SyncReport> sync_report(db::Tx& tx, int64_t download);
struct SyncItem {
  std::string what, key, subject;
};
// In the order of keys, after `after`.
std::vector<SyncItem> sync_items(db::Tx& tx, int64_t download, const std::string& what,
                                 const std::string& after, size_t limit);

}  // namespace beian::authority
