#include "registry/holdings.hpp"

#include "registry/filed.hpp"

namespace beian::registry {

Holdings holdings_of(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t certificate_type,
                     const std::string& certificate_number) {
  Holdings out;
  const std::string key = certificate_key(certificate_number);
  if (key.empty()) return out;
  const db::Params whose{{"index", cipher.blind_index(key, "registry.certificate")},
                         {"type", certificate_type}};
  const std::string mine =
      "e.certificate_index = :index AND e.certificate_type = :type AND e.cancelled = 0";
  for (const auto& row :
       tx.query("SELECT DISTINCT e.filing_number AS number FROM registry_entities e WHERE " + mine +
                    " ORDER BY e.filing_number",
                whose))
    out.entity_numbers.push_back(row.text("number"));
  if (out.entity_numbers.empty()) return out;
  const std::string services =
      " FROM registry_entities e JOIN registry_services s ON s.province = e.province "
      "AND s.entity_id = e.authority_id AND s.cancelled = 0 ";
  for (const auto& row : tx.query("SELECT s.name AS name" + services + "WHERE " + mine +
                                      " ORDER BY s.province, s.authority_id",
                                  whose))
    out.service_names.push_back(row.text("name"));
  for (const auto& row :
       tx.query("SELECT d.name AS name" + services +
                    "JOIN registry_domains d ON d.province = s.province "
                    "AND d.service_id = s.authority_id AND d.cancelled = 0 WHERE " +
                    mine + " ORDER BY d.province, d.authority_id",
                whose))
    out.domains.push_back(row.text("name"));
  return out;
}

}  // namespace beian::registry
