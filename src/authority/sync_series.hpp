// A library of the authority that comes in several files (SJTB of one kind: a series). What the
// authority did not name is told only when the whole has come. V.3.0 has no word for the last file,
// so it is the authority's silence that ends a series: it was asked, had nothing, and nothing had
// come for LinkConfig::sync_quiet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "authority/ledger.hpp"
#include "authority/link_config.hpp"
#include "base/clock.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

struct SyncSeries {
  int64_t number = 0;     // the download that began it
  std::string kind;       // icp, ip, domains
  TimePoint began, last;  // when its first and its last file were received
};

// The series that this file belongs to, whatever the order in which files are applied: an open one
// of the same kind when it came at most `quiet` before or after that one's files, else its own.
int64_t series_of(db::Tx& tx, const ledger::Download& download, std::string_view kind,
                  Millis quiet);

// Ends every series of the link that is over, and tells what the authority did not name in those
// that are whole. `asked`: when the authority last had nothing to give. Not judged, and open until
// the next library begins: a series with a file that is not applied, or beside which came one that
// could not be opened or applied. How many ended. Throws db::Unavailable.
int end_series(db::Database& database, TimePoint now, const LinkConfig& link,
               const crypto::ColumnCipher& cipher, TimePoint asked);

}  // namespace beian::authority
