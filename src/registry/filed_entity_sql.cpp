#include "registry/filed_entity.hpp"

#include <stdexcept>

#include "base/text.hpp"
#include "china/filing_number.hpp"
#include "registry/filed.hpp"
#include "registry/holders.hpp"
#include "registry/store.hpp"

namespace beian::registry {

namespace {

Json opened(const crypto::ColumnCipher& cipher, const std::string& sealed,
            const std::string& context) {
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("registry: a sealed column does not hold JSON");
  return std::move(*json);
}

// The rows are the truth: a cancelled access stays in the record that once told of it.
Json domains_in_force(db::Tx& tx, int64_t province, int64_t service) {
  Json out = Json::array();
  for (const auto& row :
       tx.query("SELECT authority_id, name FROM registry_domains WHERE province = :province "
                "AND service_id = :service AND cancelled = 0 ORDER BY authority_id",
                {{"province", province}, {"service", service}}))
    out.push(Json::object(
        {{"authority_domain_id", row.i64("authority_id")}, {"name", row.text("name")}}));
  return out;
}

FiledService service_of(db::Tx& tx, const crypto::ColumnCipher& cipher, int64_t province,
                        const db::Row& row) {
  FiledService out;
  out.id = row.i64("authority_id");
  out.filing_number = row.text("filing_number");
  out.name = row.text("name");
  out.document =
      opened(cipher, row.text("document"),
             "registry.service." + std::to_string(province) + "-" + std::to_string(out.id));
  Json here = Json::array();
  for (const auto& access :
       tx.query("SELECT here, document FROM registry_accesses WHERE province = :province "
                "AND service_id = :service AND cancelled = 0 ORDER BY authority_id",
                {{"province", province}, {"service", out.id}})) {
    ++out.accesses;
    if (access.i64("here") == 0) continue;
    if (auto document = parse_json(access.text("document"))) here.push(std::move(*document));
  }
  out.kind = china::service_kind_named(row.text("kind")).value_or(china::ServiceKind::website);
  const bool needs_access =
      out.kind == china::ServiceKind::website || out.kind == china::ServiceKind::app;
  out.served_here = here.size() > 0 || (!needs_access && row.i64("reported_here") != 0);
  out.document.set("domains", domains_in_force(tx, province, out.id));
  out.document.set("accesses", std::move(here));
  return out;
}

std::optional<RecordRef> ref_of(const std::optional<store::Target>& target) {
  if (!target || target->cancelled) return std::nullopt;
  return RecordRef{target->province, target->entity_id, target->service_id, target->filing_number,
                   target->account_id};
}

std::optional<RecordRef> own_by_key(db::Tx& tx, const std::string& account_id, bool service,
                                    const std::string& key) {
  const auto parts = text::split(key, '-');
  int64_t province = 0, id = 0;
  if (parts.size() != 2 || !text::parse_i64(parts[0], province) || !text::parse_i64(parts[1], id))
    return std::nullopt;
  auto found = ref_of(service ? store::find_service_row(tx, province, id)
                              : store::find_entity_row(tx, province, id));
  if (!found || !holds(tx, account_id, found->province, found->entity_id)) return std::nullopt;
  return found;
}

}  // namespace

std::string FiledEntity::key() const {
  return std::to_string(ref.province) + "-" + std::to_string(ref.entity_id);
}

std::optional<FiledEntity> open_filed(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                      int64_t province, int64_t entity_id) {
  const auto row = tx.query_one(
      "SELECT account_id, filing_number, display_name, document FROM registry_entities "
      "WHERE province = :province AND authority_id = :id AND cancelled = 0",
      {{"province", province}, {"id", entity_id}});
  if (!row) return std::nullopt;
  FiledEntity out;
  out.ref = {province, entity_id, 0, row->text("filing_number"), row->text("account_id")};
  out.display_name = row->text("display_name");
  out.document = opened(cipher, row->text("document"), "registry.entity." + out.key());
  for (const auto& service :
       tx.query("SELECT authority_id, filing_number, name, kind, reported_here, document FROM "
                "registry_services "
                "WHERE province = :province AND entity_id = :id AND cancelled = 0 "
                "ORDER BY authority_id",
                {{"province", province}, {"id", entity_id}}))
    out.services.push_back(service_of(tx, cipher, province, service));
  return out;
}

bool is_shell(db::Tx& tx, const RecordRef& entity) {
  return !tx.query_one(
                "SELECT 1 AS one FROM registry_services WHERE province = :province "
                "AND entity_id = :id AND cancelled = 0 LIMIT 1",
                {{"province", entity.province}, {"id", entity.entity_id}})
              .has_value();
}

std::optional<RecordRef> find_certificate(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          int64_t type, const std::string& number) {
  const std::string key = certificate_key(number);
  if (key.empty()) return std::nullopt;
  const auto row = tx.query_one(
      "SELECT province, authority_id FROM registry_entities WHERE certificate_index = :index "
      "AND certificate_type = :type AND cancelled = 0 ORDER BY changed DESC, province, "
      "authority_id LIMIT 1",
      {{"index", cipher.blind_index(key, "registry.certificate")}, {"type", type}});
  if (!row) return std::nullopt;
  return ref_of(store::find_entity_row(tx, row->i64("province"), row->i64("authority_id")));
}

std::string filed_since(db::Tx& tx, const crypto::ColumnCipher& cipher,
                        const std::string& service_number) {
  const auto row = tx.query_one(
      "SELECT province, authority_id, document FROM registry_services "
      "WHERE filing_number = :number AND cancelled = 0 "
      "ORDER BY changed DESC, province, authority_id LIMIT 1",
      {{"number", service_number}});
  if (!row) return "";
  const std::string key =
      std::to_string(row->i64("province")) + "-" + std::to_string(row->i64("authority_id"));
  const Json document = opened(cipher, row->text("document"), "registry.service." + key);
  constexpr size_t kDate = 10;  // of "2026-11-25 10:00:00"
  return document["first_filed"].as_string().substr(0, kDate);
}

std::optional<RecordRef> find_own(db::Tx& tx, const std::string& account_id, bool service,
                                  const std::string& number_or_key) {
  if (account_id.empty()) return std::nullopt;
  const auto number = china::parse_filing_number(number_or_key);
  if (!number) return own_by_key(tx, account_id, service, number_or_key);
  const std::string held = held_condition("e");
  const std::string sql =
      service ? "SELECT s.province AS province, s.authority_id AS id FROM registry_services s "
                "JOIN registry_entities e ON e.province = s.province "
                "AND e.authority_id = s.entity_id WHERE s.filing_number = :number "
                "AND s.cancelled = 0 AND " +
                    held + " ORDER BY s.changed DESC, s.province, s.authority_id LIMIT 1"
              : "SELECT e.province AS province, e.authority_id AS id FROM registry_entities e "
                "WHERE e.filing_number = :number AND e.cancelled = 0 AND " +
                    held + " ORDER BY e.changed DESC, e.province, e.authority_id LIMIT 1";
  const auto row = tx.query_one(sql, {{"number", number->text()}, {"account", account_id}});
  if (!row) return std::nullopt;
  return ref_of(service ? store::find_service_row(tx, row->i64("province"), row->i64("id"))
                        : store::find_entity_row(tx, row->i64("province"), row->i64("id")));
}

}  // namespace beian::registry
