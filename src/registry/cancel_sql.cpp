// Records by id or number, and the rows of a cancellation.
#include "registry/records.hpp"
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

std::optional<int64_t> id_by_number(db::Tx& tx, int64_t province, bool service,
                                    const std::string& number) {
  const std::string table = service ? "registry_services" : "registry_entities";
  const auto row = tx.query_one("SELECT authority_id FROM " + table +
                                    " WHERE province = :province AND filing_number = :number "
                                    "ORDER BY cancelled, changed DESC, authority_id LIMIT 1",
                                {{"province", province}, {"number", number}});
  if (!row) return std::nullopt;
  return row->i64("authority_id");
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

namespace beian::registry {

std::vector<ServedService> served_services(db::Tx& tx, int64_t province, TimePoint before) {
  std::vector<ServedService> out;
  for (const auto& row :
       tx.query("SELECT s.authority_id AS id, s.filing_number AS number FROM registry_services s "
                "WHERE s.province = :province AND s.cancelled = 0 AND s.recorded < :before "
                "AND EXISTS (SELECT 1 FROM registry_accesses a WHERE a.province = s.province "
                "AND a.service_id = s.authority_id AND a.here = 1 AND a.cancelled = 0) "
                "ORDER BY s.authority_id",
                {{"province", province}, {"before", to_ms(before)}}))
    out.push_back({row.i64("id"), row.text("number")});
  return out;
}

}  // namespace beian::registry
