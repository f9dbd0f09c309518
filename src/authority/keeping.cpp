#include "authority/keeping.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "authority/link_config.hpp"
#include "authority/trace.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

// The bytes go inside the transaction: when the commit fails, the row still names them and the next
// run does the same again; the other way round they would stay for ever.
template <class Mark>
void remove_bytes(db::Database& database, blob::Store& blobs, const ledger::Trace& trace,
                  const std::vector<std::string>& references, Mark mark) {
  database.write([&](db::Tx& tx) {
    mark(tx);
    ledger::note(tx, trace);
    for (const auto& reference : references)
      if (!ledger::is_blob_needed(tx, reference)) blobs.remove(reference);
  });
}

}  // namespace

size_t remove_ended_bytes(db::Database& database, blob::Store& blobs, const std::string& link,
                          TimePoint now, Millis keep, size_t most) {
  if (keep < kLeastKept) throw std::invalid_argument("files are kept for 92 days at least");
  std::vector<ledger::Upload> uploads;
  std::vector<ledger::Download> downloads;
  database.read([&](db::Tx& tx) {
    uploads = ledger::ended_uploads(tx, link, now - keep, most);
    downloads = ledger::ended_downloads(tx, link, now - keep, most);
  });
  ledger::Trace trace{link, to_ms(now), "bytes_removed"};
  for (const auto& upload : uploads) {
    trace.upload = upload.number;
    remove_bytes(database, blobs, trace, {upload.xml_blob, upload.envelope_blob},
                 [&](db::Tx& tx) { ledger::mark_upload_removed(tx, upload.number, now); });
  }
  trace.upload.reset();
  for (const auto& download : downloads) {
    trace.download = download.number;
    remove_bytes(database, blobs, trace, {download.blob},
                 [&](db::Tx& tx) { ledger::mark_download_removed(tx, download.number, now); });
  }
  if (!uploads.empty() || !downloads.empty())
    log::info("authority.old_bytes_removed", {{"link", link},
                                              {"uploads", std::to_string(uploads.size())},
                                              {"downloads", std::to_string(downloads.size())}});
  return std::max(uploads.size(), downloads.size());
}

}  // namespace beian::authority
