// Filing numbers (备案号), counted per province and year: 粤ICP备2026000001号; the services of an
// entity are 粤ICP备2026000001号-1, -2, … The texts are the china room's.
#pragma once

#include <cstdint>
#include <string>

#include "china/filing_number.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

// The next number of the region's province; counted in the caller's transaction, so that a number
// is given exactly when its entity is filed. std::invalid_argument for a province without
// administration.
std::string next_entity_number(db::Tx& tx, int64_t region, int year);
// The suffix is counted over all kinds of services: …号-1, -2A.
std::string service_number(const std::string& entity_number, int64_t suffix,
                           china::ServiceKind kind);

}  // namespace beian::sandbox
