#include "registry/holders.hpp"

#include <algorithm>

#include "registry/filed.hpp"

namespace beian::registry {

std::string held_condition(std::string_view entity) {
  const std::string e(entity);
  return "(" + e + ".account_id = :account OR EXISTS (SELECT 1 FROM registry_entity_accounts h " +
         "WHERE h.province = " + e + ".province AND h.entity_id = " + e +
         ".authority_id AND h.account_id = :account AND h.former = 0))";
}

std::string certificate_index(const crypto::ColumnCipher& cipher, const std::string& number) {
  return cipher.blind_index(certificate_key(number), "registry.certificate");
}

std::vector<Holding> holdings(db::Tx& tx, const std::string& account_id) {
  std::vector<Holding> out;
  if (account_id.empty()) return out;
  for (const auto& row :
       tx.query("SELECT e.province AS province, e.authority_id AS id, e.filing_number AS number, "
                "e.account_id AS account, e.display_name AS name, e.certificate_type AS type, "
                "e.certificate_index AS certificate FROM registry_entities e "
                "WHERE e.cancelled = 0 AND " +
                    held_condition("e") + " ORDER BY e.recorded, e.province, e.authority_id",
                {{"account", account_id}}))
    out.push_back({{row.i64("province"), row.i64("id"), 0, row.text("number"), row.text("account")},
                   row.text("name"),
                   row.i64("type"),
                   row.text("certificate")});
  return out;
}

std::vector<RecordRef> held_after(db::Tx& tx, const RecordRef& after, size_t limit) {
  std::vector<RecordRef> out;
  // Two questions, each of which goes along the index of accounts.
  const auto add = [&](const std::string& where, db::Params params) {
    if (out.size() >= limit) return;
    params.emplace_back("limit", static_cast<int64_t>(limit - out.size()));
    for (const auto& row :
         tx.query("SELECT province, authority_id, filing_number, account_id FROM registry_entities "
                  "WHERE " +
                      where +
                      " AND cancelled = 0 ORDER BY account_id, province, authority_id LIMIT :limit",
                  params))
      out.push_back({row.i64("province"), row.i64("authority_id"), 0, row.text("filing_number"),
                     row.text("account_id")});
  };
  if (!after.account_id.empty())
    add("account_id = :account AND (province > :province OR (province = :province AND "
        "authority_id > :id))",
        {{"account", after.account_id}, {"province", after.province}, {"id", after.entity_id}});
  add("account_id > :account", {{"account", after.account_id}});
  return out;
}

std::vector<std::string> holders(db::Tx& tx, int64_t province, int64_t entity_id) {
  std::vector<std::string> out;
  const db::Params key = {{"province", province}, {"id", entity_id}};
  for (const auto* sql :
       {"SELECT account_id FROM registry_entities WHERE province = :province "
        "AND authority_id = :id AND account_id <> ''",
        "SELECT account_id FROM registry_entity_accounts WHERE province = :province "
        "AND entity_id = :id AND former = 0 ORDER BY since, account_id"})
    for (const auto& row : tx.query(sql, key)) out.push_back(row.text("account_id"));
  return out;
}

bool holds(db::Tx& tx, const std::string& account_id, int64_t province, int64_t entity_id) {
  const auto all = holders(tx, province, entity_id);
  return !account_id.empty() && std::ranges::find(all, account_id) != all.end();
}

void add_holder(db::Tx& tx, TimePoint now, const std::string& account_id, int64_t province,
                int64_t entity_id) {
  if (account_id.empty()) return;
  tx.exec(
      "INSERT INTO registry_entity_accounts (province, entity_id, account_id, former, since) "
      "SELECT province, authority_id, :account, 0, :now FROM registry_entities "
      "WHERE province = :province AND authority_id = :id AND account_id <> :account "
      "AND account_id <> '' ON CONFLICT (province, entity_id, account_id) DO NOTHING",
      {{"account", account_id}, {"now", to_ms(now)}, {"province", province}, {"id", entity_id}});
}

bool move_entity(db::Tx& tx, TimePoint now, int64_t province, int64_t entity_id,
                 const std::string& from, const std::string& to) {
  const db::Params key = {{"province", province}, {"id", entity_id}, {"account", to}};
  if (tx.exec("UPDATE registry_entities SET account_id = :account, changed = :now "
              "WHERE province = :province AND authority_id = :id AND account_id = :from "
              "AND cancelled = 0",
              {{"account", to},
               {"now", to_ms(now)},
               {"province", province},
               {"id", entity_id},
               {"from", from}}) == 0)
    return false;
  tx.exec(
      "DELETE FROM registry_entity_accounts WHERE province = :province AND entity_id = :id "
      "AND account_id = :account",
      key);
  if (!from.empty())
    tx.exec(
        "INSERT INTO registry_entity_accounts (province, entity_id, account_id, former, since) "
        "VALUES (:province, :id, :from, 1, :now) ON CONFLICT (province, entity_id, account_id) "
        "DO UPDATE SET former = 1, since = excluded.since",
        {{"province", province}, {"id", entity_id}, {"from", from}, {"now", to_ms(now)}});
  return true;
}

}  // namespace beian::registry
