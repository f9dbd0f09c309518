// The rows of the blacklists.
#include "platform/db/list_of_values.hpp"
#include "registry/store.hpp"

namespace beian::registry::store {

namespace {

constexpr std::string_view kEntities =
    "SELECT source, 'entity' AS list, certificate_type AS item, certificate_index AS name, "
    "document, 0 AS address, listed, changed FROM registry_blacklist_entities ";
constexpr std::string_view kDomains =
    "SELECT source, list, item, name, document, address, listed, changed "
    "FROM registry_blacklist_domains ";

Entry entry_of(const db::Row& row) {
  Entry entry;
  entry.source = row.text("source");
  entry.list = row.text("list");
  entry.item = row.i64("item");
  entry.name = row.text("name");
  entry.document = row.text("document");
  entry.address = row.i64("address");
  entry.listed = row.i64("listed");
  entry.changed = row.i64("changed");
  entry.context = context_of(entry);
  return entry;
}

std::optional<Entry> first(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return entry_of(rows.front());
}

constexpr std::string_view kEntityKey =
    "WHERE source = :source AND certificate_type = :item AND certificate_index = :name";
constexpr std::string_view kDomainKey =
    "WHERE source = :source AND list = :list AND item = :item AND name = :name";

db::Params key_of(const Entry& key) {
  db::Params params = {{"source", key.source}, {"item", key.item}, {"name", key.name}};
  if (key.list != "entity") params.emplace_back("list", key.list);
  return params;
}

}  // namespace

std::string context_of(const Entry& entry) {
  return "registry.blacklist." + entry.source + "." + entry.list + "." +
         std::to_string(entry.item) + "." + entry.name;
}

std::optional<Entry> find_entry(db::Tx& tx, const Entry& key) {
  const std::string sql = key.list == "entity" ? std::string(kEntities) + std::string(kEntityKey)
                                               : std::string(kDomains) + std::string(kDomainKey);
  return first(tx.query(sql, key_of(key)));
}

bool delete_entry(db::Tx& tx, const Entry& key) {
  const std::string sql = key.list == "entity"
                              ? "DELETE FROM registry_blacklist_entities " + std::string(kEntityKey)
                              : "DELETE FROM registry_blacklist_domains " + std::string(kDomainKey);
  return tx.exec(sql, key_of(key)) > 0;
}

void upsert_listed_entity(db::Tx& tx, TimePoint now, const Entry& entry,
                          const std::string& name_index) {
  tx.exec(
      "INSERT INTO registry_blacklist_entities (source, certificate_type, certificate_index, "
      "name_index, document, listed, changed) VALUES (:source, :type, :index, :name, :document, "
      ":now, :now) ON CONFLICT (source, certificate_type, certificate_index) DO UPDATE SET "
      "name_index = excluded.name_index, document = excluded.document, "
      "changed = excluded.changed",
      {{"source", entry.source},
       {"type", entry.item},
       {"index", entry.name},
       {"name", name_index},
       {"document", entry.document},
       {"now", to_ms(now)}});
}

void upsert_listed_domain(db::Tx& tx, TimePoint now, const Entry& entry,
                          const std::string& independent, int64_t address) {
  tx.exec(
      "INSERT INTO registry_blacklist_domains (source, list, item, name, independent, address, "
      "document, listed, changed) VALUES (:source, :list, :item, :name, :independent, :address, "
      ":document, :now, :now) ON CONFLICT (source, list, item, name) DO UPDATE SET "
      "address = excluded.address, document = excluded.document, changed = excluded.changed",
      {{"source", entry.source},
       {"list", entry.list},
       {"item", entry.item},
       {"name", entry.name},
       {"independent", independent},
       {"address", address},
       {"document", entry.document},
       {"now", to_ms(now)}});
}

std::set<std::string> names_of_item(db::Tx& tx, const std::string& source, int64_t item) {
  std::set<std::string> names;
  for (const auto& row :
       tx.query("SELECT name FROM registry_blacklist_domains WHERE source = :source "
                "AND list = 'illegal_access' AND item = :item",
                {{"source", source}, {"item", item}}))
    names.insert(row.text("name"));
  return names;
}

void delete_item(db::Tx& tx, const std::string& source, int64_t item) {
  tx.exec(
      "DELETE FROM registry_blacklist_domains WHERE source = :source "
      "AND list = 'illegal_access' AND item = :item",
      {{"source", source}, {"item", item}});
}

std::set<std::string> blacklisted_names(db::Tx& tx, const std::vector<std::string>& names) {
  std::set<std::string> out;
  if (names.empty()) return out;
  const db::List list(names);
  for (const auto& row : tx.query(
           "SELECT DISTINCT name FROM registry_blacklist_domains WHERE name IN (" + list.text + ")",
           list.params))
    out.insert(row.text("name"));
  return out;
}

std::optional<Entry> entity_by_certificate(db::Tx& tx, const std::string& index) {
  return first(tx.query(
      std::string(kEntities) + "WHERE certificate_index = :index ORDER BY changed DESC LIMIT 1",
      {{"index", index}}));
}

std::optional<Entry> entity_by_name(db::Tx& tx, const std::string& index) {
  return first(
      tx.query(std::string(kEntities) + "WHERE name_index = :index ORDER BY changed DESC LIMIT 1",
               {{"index", index}}));
}

std::optional<Entry> domain_entry(db::Tx& tx, const std::vector<std::string>& names,
                                  const std::string& independent) {
  const db::List list(names);
  db::Params params = list.params;
  params.emplace_back("independent", independent);
  return first(tx.query(std::string(kDomains) + "WHERE name IN (" + list.text +
                            ") OR independent = :independent ORDER BY changed DESC LIMIT 1",
                        params));
}

std::optional<Entry> address_entry(db::Tx& tx, int64_t from, int64_t to) {
  return first(tx.query(std::string(kDomains) +
                            "WHERE address BETWEEN :from AND :to AND address > 0 "
                            "ORDER BY changed DESC LIMIT 1",
                        {{"from", from}, {"to", to}}));
}

std::vector<Entry> entries(db::Tx& tx, const std::string& list, int64_t offset, int64_t limit) {
  db::Params params = {{"offset", offset}, {"limit", limit}};
  std::string sql(kEntities);
  if (list != "entity") {
    sql = std::string(kDomains) + "WHERE list = :list ";
    params.emplace_back("list", list);
  }
  std::vector<Entry> out;
  for (const auto& row : tx.query(
           sql + "ORDER BY changed DESC, source, item, name LIMIT :limit OFFSET :offset", params))
    out.push_back(entry_of(row));
  return out;
}

}  // namespace beian::registry::store
