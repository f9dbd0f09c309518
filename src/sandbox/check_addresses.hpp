// The check of IP filings (IP HCJG): what a provider's records say against everybody's.
#pragma once

#include <cstdint>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

// {out_of_range, overlaps, unreported}, each a list of the interface's findings, kind 1 about
// sources and 2 about assignments:
//   out_of_range  1 a source that its reporting unit did not assign to this provider,
//                 2 an assignment outside of the provider's own sources
//   overlaps      1 with a source of somebody who is not in one line with it, 2 with an assignment
//                 of somebody else; neither given onwards
//   unreported    1 assigned to this provider, but no source of it; 2 a source, or an address of a
//                 filed website's access here, that no assignment tells the use of
Json check_addresses(db::Tx& tx, int64_t provider_id);

}  // namespace beian::sandbox
