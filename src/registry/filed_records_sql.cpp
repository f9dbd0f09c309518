#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "china/filing_number.hpp"
#include "platform/db/bulk.hpp"
#include "registry/filed_records.hpp"

namespace beian::registry {

namespace {

constexpr int64_t kPage = 500;

Json opened(const crypto::ColumnCipher& cipher, const db::Row& row, const std::string& kind,
            int64_t province) {
  return parse_json(cipher.open(row.text("document"), "registry." + kind + "." +
                                                          std::to_string(province) + "-" +
                                                          std::to_string(row.i64("authority_id"))))
      .value();
}

using Ids = std::unordered_set<int64_t>;

// The ids in force of the table's rows, by service.
std::unordered_map<int64_t, Ids> in_force(db::Tx& tx, const std::string& table, int64_t province,
                                          const std::vector<int64_t>& services) {
  std::unordered_map<int64_t, Ids> out;
  for (const auto& row : tx.query(db::select_listed(tx, "service_id, authority_id", table,
                                                    {"service_id", "ids", db::ListOf::numbers},
                                                    "province = :province AND cancelled = 0"),
                                  {{"province", province}, {"ids", db::list_value(tx, services)}}))
    out[row.i64("service_id")].insert(row.i64("authority_id"));
  return out;
}

// The document's list without what is no more in force. False when nothing is left of it.
bool keep(Json& document, std::string_view list, std::string_view id, const Ids& ids) {
  Json* items = document.find(list);
  if (!items || !items->is_array()) return false;
  std::erase_if(items->items(), [&](const Json& item) { return !ids.contains(item[id].as_int()); });
  return items->size() > 0;
}

// Services in force by entity.
std::unordered_map<int64_t, Json> services_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                              int64_t province,
                                              const std::vector<int64_t>& entities,
                                              LeftOut& left_out) {
  const auto rows =
      tx.query(db::select_listed(tx, "authority_id, entity_id, kind, document", "registry_services",
                                 {"entity_id", "ids", db::ListOf::numbers},
                                 "province = :province AND cancelled = 0") +
                   " ORDER BY entity_id, authority_id",
               {{"province", province}, {"ids", db::list_value(tx, entities)}});
  std::vector<int64_t> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) ids.push_back(row.i64("authority_id"));
  const auto domains = in_force(tx, "registry_domains", province, ids);
  const auto accesses = in_force(tx, "registry_accesses", province, ids);
  const auto of = [](const std::unordered_map<int64_t, Ids>& all, int64_t id) {
    const auto found = all.find(id);
    return found == all.end() ? Ids{} : found->second;
  };
  std::unordered_map<int64_t, Json> out;
  for (const auto& row : rows) {
    const int64_t id = row.i64("authority_id");
    Json document = opened(cipher, row, "service", province);
    const bool named = keep(document, "domains", "authority_domain_id", of(domains, id));
    const bool served = keep(document, "accesses", "authority_access_id", of(accesses, id));
    const bool website = row.text("kind") == china::name_of(china::ServiceKind::website);
    if (website && !(named && served))
      ++left_out.services;
    else
      out[row.i64("entity_id")].push(std::move(document));
  }
  return out;
}

}  // namespace

LeftOut each_filed_record(db::Tx& tx, const crypto::ColumnCipher& cipher,
                          const std::function<bool(const Json& record)>& f) {
  db::prefer_indexes(tx);
  LeftOut left_out;
  int64_t province = INT64_MIN, after = INT64_MAX;
  for (;;) {
    const auto rows = tx.query(
        "SELECT authority_id, cancelled, document FROM registry_entities "
        "WHERE province = :province AND authority_id > :after ORDER BY authority_id LIMIT :page",
        {{"province", province}, {"after", after}, {"page", kPage}});
    if (rows.empty()) {
      const auto next = tx.query_one(
          "SELECT MIN(province) AS province FROM registry_entities "
          "WHERE province > :province",
          {{"province", province}});
      if (next->is_null("province")) return left_out;
      province = next->i64("province");
      after = INT64_MIN;
      continue;
    }
    std::vector<int64_t> ids;
    ids.reserve(rows.size());
    for (const auto& row : rows) ids.push_back(row.i64("authority_id"));
    auto services = services_of(tx, cipher, province, ids, left_out);
    for (const auto& row : rows) {
      after = row.i64("authority_id");
      if (row.i64("cancelled") != 0) continue;
      const auto its = services.find(after);
      if (its == services.end()) {
        ++left_out.entities;
        continue;
      }
      if (!f(Json::object({{"entity", opened(cipher, row, "entity", province)},
                           {"services", std::move(its->second)}})))
        return left_out;
    }
  }
}

}  // namespace beian::registry
