#include "sandbox/numbering.hpp"

#include <stdexcept>

#include "china/regions.hpp"

namespace beian::sandbox {

std::string next_entity_number(db::Tx& tx, int64_t region, int year) {
  const int64_t province = china::province_of(region);
  if (china::filing_prefix_of(province).empty())
    throw std::invalid_argument("no administration for region code " + std::to_string(region));
  const int64_t count = tx.query_i64(
      "INSERT INTO number_counters (province, year, value) VALUES (:province, :year, 1)"
      " ON CONFLICT (province, year) DO UPDATE SET value = number_counters.value + 1"
      " RETURNING value",
      {{"province", province}, {"year", year}});
  return china::make_entity_number(province, year, static_cast<int>(count)).text();
}

std::string service_number(const std::string& entity_number, int64_t suffix,
                           china::ServiceKind kind) {
  const auto entity = china::parse_filing_number(entity_number);
  if (!entity) throw std::logic_error("not an entity number: " + entity_number);
  return china::service_number(*entity, static_cast<int>(suffix), kind).text();
}

}  // namespace beian::sandbox
