#include "base/text.hpp"
#include "china/ip.hpp"
#include "platform/db/list_of_values.hpp"
#include "registry/holders.hpp"
#include "registry/store.hpp"

namespace beian::registry::store {

namespace {

std::optional<std::string> fingerprint_in(db::Tx& tx, const std::string& table, int64_t province,
                                          int64_t id) {
  const auto row = tx.query_one(
      "SELECT fingerprint FROM " + table + " WHERE province = :province AND authority_id = :id",
      {{"province", province}, {"id", id}});
  if (!row) return std::nullopt;
  return row->text("fingerprint");
}

template <class Items>
void cancel_others(db::Tx& tx, TimePoint now, const std::string& table, int64_t province,
                   int64_t service_id, const Items& items) {
  std::vector<int64_t> ids;
  ids.reserve(items.size());
  for (const auto& item : items) ids.push_back(item.id);
  const db::List kept(ids);
  db::Params params = kept.params;
  params.emplace_back("now", to_ms(now));
  params.emplace_back("province", province);
  params.emplace_back("service", service_id);
  tx.exec("UPDATE " + table +
              " SET cancelled = 1, changed = :now WHERE province = :province "
              "AND service_id = :service AND cancelled = 0 AND authority_id NOT IN (" +
              kept.text + ")",
          params);
}

// A service that loses rows to this one is no longer as its last record said: should that record
// come again, it must not be taken for known.
template <class Items>
void forget_losers(db::Tx& tx, const std::string& table, int64_t province, int64_t service_id,
                   const Items& items) {
  std::vector<int64_t> ids;
  ids.reserve(items.size());
  for (const auto& item : items) ids.push_back(item.id);
  const db::List taken(ids);
  db::Params params = taken.params;
  params.emplace_back("province", province);
  params.emplace_back("service", service_id);
  tx.exec(
      "UPDATE registry_services SET fingerprint = '' WHERE province = :province "
      "AND authority_id <> :service AND authority_id IN (SELECT service_id FROM " +
          table + " WHERE province = :province AND authority_id IN (" + taken.text + "))",
      params);
}

constexpr std::string_view kAccessHere =
    "CASE WHEN EXISTS (SELECT 1 FROM registry_accesses a WHERE a.province = s.province "
    "AND a.service_id = s.authority_id AND a.here = 1 AND a.cancelled = 0) THEN 1 ELSE 0 END";

}  // namespace

void lock(db::Tx& tx) {
  tx.exec("UPDATE registry_journal SET last_number = last_number WHERE id = 1");
}

std::optional<std::string> entity_fingerprint(db::Tx& tx, int64_t province, int64_t id) {
  return fingerprint_in(tx, "registry_entities", province, id);
}

std::optional<std::string> service_fingerprint(db::Tx& tx, int64_t province, int64_t id) {
  return fingerprint_in(tx, "registry_services", province, id);
}

void upsert_entity(db::Tx& tx, TimePoint now, const std::string& account_id, const Filed& filed,
                   const std::string& display_name, const std::string& certificate_index,
                   const Sealed& sealed) {
  tx.exec(
      "INSERT INTO registry_entities (province, authority_id, account_id, filing_number, "
      "display_name, nature, certificate_type, certificate_index, document, fingerprint, reviewed, "
      "recorded, changed) VALUES (:province, :id, :account, :number, :name, :nature, :certificate, "
      ":index, :document, :fingerprint, :reviewed, :recorded, :changed) "
      "ON CONFLICT (province, authority_id) DO UPDATE SET "
      "account_id = CASE WHEN registry_entities.account_id = '' THEN excluded.account_id "
      "ELSE registry_entities.account_id END, filing_number = excluded.filing_number, "
      "display_name = excluded.display_name, nature = excluded.nature, "
      "certificate_type = excluded.certificate_type, "
      "certificate_index = excluded.certificate_index, document = excluded.document, "
      "fingerprint = excluded.fingerprint, reviewed = excluded.reviewed, cancelled = 0, "
      "changed = excluded.changed",
      {{"province", filed.province},
       {"id", filed.id},
       {"reviewed", filed.document["reviewed"].as_string()},
       {"account", account_id},
       {"number", filed.number},
       {"name", display_name},
       {"nature", filed.nature},
       {"certificate", filed.certificate_type},
       {"index", certificate_index},
       {"document", sealed.document},
       {"fingerprint", sealed.fingerprint},
       {"recorded", to_ms(now)},
       {"changed", to_ms(now)}});
}

bool adopt_entity(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
                  int64_t id) {
  if (account_id.empty()) return false;
  return tx.exec(
             "UPDATE registry_entities SET account_id = :account, changed = :now "
             "WHERE province = :province AND authority_id = :id AND account_id = ''",
             {{"account", account_id}, {"now", to_ms(now)}, {"province", province}, {"id", id}}) >
         0;
}

void upsert_service(db::Tx& tx, TimePoint now, const Filed& filed, const Filed::Service& service,
                    const Sealed& sealed) {
  tx.exec(
      "INSERT INTO registry_services (province, authority_id, entity_id, filing_number, name, "
      "kind, reported_here, document, fingerprint, recorded, changed) VALUES (:province, :id, "
      ":entity, :number, :name, :kind, :reported, :document, :fingerprint, :recorded, :changed) "
      "ON CONFLICT (province, authority_id) DO UPDATE SET entity_id = excluded.entity_id, "
      "filing_number = excluded.filing_number, name = excluded.name, "
      "kind = excluded.kind, reported_here = excluded.reported_here, "
      "document = excluded.document, fingerprint = excluded.fingerprint, cancelled = 0, "
      "changed = excluded.changed",
      {{"province", filed.province},
       {"id", service.id},
       {"entity", filed.id},
       {"number", service.number},
       {"name", service.name},
       {"kind", china::name_of(service.kind)},
       {"reported", service.reported_here},
       {"document", sealed.document},
       {"fingerprint", sealed.fingerprint},
       {"recorded", to_ms(now)},
       {"changed", to_ms(now)}});
}

void replace_domains(db::Tx& tx, TimePoint now, int64_t province, const Filed::Service& service) {
  forget_losers(tx, "registry_domains", province, service.id, service.domains);
  for (const auto& domain : service.domains) {
    tx.exec(
        "INSERT INTO registry_domains (province, authority_id, service_id, name, cancelled, "
        "changed) VALUES (:province, :id, :service, :name, 0, :now) "
        "ON CONFLICT (province, authority_id) DO UPDATE SET service_id = excluded.service_id, "
        "name = excluded.name, cancelled = 0, changed = excluded.changed",
        {{"province", province},
         {"id", domain.id},
         {"service", service.id},
         {"name", domain.name},
         {"now", to_ms(now)}});
  }
  cancel_others(tx, now, "registry_domains", province, service.id, service.domains);
}

void replace_accesses(db::Tx& tx, TimePoint now, int64_t province, int64_t own_provider_id,
                      const Filed::Service& service) {
  forget_losers(tx, "registry_accesses", province, service.id, service.accesses);
  for (const auto& access : service.accesses) {
    tx.exec(
        "INSERT INTO registry_accesses (province, authority_id, service_id, provider_id, here, "
        "document, cancelled, changed) VALUES (:province, :id, :service, :provider, :here, "
        ":document, 0, :now) "
        "ON CONFLICT (province, authority_id) DO UPDATE SET service_id = excluded.service_id, "
        "provider_id = excluded.provider_id, here = excluded.here, "
        "document = excluded.document, cancelled = 0, changed = excluded.changed",
        {{"province", province},
         {"id", access.id},
         {"service", service.id},
         {"provider", access.provider},
         {"here", access.provider == own_provider_id},
         {"document", to_string(access.document)},
         {"now", to_ms(now)}});
  }
  cancel_others(tx, now, "registry_accesses", province, service.id, service.accesses);
}

std::set<std::string> names_before(db::Tx& tx, int64_t province, const Filed::Service& service) {
  std::vector<int64_t> domain_ids, access_ids;
  for (const auto& domain : service.domains) domain_ids.push_back(domain.id);
  for (const auto& access : service.accesses) access_ids.push_back(access.id);
  std::set<std::string> names;
  const auto collect = [&](const std::string& condition, db::Params params) {
    params.emplace_back("province", province);
    for (const auto& row :
         tx.query("SELECT name FROM registry_domains WHERE province = :province AND " + condition,
                  params))
      names.insert(row.text("name"));
  };
  const db::List domains(domain_ids);
  const db::List accesses(access_ids);
  collect("service_id = :service", {{"service", service.id}});
  collect("authority_id IN (" + domains.text + ")", domains.params);
  collect(
      "service_id IN (SELECT service_id FROM registry_accesses WHERE province = :province "
      "AND authority_id IN (" +
          accesses.text + "))",
      accesses.params);
  return names;
}

namespace {

constexpr std::string_view kOfService =
    "s.filing_number AS service_number, s.name AS service_name, s.kind AS kind, "
    "e.filing_number AS entity_number, e.display_name AS entity_name, e.account_id AS account_id, ";
constexpr std::string_view kJoined =
    "JOIN registry_services s ON s.province = d.province AND s.authority_id = d.service_id "
    "JOIN registry_entities e ON e.province = s.province AND e.authority_id = s.entity_id ";

FiledDomain filed_domain_of(const db::Row& row) {
  return {row.text("domain"),
          row.text("service_number"),
          row.text("entity_number"),
          row.text("service_name"),
          row.text("entity_name"),
          row.text("account_id"),
          row.i64("access_here") != 0,
          china::service_kind_named(row.text("kind")).value_or(china::ServiceKind::website)};
}

}  // namespace

namespace {

std::vector<Standing> standings_where(db::Tx& tx, const std::string& condition,
                                      const db::Params& params) {
  const auto rows =
      tx.query("SELECT d.name AS domain, d.cancelled AS cancelled, " + std::string(kOfService) +
                   std::string(kAccessHere) + " AS access_here FROM registry_domains d " +
                   std::string(kJoined) + "WHERE " + condition +
                   " ORDER BY d.name, d.cancelled, access_here DESC, d.changed DESC, d.province, "
                   "d.authority_id",
               params);
  std::vector<Standing> out;
  for (const auto& row : rows) {
    if (!out.empty() && out.back().filed.domain == row.text("domain")) continue;
    out.push_back({filed_domain_of(row), row.i64("cancelled") != 0});
  }
  return out;
}

}  // namespace

std::vector<Standing> standings(db::Tx& tx, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  const db::List list(names);
  return standings_where(tx, "d.name IN (" + list.text + ")", list.params);
}

std::vector<Standing> standings_between(db::Tx& tx, const std::string& after,
                                        const std::string& last) {
  return standings_where(tx, "d.name > :after AND d.name <= :last",
                         {{"after", after}, {"last", last}});
}

std::vector<FiledDomain> services_with_domain(db::Tx& tx, const std::string& name) {
  std::vector<FiledDomain> out;
  for (const auto& row :
       tx.query("SELECT d.name AS domain, " + std::string(kOfService) + std::string(kAccessHere) +
                    " AS access_here FROM registry_domains d " + std::string(kJoined) +
                    "WHERE d.name = :name AND d.cancelled = 0 "
                    "ORDER BY access_here DESC, d.changed DESC, d.province, d.authority_id",
                {{"name", name}}))
    out.push_back(filed_domain_of(row));
  return out;
}

std::optional<std::string> number_by_certificate(db::Tx& tx, int64_t type,
                                                 const std::string& index) {
  const auto row = tx.query_one(
      "SELECT filing_number FROM registry_entities WHERE certificate_index = :index "
      "AND certificate_type = :type AND cancelled = 0 ORDER BY changed DESC, province, "
      "authority_id LIMIT 1",
      {{"index", index}, {"type", type}});
  if (!row) return std::nullopt;
  return row->text("filing_number");
}

namespace {

std::string address_text(const Json& number) {
  const auto address = china::ip_from_number(number.as_int());
  return address ? address->text() : "";
}

Json accesses_json(db::Tx& tx, int64_t province, int64_t service_id) {
  Json out = Json::array();
  for (const auto& row :
       tx.query("SELECT authority_id, provider_id, here, document FROM registry_accesses "
                "WHERE province = :province AND service_id = :id AND cancelled = 0 "
                "ORDER BY authority_id",
                {{"province", province}, {"id", service_id}})) {
    Json addresses = Json::array();
    const auto document = parse_json(row.text("document")).value_or(Json());
    for (const auto& range : document["addresses"].items())
      addresses.push(
          Json::object({{"from", address_text(range["from"])}, {"to", address_text(range["to"])}}));
    out.push(Json::object({{"authority_access_id", row.i64("authority_id")},
                           {"provider", row.i64("provider_id")},
                           {"here", row.i64("here") != 0},
                           {"addresses", std::move(addresses)}}));
  }
  return out;
}

}  // namespace

Json entities(db::Tx& tx, const std::string& account_id, const EntityPage& page) {
  std::string sql =
      "SELECT province, authority_id, filing_number, display_name, nature, cancelled "
      "FROM registry_entities e "
      "WHERE (province > :province OR (province = :province AND authority_id > :id))";
  db::Params params = {{"province", page.after_province}, {"id", page.after_id}};
  if (!account_id.empty()) {
    sql += " AND " + held_condition("e");
    params.emplace_back("account", account_id);
  }
  params.emplace_back("count", page.limit);
  Json out = Json::array();
  for (const auto& row : tx.query(sql + " ORDER BY province, authority_id LIMIT :count", params)) {
    const int64_t province = row.i64("province");
    const int64_t id = row.i64("authority_id");
    Json services = Json::array();
    bool any_service = false;
    for (const auto& s :
         tx.query("SELECT s.authority_id AS id, s.filing_number AS number, s.name AS name, "
                  "s.cancelled AS cancelled, s.kind AS kind, " +
                      std::string(kAccessHere) +
                      " AS access_here FROM registry_services s "
                      "WHERE s.province = :province AND s.entity_id = :id ORDER BY s.authority_id",
                  {{"province", province}, {"id", id}})) {
      Json domains = Json::array();
      for (const auto& d : tx.query("SELECT name FROM registry_domains WHERE province = :province "
                                    "AND service_id = :id AND cancelled = 0 ORDER BY authority_id",
                                    {{"province", province}, {"id", s.i64("id")}}))
        domains.push(d.text("name"));
      const bool in_force = s.i64("cancelled") == 0;
      any_service = any_service || in_force;
      Json accesses = accesses_json(tx, province, s.i64("id"));
      const std::string kind = s.text("kind");
      // Mini programs and quick apps run on their platform: they need no access.
      const bool needs_access = kind == "website" || kind == "app";
      const bool shell = in_force && needs_access && accesses.size() == 0;
      services.push(Json::object(
          {{"authority_service_id", s.i64("id")},
           {"filing_number", s.text("number")},
           {"name", s.text("name")},
           {"kind", kind},
           {"app_keys", kind == "website" ? Json::array() : app_keys_of(tx, province, s.i64("id"))},
           {"domains", std::move(domains)},
           {"accesses", std::move(accesses)},
           {"access_here", s.i64("access_here") != 0},
           {"shell", shell},
           {"cancelled", !in_force}}));
    }
    out.push(Json::object({{"key", std::to_string(province) + "-" + std::to_string(id)},
                           {"authority_entity_id", id},
                           {"filing_number", row.text("filing_number")},
                           {"name", row.text("display_name")},
                           {"nature", row.i64("nature")},
                           {"shell", row.i64("cancelled") == 0 && !any_service},
                           {"cancelled", row.i64("cancelled") != 0},
                           {"services", std::move(services)}}));
  }
  return out;
}

}  // namespace beian::registry::store
