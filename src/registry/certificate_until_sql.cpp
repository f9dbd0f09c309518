#include "registry/certificate_until.hpp"

#include "base/day.hpp"
#include "base/json.hpp"

namespace beian::registry {

std::string certificate_until(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t province,
                              int64_t entity_id) {
  const auto row = tx.query_one(
      "SELECT document FROM registry_entities WHERE province = :province AND authority_id = :id",
      {{"province", province}, {"id", entity_id}});
  if (!row) return "";
  const auto document =
      parse_json(cipher.open(row->text("document"), "registry.entity." + std::to_string(province) +
                                                        "-" + std::to_string(entity_id)));
  if (!document) return "";
  constexpr size_t kDay = 10;  // it may have a time behind it
  const std::string day = (*document)["certificate_valid_until"].as_string().substr(0, kDay);
  return parse_day(day) ? day : "";
}

}  // namespace beian::registry
