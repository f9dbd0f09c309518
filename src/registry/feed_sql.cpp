// The change journal, and what gates are told of it.
#include "base/chain.hpp"
#include "registry/feed.hpp"
#include "registry/store.hpp"

namespace beian::registry::store {

namespace {

// Checks are 64 bits without a sign; columns have one.
uint64_t chain_of(const db::Row& row, std::string_view column) {
  return static_cast<uint64_t>(row.i64(column));
}

}  // namespace

void append_change(db::Tx& tx, TimePoint now, const std::string& domain, const std::string& what,
                   const std::string& filing_number) {
  const auto last = tx.query_one(
      "UPDATE registry_journal SET last_number = last_number + 1 WHERE id = 1 "
      "RETURNING last_number, chain");
  const int64_t number = last->i64("last_number");
  const uint64_t chain = chain_after(chain_of(*last, "chain"), number, domain, what, filing_number);
  tx.exec("UPDATE registry_journal SET chain = :chain WHERE id = 1", {{"chain", chain}});
  tx.exec(
      "INSERT INTO registry_changes (number, domain, what, filing_number, at, chain) "
      "VALUES (:number, :domain, :what, :filing, :at, :chain)",
      {{"number", number},
       {"domain", domain},
       {"what", what},
       {"filing", filing_number},
       {"at", to_ms(now)},
       {"chain", chain}});
}

uint64_t feed_chain_at(db::Tx& tx, int64_t number) {
  const auto journal = tx.query_one(
      "SELECT last_number, chain, floor, floor_chain FROM registry_journal WHERE id = 1");
  if (number == journal->i64("last_number")) return chain_of(*journal, "chain");
  if (number == journal->i64("floor")) return chain_of(*journal, "floor_chain");
  if (number < journal->i64("floor")) return 0;
  const auto row = tx.query_one("SELECT chain FROM registry_changes WHERE number = :number",
                                {{"number", number}});
  return row ? chain_of(*row, "chain") : 0;
}

std::string feed_page_end(db::Tx& tx, const std::string& after, size_t limit) {
  const auto names = [](const std::string& table) {
    return "SELECT name FROM (SELECT DISTINCT name FROM " + table +
           " WHERE name > :after ORDER BY name LIMIT :limit) AS " + table + "_page";
  };
  const auto row =
      tx.query_one("SELECT MAX(name) AS last FROM (SELECT name FROM (" + names("registry_domains") +
                       " UNION " + names("registry_blacklist_domains") +
                       ") AS both_pages ORDER BY name LIMIT :limit) AS page",
                   {{"after", after}, {"limit", static_cast<int64_t>(limit)}});
  return row->text("last");
}

std::set<std::string> blacklisted_between(db::Tx& tx, const std::string& after,
                                          const std::string& last) {
  std::set<std::string> out;
  for (const auto& row : tx.query("SELECT DISTINCT name FROM registry_blacklist_domains "
                                  "WHERE name > :after AND name <= :last",
                                  {{"after", after}, {"last", last}}))
    out.insert(row.text("name"));
  return out;
}

}  // namespace beian::registry::store

namespace beian::registry {

FeedPlace feed_end(db::Tx& tx) {
  const auto row = tx.query_one("SELECT last_number, chain FROM registry_journal WHERE id = 1");
  return {row->i64("last_number"), static_cast<uint64_t>(row->i64("chain"))};
}

void begin_feed_anew(db::Tx& tx, const std::string& salt) {
  const FeedPlace end = feed_end(tx);
  const int64_t number = end.number + 1;
  const uint64_t chain = chain_after(end.chain, number, "", "anew", salt);
  tx.exec(
      "UPDATE registry_journal SET last_number = :number, chain = :chain, floor = :number, "
      "floor_chain = :chain WHERE id = 1",
      {{"number", number}, {"chain", chain}});
}

std::vector<Change> changes_after(db::Tx& tx, int64_t number, size_t limit) {
  std::vector<Change> out;
  for (const auto& row :
       tx.query("SELECT number, domain, what, filing_number, at FROM registry_changes "
                "WHERE number > :number ORDER BY number LIMIT :count",
                {{"number", number}, {"count", static_cast<int64_t>(limit)}})) {
    out.push_back({row.i64("number"), row.text("domain"), row.text("what"),
                   row.text("filing_number"), from_ms(row.i64("at"))});
  }
  return out;
}

}  // namespace beian::registry
