// The ledger as people read it, by the API and by `beian authority-link ledger`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "authority/ledger.hpp"
#include "authority/trace.hpp"
#include "base/json.hpp"
#include "platform/blob/blob.hpp"

namespace beian::authority {

// "u12" an upload, "d7" a download.
struct LedgerId {
  char direction = 0;  // 'u', 'd'
  int64_t number = 0;
};
Result<LedgerId> parse_ledger_id(std::string_view text);  // not_found
Json upload_json(const ledger::Upload& upload);
Json download_json(const ledger::Download& download);
Json trace_list(const std::vector<ledger::Trace>& traces);

struct LedgerQuery {
  ledger::Filter filter;
  std::string direction;  // up, down; empty: both
  int64_t before_upload = 0, before_download = 0;
};
// From named values (empty: not given): link, order, direction, state, sequence, file, text, since,
// until (RFC 3339, or a day in Beijing, the last one included), before (`next` of the page before),
// limit (1…500, 50). bad_format, out_of_range at /NAME, all at once.
Result<LedgerQuery> read_ledger_query(const std::function<std::string(std::string_view)>& value);

// {entries, next}: newest first, both directions merged by time. `next` is null on the last page.
Json ledger_page(db::Tx& tx, const LedgerQuery& query);

// Meta data, records or what each item did, and the trace. not_found.
Result<Json> ledger_entry(db::Tx& tx, const crypto::ColumnCipher& cipher, const LedgerId& id);

struct LedgerBytes {
  std::string link, name, bytes;
  bool xml = true;  // else sealed, or what could not be opened
};
// The XML as sent or received, or an upload's sealed bytes. not_found, also after the bytes went.
// Leaves a trace of who read: records hold personal data.
Result<LedgerBytes> read_ledger_bytes(db::Database& database, blob::Store& blobs, TimePoint now,
                                      const LedgerId& id, bool sealed, const std::string& actor);

}  // namespace beian::authority
