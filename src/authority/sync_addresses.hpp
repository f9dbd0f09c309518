// SJTB of IP addresses: the authority's library of them, taken in by the room addresses.
#pragma once

#include "authority/sync.hpp"

namespace beian::authority {

// Records that another unit reported (Bbdwid) are passed over. A key is the list and the
// authority's id, "sources-9001": each list has ids of its own.
Synced take_address(const SyncRecord& in);
// Of the lists that the document has something of ours in: a large library comes in several files.
NotNamed missing_addresses(db::Tx& tx, const LinkConfig& link, int64_t download);

}  // namespace beian::authority
