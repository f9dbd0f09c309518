#include <map>

#include "platform/db/bulk.hpp"
#include "registry/known_rows.hpp"

namespace beian::registry {

namespace {

struct Ids {
  std::vector<int64_t> entities, services, domains, accesses;
};

// Calls f with each row of the table that has one of the ids. Above the greatest id there is none:
// authorities count up, so in a library that comes in their order nothing has to be looked for.
template <class F>
void each_row(db::Tx& tx, const std::string& columns, const std::string& table, int64_t province,
              std::vector<int64_t> ids, const F& f) {
  const auto greatest =
      tx.query_one("SELECT MAX(authority_id) AS id FROM " + table + " WHERE province = :province",
                   {{"province", province}});
  if (greatest->is_null("id")) return;
  std::erase_if(ids, [last = greatest->i64("id")](int64_t id) { return id > last; });
  if (ids.empty()) return;
  for (const auto& row : tx.query(
           db::select_listed(tx, "authority_id, " + columns, table,
                             {"authority_id", "ids", db::ListOf::numbers}, "province = :province"),
           {{"province", province}, {"ids", db::list_value(tx, ids)}}))
    f(RowId{province, row.i64("authority_id")}, row);
}

}  // namespace

KnownRows find_known(db::Tx& tx, const std::vector<Prepared>& records) {
  std::map<int64_t, Ids> provinces;
  std::vector<std::string> names;
  for (const auto& record : records) {
    Ids& ids = provinces[record.filed.province];
    ids.entities.push_back(record.filed.id);
    for (const auto& service : record.filed.services) {
      ids.services.push_back(service.id);
      for (const auto& access : service.accesses) ids.accesses.push_back(access.id);
      for (const auto& domain : service.domains) {
        ids.domains.push_back(domain.id);
        names.push_back(domain.name);
      }
    }
  }
  KnownRows out;
  for (const auto& [province, ids] : provinces) {
    each_row(tx, "fingerprint, account_id", "registry_entities", province, ids.entities,
             [&](const RowId& id, const db::Row& row) {
               out.entities[id] = {row.text("fingerprint"), row.text("account_id")};
             });
    each_row(
        tx, "fingerprint", "registry_services", province, ids.services,
        [&](const RowId& id, const db::Row& row) { out.services[id] = row.text("fingerprint"); });
    each_row(tx, "service_id", "registry_domains", province, ids.domains,
             [&](const RowId& id, const db::Row& row) { out.domains[id] = row.i64("service_id"); });
    each_row(
        tx, "service_id", "registry_accesses", province, ids.accesses,
        [&](const RowId& id, const db::Row& row) { out.accesses[id] = row.i64("service_id"); });
  }
  for (const std::string table : {"registry_domains", "registry_blacklist_domains"})
    for (const auto& row :
         tx.query(db::select_listed(tx, "name", table, {"name", "names", db::ListOf::texts}),
                  {{"names", db::list_value(tx, names)}}))
      out.names.insert(row.text("name"));
  return out;
}

}  // namespace beian::registry
