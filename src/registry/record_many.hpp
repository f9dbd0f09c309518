// Filed records in great numbers: an authority's whole library.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"
#include "registry/prepared.hpp"

namespace beian::registry {

struct RecordedMany {
  int64_t added = 0, changed = 0, unchanged = 0;  // entities, as record() tells them
};
// The same as record() for one after the other, the journal included. Those that the registry has
// nothing of, nor anything that they could take from others, are written together; those that it
// has already are passed over; the rest goes to record() one by one. In the caller's transaction,
// which on PostgreSQL may be READ COMMITTED: the registry's writers take turns.
RecordedMany record_many(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                         const std::string& account_id, const std::vector<Prepared>& records);

}  // namespace beian::registry
