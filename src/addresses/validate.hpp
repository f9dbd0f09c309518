// Is a record's document one that the authority could take? Pure: all findings at once, each with a
// pointer to its field. What other records have to do with it is check.hpp's business.
#pragma once

#include <cstdint>
#include <optional>

#include "addresses/block.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "china/ip.hpp"

namespace beian::addresses {

// Texts are trimmed, blank ones dropped; addresses, phones and mail take their normal form as far
// as they have one; members stand in the order of fields(). What is unknown stays, at the end; what
// is no object stays as it is.
Json normalized(const Json& document);

// `own_unit`: the provider's number as a reporting unit (Qqdwid); 0: not known.
// required, not_applicable (the conditional fields of assignments and brought-along ranges),
// unknown_field, wrong_type, too_long, too_short, out_of_range, bad_ip_address, bad_ip_range,
// ipv4_only, address_not_public, bad_format (dates), code_unknown, unknown_region,
// region_mismatch, bad_phone, bad_email, same_unit (2050, 2052, 2053 of the result codes).
Problems validate(Block block, const Json& document, int64_t own_unit);

// The ends of a document's range as numbers; nothing unless it is one of IPv4.
struct Ends {
  uint32_t first = 0, last = 0;
  bool operator==(const Ends&) const = default;
};
std::optional<Ends> ends_of(const Json& document);
// "203.0.113.0-203.0.113.255", or the one address.
std::string text_of(Ends ends);

// The unit that a record is about besides us: source_unit, assigned_to, broadcast_unit, source_id;
// 0: none.
int64_t unit_of(Block block, const Json& document);

}  // namespace beian::addresses
