// Address records (room addresses) as submissions: what an officer queued and nothing holds back is
// handed over to the reporting worker here.
#pragma once

#include <string>
#include <string_view>

#include "addresses/addresses.hpp"
#include "authority/submission.hpp"

namespace beian::authority {

// Subject::kind of their submissions.
inline constexpr std::string_view kAddressSubject = "address";

// The block's list in documents of the wire: "sources", "assignments", "broadcasts",
// "own_addresses".
std::string_view list_of(addresses::Block block);

// "ip/changes/assignments".
std::string operation_of(addresses::Block block, addresses::Operation operation);
// The body of such a submission: the document, of what is filed with the authority's id; of a
// deletion the id alone.
Json address_body(const addresses::Record& record);

// Hands over what waits and may go (addresses::ready), and takes back what was withdrawn before it
// was sent. How many were handed over. Cheap when nothing waits.
size_t submit_addresses(db::Database& database, const crypto::ColumnCipher& cipher, TimePoint now,
                        const std::string& link);

}  // namespace beian::authority
