#include "registry/public_query_sql.hpp"

#include "base/text.hpp"
#include "china/regions.hpp"
#include "platform/db/bulk.hpp"
#include "platform/db/list_of_values.hpp"
#include "registry/hosts.hpp"

namespace beian::registry {

namespace {

using std::string;
constexpr auto kEntity =
    "e.filing_number AS entity_number, e.display_name AS entity_name, e.nature AS nature, "
    "e.province AS province, e.authority_id AS entity_id, e.reviewed AS reviewed";
constexpr auto kService =
    "s.filing_number AS service_number, s.name AS service_name, s.kind AS kind, "
    "s.authority_id AS service_id";
constexpr auto kDomain = "d.name AS domain, d.authority_id AS domain_id";
constexpr auto kOfService =
    " JOIN registry_entities e ON e.province = s.province AND e.authority_id = s.entity_id ";
constexpr auto kOfDomain =
    " JOIN registry_services s ON s.province = d.province AND s.authority_id = d.service_id ";

// As the index of names has them: PostgreSQL's own order is that of a language.
string display_name(db::Tx& tx) {
  return tx.dialect() == db::Dialect::postgres ? "e.display_name COLLATE \"C\"" : "e.display_name";
}

// `has`: which of the three parts the row has columns of.
PublicFiling filing_of(const db::Row& row, bool service, bool domain) {
  PublicFiling out;
  out.entity_number = row.text("entity_number");
  out.entity_name = row.text("entity_name");
  out.nature = row.i64("nature");
  out.province = row.i64("province");
  out.entity_id = row.i64("entity_id");
  out.reviewed = row.text("reviewed");
  out.changed = from_ms(row.i64("changed"));
  if (service) {
    out.service_number = row.text("service_number");
    out.service_name = row.text("service_name");
    out.kind = china::service_kind_named(row.text("kind")).value_or(china::ServiceKind::website);
    out.service_id = row.i64("service_id");
  }
  if (domain) {
    out.domain = row.text("domain");
    out.domain_id = row.i64("domain_id");
  }
  return out;
}

std::vector<store::PublicRow> rows_of(const db::Rows& rows, bool service, bool domain) {
  std::vector<store::PublicRow> out;
  out.reserve(rows.size());
  for (const auto& row : rows)
    out.push_back({filing_of(row, service, domain), row.i64("cancelled") != 0});
  return out;
}

std::vector<store::PublicRow> by_keys(db::Tx& tx, const std::vector<string>& keys,
                                      const string& columns, const string& tables,
                                      const string& key, bool service, bool domain) {
  if (keys.empty()) return {};
  return rows_of(tx.query(db::select_listed(tx, columns, tables, {key, "keys", db::ListOf::texts}),
                          {{"keys", db::list_value(tx, keys)}}),
                 service, domain);
}

// What a list is narrowed by: `from` has s and e, of websites d too.
struct Narrowed {
  string from, where;
  db::Params params;
};

// Services by a query of their keys. CROSS JOIN: SQLite goes from the keys to the services, else it
// would walk through all of them.
constexpr auto kIsKey = "s.province = k.province AND s.authority_id = k.authority_id";
string services_of(const string& keys) {
  return "(" + keys + ") AS k CROSS JOIN registry_services s" + kOfService;
}

Narrowed narrowed(db::Tx& tx, china::ServiceKind kind, const string& text, const db::List& names) {
  const bool website = kind == china::ServiceKind::website;
  const string all = website ? string("registry_domains d") + kOfDomain + kOfService
                             : string("registry_services s") + kOfService;
  if (const auto number = china::parse_filing_number(text))
    return {all,
            (number->is_entity() ? "e" : "s") + string(".filing_number = :text"),
            {{"text", number->text()}}};
  if (!names.names.empty()) {
    const string in = "name IN (" + names.text + ")";
    if (website) return {all, "d." + in, names.params};
    return {services_of("SELECT DISTINCT province, service_id AS authority_id "
                        "FROM registry_domains WHERE cancelled = 0 AND " +
                        in),
            kIsKey, names.params};
  }
  if (website) return {all, display_name(tx) + " = :text", {{"text", text}}};
  return {services_of("SELECT province, authority_id FROM registry_services "
                      "WHERE name = :text AND kind <> 'website' "
                      "UNION SELECT x.province, x.authority_id FROM registry_entities e "
                      "JOIN registry_services x ON x.province = e.province "
                      "AND x.entity_id = e.authority_id WHERE " +
                      display_name(tx) + " = :text"),
          kIsKey,
          {{"text", text}}};
}

}  // namespace

namespace store {

std::vector<PublicRow> rows_of_domains(db::Tx& tx, const std::vector<std::string>& names) {
  return by_keys(tx, names,
                 string(kEntity) + ", " + kService + ", " + kDomain +
                     ", s.changed AS changed, d.cancelled AS cancelled",
                 string("registry_domains d") + kOfDomain + kOfService, "d.name", true, true);
}

std::vector<PublicRow> rows_of_services(db::Tx& tx, const std::vector<std::string>& numbers) {
  return by_keys(
      tx, numbers,
      string(kEntity) + ", " + kService + ", s.changed AS changed, s.cancelled AS cancelled",
      string("registry_services s") + kOfService, "s.filing_number", true, false);
}

std::vector<PublicRow> rows_of_entities(db::Tx& tx, const std::vector<std::string>& numbers) {
  return by_keys(tx, numbers, string(kEntity) + ", e.changed AS changed, e.cancelled AS cancelled",
                 "registry_entities e", "e.filing_number", false, false);
}

}  // namespace store

std::vector<PublicFiling> filings_of_number(db::Tx& tx, const std::string& number,
                                            const PublicPage& page) {
  const auto parsed = china::parse_filing_number(number);
  if (!parsed) return {};
  const bool entity = parsed->is_entity();
  const string services =
      "s.province = e.province AND s.entity_id = e.authority_id "
      "AND s.cancelled = 0 ";
  std::vector<PublicFiling> out;
  for (const auto& row :
       tx.query(string("SELECT ") + kEntity + ", " + kService + ", " + kDomain +
                    ", COALESCE(s.changed, e.changed) AS changed FROM registry_entities e " +
                    (entity ? "LEFT " : "") + "JOIN registry_services s ON " + services +
                    "LEFT JOIN registry_domains d ON d.province = s.province "
                    "AND d.service_id = s.authority_id AND d.cancelled = 0 WHERE " +
                    (entity ? "e" : "s") +
                    ".filing_number = :number AND e.cancelled = 0 "
                    "AND (e.province, e.authority_id, COALESCE(s.authority_id, 0), "
                    "COALESCE(d.authority_id, 0)) > (:province, :entity, :service, :domain) "
                    "ORDER BY e.province, e.authority_id, COALESCE(s.authority_id, 0), "
                    "COALESCE(d.authority_id, 0) LIMIT :limit",
                {{"number", number},
                 {"province", page.province},
                 {"entity", page.entity_id},
                 {"service", page.service_id},
                 {"domain", page.domain_id},
                 {"limit", page.limit}}))
    out.push_back(filing_of(row, !row.is_null("service_id"), !row.is_null("domain_id")));
  return out;
}

std::vector<PublicFiling> entities_named(db::Tx& tx, const std::string& beginning,
                                         const NamePage& after) {
  // A masked name is a person's.
  if (text::length(beginning) < 2 || beginning.find('*') != string::npos) return {};
  // One lower bound only: PostgreSQL would begin where the wider of two lets it. No province is -1.
  const bool first = after.name < beginning;
  const string name = display_name(tx);
  std::vector<PublicFiling> out;
  for (const auto& row : tx.query(
           string("SELECT ") + kEntity + ", e.changed AS changed FROM registry_entities e WHERE (" +
               name + ", e.province, e.authority_id) > (:name, :province, :id) AND " + name +
               " < :to AND e.cancelled = 0 ORDER BY " + name +
               ", e.province, e.authority_id LIMIT :limit",
           {{"name", first ? beginning : after.name},
            {"province", first ? -1 : after.province},
            {"id", first ? -1 : after.entity_id},
            {"to", beginning + "\xF4\x8F\xBF\xBF"},  // the last code point
            {"limit", after.limit}}))
    out.push_back(filing_of(row, false, false));
  return out;
}

PublicList list_filings(db::Tx& tx, china::ServiceKind kind, const std::string& text,
                        int64_t offset, int64_t limit) {
  if (text.empty() || text.find('*') != string::npos) return {};
  const bool website = kind == china::ServiceKind::website;
  const auto covering = covering_names(text);
  const db::List names(covering);
  auto [tables, where, params] = narrowed(tx, kind, text, names);
  const string from = " FROM " + tables + "WHERE " + where +
                      " AND s.kind = :kind AND s.cancelled = 0 AND e.cancelled = 0" +
                      (website ? " AND d.cancelled = 0" : "");
  params.emplace_back("kind", china::name_of(kind));
  PublicList out;
  out.total = tx.query_i64("SELECT COUNT(*)" + from, params);
  if (out.total <= offset) return out;
  params.emplace_back("limit", limit);
  params.emplace_back("offset", offset);
  for (const auto& row : tx.query(
           string("SELECT ") + kEntity + ", " + kService + (website ? string(", ") + kDomain : "") +
               ", s.changed AS changed" + from + " ORDER BY s.province, s.authority_id" +
               (website ? ", d.authority_id" : "") + " LIMIT :limit OFFSET :offset",
           params))
    out.rows.push_back(filing_of(row, true, website));
  return out;
}

bool is_listed_site(db::Tx& tx, const std::string& host) {
  const auto covering = covering_names(host);
  if (covering.empty()) return false;
  const db::List names(covering);
  return tx
      .query_one("SELECT 1 AS one FROM registry_blacklist_domains WHERE name IN (" + names.text +
                     ") LIMIT 1",
                 names.params)
      .has_value();
}

void mark_whole(db::Tx& tx, const std::vector<int64_t>& provinces, TimePoint as_of) {
  for (const int64_t province : provinces)
    tx.exec(
        "INSERT INTO registry_whole (province, as_of) VALUES (:province, :as_of) "
        "ON CONFLICT (province) DO UPDATE SET as_of = excluded.as_of "
        "WHERE excluded.as_of > registry_whole.as_of",
        {{"province", province}, {"as_of", to_ms(as_of)}});
}

bool has_entities_of(db::Tx& tx, int64_t province) {
  return tx
      .query_one("SELECT 1 AS one FROM registry_entities WHERE province = :province LIMIT 1",
                 {{"province", province}})
      .has_value();
}

Whole whole_provinces(db::Tx& tx) {
  Whole out;
  for (const auto& row : tx.query("SELECT province, as_of FROM registry_whole"))
    out[row.i64("province")] = from_ms(row.i64("as_of"));
  return out;
}

std::optional<TimePoint> whole_as_of(const Whole& whole, int64_t province) {
  std::optional<TimePoint> oldest;
  for (const int64_t code : province == 0 ? china::filing_provinces() : std::vector{province}) {
    const auto known = whole.find(code);
    if (known == whole.end()) return {};
    if (!oldest || known->second < *oldest) oldest = known->second;
  }
  return oldest;
}

}  // namespace beian::registry
