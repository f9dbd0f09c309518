// A filed record by the authority's id or its number, for what the authority says about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct RecordRef {
  int64_t province = 0, entity_id = 0;
  int64_t service_id = 0;  // 0: the entity itself
  std::string filing_number, account_id;
};
// In the provinces that the authority serves; the id goes before the number, either may be missing
// (0, ""). Cancelled ones too.
std::optional<RecordRef> find_filed(db::Tx& tx, const std::vector<int64_t>& provinces, bool service,
                                    int64_t id, const std::string& number);

// Services of that province, not cancelled, with an access here, that were recorded before.
struct ServedService {
  int64_t id = 0;
  std::string filing_number;
};
std::vector<ServedService> served_services(db::Tx& tx, int64_t province, TimePoint before);

}  // namespace beian::registry
