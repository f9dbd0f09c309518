#include "registry/apps.hpp"

#include "platform/db/list_of_values.hpp"
#include "registry/filed.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace store {

void replace_apps(db::Tx& tx, int64_t province, const Filed::Service& service) {
  const db::Params which = {{"province", province}, {"service", service.id}};
  tx.exec("DELETE FROM registry_apps WHERE province = :province AND service_id = :service", which);
  for (const auto& key : service.app_keys) {
    db::Params params = which;
    params.emplace_back("key", key);
    tx.exec(
        "INSERT INTO registry_apps (province, service_id, app_key) "
        "VALUES (:province, :service, :key)",
        params);
  }
}

Json app_keys_of(db::Tx& tx, int64_t province, int64_t service_id) {
  Json out = Json::array();
  for (const auto& row : tx.query("SELECT app_key FROM registry_apps WHERE province = :province "
                                  "AND service_id = :service ORDER BY app_key",
                                  {{"province", province}, {"service", service_id}}))
    out.push(row.text("app_key"));
  return out;
}

}  // namespace store

std::vector<FiledApp> find_apps(db::Tx& tx, const std::vector<std::string>& keys) {
  if (keys.empty()) return {};
  const db::List list(keys);
  std::vector<FiledApp> out;
  for (const auto& row :
       tx.query("SELECT p.app_key AS app_key, s.kind AS kind, s.filing_number AS service_number, "
                "s.name AS name, e.filing_number AS entity_number, e.account_id AS account_id, "
                "CASE WHEN (s.reported_here = 1 AND s.kind <> 'app') OR EXISTS (SELECT 1 "
                "FROM registry_accesses a WHERE a.province = s.province "
                "AND a.service_id = s.authority_id AND a.here = 1 AND a.cancelled = 0) "
                "THEN 1 ELSE 0 END AS served_here FROM registry_apps p "
                "JOIN registry_services s ON s.province = p.province "
                "AND s.authority_id = p.service_id "
                "JOIN registry_entities e ON e.province = s.province "
                "AND e.authority_id = s.entity_id WHERE s.cancelled = 0 AND p.app_key IN (" +
                    list.text +
                    ") ORDER BY served_here DESC, s.changed DESC, s.province, s.authority_id, "
                    "p.app_key",
                list.params))
    out.push_back({row.text("app_key"),
                   china::service_kind_named(row.text("kind")).value_or(china::ServiceKind::app),
                   row.text("service_number"), row.text("name"), row.text("entity_number"),
                   row.text("account_id"), row.i64("served_here") != 0});
  return out;
}

bool app_named_elsewhere(db::Tx& tx, const crypto::ColumnCipher& cipher, const std::string& name,
                         const std::string& certificate_number) {
  return tx
      .query_one(
          "SELECT s.authority_id AS id FROM registry_services s "
          "JOIN registry_entities e ON e.province = s.province "
          "AND e.authority_id = s.entity_id WHERE s.name = :name AND s.kind <> 'website' "
          "AND s.cancelled = 0 AND e.certificate_index <> :index LIMIT 1",
          {{"name", name},
           {"index",
            cipher.blind_index(certificate_key(certificate_number), "registry.certificate")}})
      .has_value();
}

}  // namespace beian::registry
