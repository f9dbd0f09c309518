#include <stdexcept>

#include "sandbox/library.hpp"

namespace beian::sandbox {
namespace {

Json model_of(const db::Row& row) {
  auto json = parse_json(row.text("model"));
  if (!json) throw std::runtime_error("a JSON column of the sandbox is damaged");
  return std::move(*json);
}

LibraryEntity entity_of(const db::Row& row) {
  LibraryEntity e;
  e.id = row.i64("id");
  e.provider_id = row.i64("provider_id");
  e.provider_entity_id = row.i64("provider_entity_id");
  e.number = row.text("filing_number");
  e.name = row.text("name");
  e.certificate_type = row.i64("certificate_type");
  e.certificate_number = row.text("certificate_number");
  e.model = model_of(row);
  e.first_filed = row.i64("first_filed");
  e.last_changed = row.i64("last_changed");
  e.cancelled = !row.is_null("cancelled_at");
  return e;
}

LibraryService service_of(const db::Row& row) {
  LibraryService s;
  s.id = row.i64("id");
  s.entity_id = row.i64("entity_id");
  s.provider_id = row.i64("provider_id");
  s.provider_service_id = row.i64("provider_service_id");
  s.number = row.text("filing_number");
  s.kind = row.text("kind");
  s.name = row.text("name");
  s.model = model_of(row);
  s.first_filed = row.i64("first_filed");
  s.last_changed = row.i64("last_changed");
  s.cancelled = !row.is_null("cancelled_at");
  return s;
}

LibraryAccess access_of(db::Tx& tx, const db::Row& row) {
  LibraryAccess a;
  a.id = row.i64("id");
  a.service_id = row.i64("service_id");
  a.provider_id = row.i64("provider_id");
  a.provider_access_id = row.i64("provider_access_id");
  a.model = model_of(row);
  for (const auto& address :
       tx.query("SELECT * FROM filed_addresses WHERE access_id = :id ORDER BY id", {{"id", a.id}}))
    a.addresses.push_back({address.i64("id"), a.id, address.i64("provider_address_id"),
                           address.i64("first_address"), address.i64("last_address")});
  return a;
}

template <class Row, class Read>
auto one(const std::optional<Row>& row, Read read) -> std::optional<decltype(read(*row))> {
  if (!row) return std::nullopt;
  return read(*row);
}

std::vector<int64_t> ids(db::Tx& tx, std::string_view sql, const db::Params& params) {
  std::vector<int64_t> all;
  for (const auto& row : tx.query(sql, params)) all.push_back(row.first_i64());
  return all;
}

bool any(db::Tx& tx, std::string_view sql, const db::Params& params) {
  return tx.query_one(sql, params).has_value();
}

}  // namespace

std::optional<LibraryEntity> entity_by_id(db::Tx& tx, int64_t id) {
  return one(tx.query_one("SELECT * FROM filed_entities WHERE id = :id", {{"id", id}}), entity_of);
}

std::optional<LibraryEntity> entity_by_number(db::Tx& tx, std::string_view number) {
  return one(tx.query_one("SELECT * FROM filed_entities WHERE filing_number = :number",
                          {{"number", number}}),
             entity_of);
}

std::optional<LibraryEntity> entity_by_certificate(db::Tx& tx, int64_t type,
                                                   std::string_view number) {
  return one(tx.query_one("SELECT * FROM filed_entities WHERE certificate_type = :type"
                          " AND certificate_number = :number AND cancelled_at IS NULL",
                          {{"type", type}, {"number", number}}),
             entity_of);
}

std::vector<LibraryEntity> all_entities(db::Tx& tx) {
  std::vector<LibraryEntity> all;
  for (const auto& row :
       tx.query("SELECT * FROM filed_entities WHERE cancelled_at IS NULL ORDER BY id"))
    all.push_back(entity_of(row));
  return all;
}

std::optional<LibraryService> service_by_id(db::Tx& tx, int64_t id) {
  return one(tx.query_one("SELECT * FROM filed_services WHERE id = :id", {{"id", id}}), service_of);
}

std::optional<LibraryService> service_by_number(db::Tx& tx, std::string_view number) {
  return one(tx.query_one("SELECT * FROM filed_services WHERE filing_number = :number",
                          {{"number", number}}),
             service_of);
}

std::vector<LibraryService> services_of(db::Tx& tx, int64_t entity_id) {
  std::vector<LibraryService> all;
  for (const auto& row : tx.query("SELECT * FROM filed_services WHERE entity_id = :entity"
                                  " AND cancelled_at IS NULL ORDER BY id",
                                  {{"entity", entity_id}}))
    all.push_back(service_of(row));
  return all;
}

std::optional<LibraryAccess> access_by_id(db::Tx& tx, int64_t id) {
  const auto row = tx.query_one("SELECT * FROM filed_accesses WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return access_of(tx, *row);
}

std::vector<LibraryAccess> accesses_of(db::Tx& tx, int64_t service_id) {
  std::vector<LibraryAccess> all;
  for (const auto& row :
       tx.query("SELECT * FROM filed_accesses WHERE service_id = :service ORDER BY id",
                {{"service", service_id}}))
    all.push_back(access_of(tx, row));
  return all;
}

std::vector<LibraryDomain> domains_of(db::Tx& tx, int64_t service_id) {
  std::vector<LibraryDomain> all;
  for (const auto& row :
       tx.query("SELECT * FROM filed_domains WHERE service_id = :service ORDER BY id",
                {{"service", service_id}}))
    all.push_back({row.i64("id"), service_id, row.i64("provider_id"), row.i64("provider_domain_id"),
                   row.text("name")});
  return all;
}

std::vector<int64_t> providers_of_entity(db::Tx& tx, int64_t entity_id) {
  return ids(tx,
             "SELECT a.provider_id FROM filed_accesses a"
             " JOIN filed_services s ON s.id = a.service_id WHERE s.entity_id = :entity"
             " UNION SELECT provider_id FROM filed_services WHERE entity_id = :entity"
             " AND kind <> 'website' AND cancelled_at IS NULL ORDER BY 1",
             {{"entity", entity_id}});
}

std::vector<int64_t> providers_of_service(db::Tx& tx, int64_t service_id) {
  return ids(tx,
             "SELECT provider_id FROM filed_accesses WHERE service_id = :service"
             " UNION SELECT provider_id FROM filed_services WHERE id = :service"
             " AND kind <> 'website' AND cancelled_at IS NULL ORDER BY 1",
             {{"service", service_id}});
}

bool concerns(db::Tx& tx, const LibraryEntity& entity, int64_t provider_id) {
  const auto providers = providers_of_entity(tx, entity.id);
  if (providers.empty()) return entity.provider_id == provider_id;
  for (const int64_t id : providers)
    if (id == provider_id) return true;
  return false;
}

std::optional<int64_t> service_with_domain(db::Tx& tx, std::string_view name) {
  const auto row = tx.query_one(
      "SELECT service_id FROM filed_domains WHERE name = :name"
      " ORDER BY shared, id LIMIT 1",
      {{"name", name}});
  if (!row) return std::nullopt;
  return row->first_i64();
}

std::vector<LibraryService> services_with_domain(db::Tx& tx, std::string_view name) {
  std::vector<LibraryService> all;
  for (const auto& row :
       tx.query("SELECT * FROM filed_services WHERE id IN (SELECT service_id FROM filed_domains"
                " WHERE name = :name) ORDER BY id",
                {{"name", name}}))
    all.push_back(service_of(row));
  return all;
}

std::optional<int64_t> service_with_app(db::Tx& tx, std::string_view key) {
  const auto row =
      tx.query_one("SELECT service_id FROM filed_apps WHERE app_key = :key", {{"key", key}});
  if (!row) return std::nullopt;
  return row->first_i64();
}

std::vector<std::string> app_keys_of(db::Tx& tx, int64_t service_id) {
  std::vector<std::string> all;
  for (const auto& row :
       tx.query("SELECT app_key FROM filed_apps WHERE service_id = :service ORDER BY app_key",
                {{"service", service_id}}))
    all.push_back(row.text("app_key"));
  return all;
}

std::optional<int64_t> service_with_url(db::Tx& tx, std::string_view url, int64_t except_service) {
  const auto row = tx.query_one(
      "SELECT service_id FROM filed_urls WHERE url = :url"
      " AND service_id <> :service LIMIT 1",
      {{"url", url}, {"service", except_service}});
  if (!row) return std::nullopt;
  return row->first_i64();
}

bool service_reported(db::Tx& tx, int64_t provider_id, int64_t provider_service_id) {
  return any(tx,
             "SELECT id FROM filed_services WHERE provider_id = :provider"
             " AND provider_service_id = :service AND cancelled_at IS NULL LIMIT 1",
             {{"provider", provider_id}, {"service", provider_service_id}});
}

bool access_reported(db::Tx& tx, int64_t provider_id, int64_t provider_access_id) {
  return any(tx,
             "SELECT id FROM filed_accesses WHERE provider_id = :provider"
             " AND provider_access_id = :access LIMIT 1",
             {{"provider", provider_id}, {"access", provider_access_id}});
}

bool blacklisted(db::Tx& tx, std::string_view kind, std::string_view value) {
  return any(tx, "SELECT value FROM blacklist WHERE kind = :kind AND value = :value",
             {{"kind", kind}, {"value", value}});
}

bool domain_in_process(db::Tx& tx, std::string_view name) {
  return any(tx, "SELECT record_id FROM record_domains WHERE domain = :domain LIMIT 1",
             {{"domain", name}});
}

std::vector<OpenRecord> open_records(db::Tx& tx, std::string_view kind, int64_t target) {
  std::vector<OpenRecord> all;
  for (const auto& row : tx.query("SELECT r.id, r.provider_id, r.operation FROM record_targets t"
                                  " JOIN records r ON r.id = t.record_id WHERE t.kind = :kind"
                                  " AND t.target = :target ORDER BY r.id",
                                  {{"kind", kind}, {"target", target}}))
    all.push_back({row.i64("id"), row.i64("provider_id"), row.text("operation")});
  return all;
}

}  // namespace beian::sandbox
