#include <stdexcept>

#include "sandbox/domain_records.hpp"

namespace beian::sandbox {
namespace {

DomainRecord record_of(const db::Row& row) {
  DomainRecord r;
  r.id = row.i64("id");
  r.provider_id = row.i64("provider_id");
  r.provider_record_id = row.i64("provider_record_id");
  r.name = row.text("name");
  auto model = parse_json(row.text("model"));
  if (!model) throw std::runtime_error("a domain record of the sandbox is damaged");
  r.model = std::move(*model);
  r.reported_at = row.i64("reported_at");
  r.changed_at = row.i64("changed_at");
  return r;
}

std::optional<DomainRecord> record_of(const std::optional<db::Row>& row) {
  if (!row) return std::nullopt;
  return record_of(*row);
}

}  // namespace

std::optional<DomainRecord> find_domain(db::Tx& tx, int64_t id) {
  return record_of(tx.query_one("SELECT * FROM domain_records WHERE id = :id", {{"id", id}}));
}

std::optional<DomainRecord> find_domain(db::Tx& tx, std::string_view name) {
  return record_of(
      tx.query_one("SELECT * FROM domain_records WHERE name = :name", {{"name", name}}));
}

bool domain_reported(db::Tx& tx, int64_t provider_id, int64_t provider_record_id) {
  return tx
      .query_one(
          "SELECT id FROM domain_records WHERE provider_id = :provider"
          " AND provider_record_id = :record",
          {{"provider", provider_id}, {"record", provider_record_id}})
      .has_value();
}

int64_t insert_domain(db::Tx& tx, const DomainRecord& r) {
  return tx.query_i64(
      "INSERT INTO domain_records (provider_id, provider_record_id, name, model, reported_at,"
      " changed_at) VALUES (:provider, :record, :name, :model, :reported, :changed) RETURNING id",
      {{"provider", r.provider_id},
       {"record", r.provider_record_id},
       {"name", r.name},
       {"model", to_string(r.model)},
       {"reported", r.reported_at},
       {"changed", r.changed_at}});
}

void update_domain(db::Tx& tx, const DomainRecord& r) {
  tx.exec(
      "UPDATE domain_records SET name = :name, model = :model, changed_at = :changed"
      " WHERE id = :id",
      {{"name", r.name}, {"model", to_string(r.model)}, {"changed", r.changed_at}, {"id", r.id}});
}

void delete_domain(db::Tx& tx, int64_t id) {
  tx.exec("DELETE FROM domain_records WHERE id = :id", {{"id", id}});
}

std::vector<DomainRecord> domain_records_of(db::Tx& tx, int64_t provider_id, int64_t after_id,
                                            int64_t limit) {
  std::vector<DomainRecord> all;
  for (const auto& row :
       tx.query("SELECT * FROM domain_records WHERE provider_id = :provider AND id > :after"
                " ORDER BY id LIMIT :limit",
                {{"provider", provider_id}, {"after", after_id}, {"limit", limit}}))
    all.push_back(record_of(row));
  return all;
}

}  // namespace beian::sandbox
