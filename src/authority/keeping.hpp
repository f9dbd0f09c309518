// How long the ledger keeps the bytes of files. Rows, digests and traces stay for ever.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "platform/blob/blob.hpp"
#include "platform/db/db.hpp"

namespace beian::authority {

// Removes the bytes of at most `most` uploads and as many downloads of a link whose matter ended
// `keep` ago or earlier: accepted or refused, applied and acknowledged. The store is content
// addressed, so bytes that anything else still names stay. The greater number of rows done. Call
// only while nobody else puts files of this link into the store. Throws std::invalid_argument when
// `keep` is below kLeastKept, db::Unavailable, std::system_error.
size_t remove_ended_bytes(db::Database& database, blob::Store& blobs, const std::string& link,
                          TimePoint now, Millis keep, size_t most);

}  // namespace beian::authority
