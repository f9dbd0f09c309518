// Questions of the status service, the pages and the management to the library.
#include "base/text.hpp"
#include "china/domain.hpp"
#include "sandbox/filed.hpp"
#include "sandbox/library.hpp"
#include "sandbox/public_query.hpp"

namespace beian::sandbox {
namespace {

constexpr std::string_view kFiledServices =
    "SELECT s.id AS service_id, s.provider_service_id, s.kind, s.name, s.filing_number, "
    "s.first_filed,"
    " e.name AS entity_name, e.filing_number AS entity_number, e.provider_id, e.provider_entity_id"
    " FROM filed_services s JOIN filed_entities e ON e.id = s.entity_id"
    " WHERE s.cancelled_at IS NULL ";

std::vector<FiledService> services(db::Tx& tx, const std::string& where, const db::Params& params) {
  std::vector<FiledService> all;
  for (const auto& row :
       tx.query(std::string(kFiledServices) + where + " ORDER BY s.id LIMIT 100000", params)) {
    FiledService s;
    s.provider_id = row.i64("provider_id");
    s.provider_entity_id = row.i64("provider_entity_id");
    s.provider_service_id = row.i64("provider_service_id");
    s.entity_name = row.text("entity_name");
    s.entity_number = row.text("entity_number");
    s.service_name = row.text("name");
    s.service_number = row.text("filing_number");
    s.first_filed = row.i64("first_filed");
    s.kind = china::service_kind_named(row.text("kind")).value_or(china::ServiceKind::website);
    s.app_keys = app_keys_of(tx, row.i64("service_id"));
    for (const auto& domain :
         tx.query("SELECT name FROM filed_domains WHERE service_id = :service ORDER BY id",
                  {{"service", row.i64("service_id")}}))
      s.domains.push_back(domain.text("name"));
    all.push_back(std::move(s));
  }
  return all;
}

}  // namespace

std::optional<FiledService> filed_by_domain(db::Tx& tx, std::string_view domain) {
  // A filed name covers what is below it; the narrowest filed one answers.
  for (const auto& name : china::covering_domains(domain)) {
    auto found = services(tx,
                          "AND s.id = (SELECT service_id FROM filed_domains d WHERE d.name = :name"
                          " ORDER BY d.shared, d.id LIMIT 1)",
                          {{"name", name}});
    if (!found.empty()) return std::move(found.front());
  }
  return std::nullopt;
}

std::vector<FiledService> filed_by_app(db::Tx& tx, std::string_view text) {
  std::string pattern = "%:";
  for (const char c : text::lower_ascii(text)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return services(tx,
                  "AND s.kind <> 'website' AND (s.name = :name OR s.id IN (SELECT service_id"
                  " FROM filed_apps WHERE app_key LIKE :pattern ESCAPE '!'))",
                  {{"name", text}, {"pattern", pattern}});
}

std::vector<FiledService> filed_by_name(db::Tx& tx, std::string_view name) {
  return services(tx, "AND (e.name = :name OR s.name = :name)", {{"name", name}});
}

std::vector<FiledService> filed_by_number(db::Tx& tx, std::string_view number) {
  return services(tx, "AND (e.filing_number = :number OR s.filing_number = :number)",
                  {{"number", number}});
}

std::optional<std::string> number_of_certificate(db::Tx& tx, int64_t type,
                                                 std::string_view number) {
  const auto entity = entity_by_certificate(tx, type, number);
  if (!entity) return std::nullopt;
  return entity->number;
}

}  // namespace beian::sandbox
