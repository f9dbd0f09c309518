// The blacklist of entities and domains (HMDLB), which the judge asks (1064, 1065), and the list of
// illegal accesses (FFJRHMD). What changes is handed down to every provider.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

// {"kind": "entity", "value": certificate number, "name"?, "certificate_type"?, "remark"?}
// {"kind": "domain", "value": domain, "name"? of the site, "remark"?}
// {"kind": "illegal_access", "value": domain, "address": "203.0.113.9", "direct_provider"?,
//  "province"?, "remark"?}
// Problems: code_unknown at /kind, required, bad_domain, bad_ip_address at their fields.
Status add_to_blacklist(db::Tx& tx, const Json& body, int64_t now);
// not_found when it does not stand there. The interface cannot take an illegal access back: that
// one is only forgotten here.
Status remove_from_blacklist(db::Tx& tx, std::string_view kind, std::string_view value,
                             int64_t now);
// Everything, told to every provider as well.
void clear_blacklist(db::Tx& tx, int64_t now);

}  // namespace beian::sandbox
