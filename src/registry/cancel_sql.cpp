// The rows of a cancellation.
#include "registry/store.hpp"

namespace beian::registry::store {

namespace {

std::optional<Target> target_of(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return Target{row->i64("province"),       row->i64("entity_id"),   row->i64("service_id"),
                row->text("filing_number"), row->text("account_id"), row->i64("cancelled") != 0};
}

}  // namespace

std::optional<Target> find_entity_row(db::Tx& tx, int64_t province, int64_t id) {
  return target_of(tx.query_one(
      "SELECT province, authority_id AS entity_id, 0 AS service_id, filing_number, account_id, "
      "cancelled FROM registry_entities WHERE province = :province AND authority_id = :id",
      {{"province", province}, {"id", id}}));
}

std::optional<Target> find_service_row(db::Tx& tx, int64_t province, int64_t id) {
  return target_of(tx.query_one(
      "SELECT s.province AS province, s.entity_id AS entity_id, s.authority_id AS service_id, "
      "s.filing_number AS filing_number, e.account_id AS account_id, s.cancelled AS cancelled "
      "FROM registry_services s JOIN registry_entities e ON e.province = s.province "
      "AND e.authority_id = s.entity_id WHERE s.province = :province AND s.authority_id = :id",
      {{"province", province}, {"id", id}}));
}

std::optional<Target> find_access_row(db::Tx& tx, int64_t province, int64_t id) {
  return target_of(tx.query_one(
      "SELECT s.province AS province, s.entity_id AS entity_id, s.authority_id AS service_id, "
      "s.filing_number AS filing_number, e.account_id AS account_id, a.cancelled AS cancelled "
      "FROM registry_accesses a JOIN registry_services s ON s.province = a.province "
      "AND s.authority_id = a.service_id JOIN registry_entities e ON e.province = s.province "
      "AND e.authority_id = s.entity_id WHERE a.province = :province AND a.authority_id = :id",
      {{"province", province}, {"id", id}}));
}

std::vector<int64_t> services_of(db::Tx& tx, int64_t province, int64_t entity_id) {
  std::vector<int64_t> out;
  for (const auto& row :
       tx.query("SELECT authority_id FROM registry_services WHERE province = :province "
                "AND entity_id = :id ORDER BY authority_id",
                {{"province", province}, {"id", entity_id}}))
    out.push_back(row.i64("authority_id"));
  return out;
}

std::set<std::string> names_of(db::Tx& tx, int64_t province, int64_t service_id) {
  std::set<std::string> names;
  for (const auto& row : tx.query("SELECT name FROM registry_domains WHERE province = :province "
                                  "AND service_id = :service",
                                  {{"province", province}, {"service", service_id}}))
    names.insert(row.text("name"));
  return names;
}

void cancel_entity(db::Tx& tx, TimePoint now, int64_t province, int64_t id) {
  tx.exec(
      "UPDATE registry_entities SET cancelled = 1, fingerprint = '', changed = :now "
      "WHERE province = :province AND authority_id = :id",
      {{"now", to_ms(now)}, {"province", province}, {"id", id}});
}

void cancel_service(db::Tx& tx, TimePoint now, int64_t province, int64_t id) {
  const db::Params params = {{"now", to_ms(now)}, {"province", province}, {"id", id}};
  tx.exec(
      "UPDATE registry_services SET cancelled = 1, fingerprint = '', changed = :now "
      "WHERE province = :province AND authority_id = :id",
      params);
  for (const std::string table : {"registry_domains", "registry_accesses"})
    tx.exec("UPDATE " + table +
                " SET cancelled = 1, changed = :now WHERE province = :province "
                "AND service_id = :id AND cancelled = 0",
            params);
}

void cancel_access(db::Tx& tx, TimePoint now, int64_t province, int64_t id, int64_t service_id) {
  tx.exec(
      "UPDATE registry_accesses SET cancelled = 1, changed = :now WHERE province = :province "
      "AND authority_id = :id",
      {{"now", to_ms(now)}, {"province", province}, {"id", id}});
  tx.exec(
      "UPDATE registry_services SET fingerprint = '' WHERE province = :province "
      "AND authority_id = :id",
      {{"province", province}, {"id", service_id}});
}

}  // namespace beian::registry::store
