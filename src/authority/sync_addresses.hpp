// SJTB of IP addresses: the authority's library of them, taken in by the room addresses.
#pragma once

#include "authority/sync.hpp"

namespace beian::authority {

// Records that another unit reported (Bbdwid) are passed over. A key is the list and the
// authority's id, "sources-9001": each list has ids of its own.
Synced take_address(const SyncRecord& in);
// Of the lists that the library has something of ours in: another may not have been asked for.
NotNamed missing_addresses(db::Tx& tx, const LinkConfig& link, const SyncSeries& series);

}  // namespace beian::authority
