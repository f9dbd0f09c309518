#include <set>

#include "registry/journal.hpp"
#include "registry/names.hpp"

namespace beian::registry {

namespace {

constexpr int64_t kPage = 4000;

// Of several rows of one name the first is the one that serves it best, as in store::standings.
constexpr std::string_view kNames =
    "SELECT d.name AS name, d.cancelled AS cancelled, "
    "CASE WHEN s.filing_number <> '' THEN s.filing_number ELSE e.filing_number END AS number, "
    "CASE WHEN EXISTS (SELECT 1 FROM registry_accesses a WHERE a.province = s.province "
    "AND a.service_id = s.authority_id AND a.here = 1 AND a.cancelled = 0) THEN 1 ELSE 0 END "
    "AS access_here FROM registry_domains d JOIN registry_services s "
    "ON s.province = d.province AND s.authority_id = d.service_id "
    "JOIN registry_entities e ON e.province = s.province AND e.authority_id = s.entity_id "
    "WHERE d.name > :after "
    "ORDER BY d.name, d.cancelled, access_here DESC, d.changed DESC, d.province, d.authority_id "
    "LIMIT :page";

NameStanding standing_of(const db::Row& row) {
  return {row.text("name"),
          row.i64("cancelled") != 0     ? "cancelled"
          : row.i64("access_here") != 0 ? "filed"
                                        : "no_access_here",
          row.text("number")};
}

}  // namespace

int64_t last_change(db::Tx& tx) {
  return tx.query_i64("SELECT last_number FROM registry_journal WHERE id = 1");
}

std::vector<NameStanding> standings_of_names(db::Tx& tx, const std::vector<std::string>& names) {
  std::vector<NameStanding> out;
  for (const auto& [name, standing] : standings_of(tx, {names.begin(), names.end()}))
    out.push_back({name, standing.first, standing.second});
  return out;
}

void each_name(db::Tx& tx, const std::function<bool(const NameStanding&)>& f) {
  std::set<std::string> listed;
  for (const auto& row : tx.query("SELECT DISTINCT name FROM registry_blacklist_domains"))
    listed.insert(row.text("name"));
  std::string last;
  for (size_t page = kPage; page == kPage;) {
    const auto rows = tx.query(kNames, {{"after", last}, {"page", kPage}});
    page = rows.size();
    for (const auto& row : rows) {
      auto standing = standing_of(row);
      if (standing.name == last) continue;
      last = standing.name;
      if (listed.erase(last) > 0) {
        if (standing.what == "cancelled") standing.filing_number.clear();
        standing.what = "blacklisted";
      }
      if (!f(standing)) return;
    }
  }
  // Listed, and never filed.
  for (const auto& name : listed)
    if (!f({name, "blacklisted", ""})) return;
}

}  // namespace beian::registry
