// The report of a synchronisation.
#include "authority/sync.hpp"

namespace beian::authority {
namespace {

constexpr std::string_view kReports =
    "SELECT s.*, d.link AS link FROM authority_syncs s "
    "JOIN authority_downloads d ON d.number = s.download ";

SyncReport report_of(const db::Row& row) {
  SyncReport out;
  out.download = row.i64("download");
  out.link = row.text("link");
  out.kind = row.text("kind");
  out.records = row.i64("next");
  out.added = row.i64("added");
  out.changed = row.i64("changed");
  out.unchanged = row.i64("unchanged");
  out.faulty = row.i64("faulty");
  out.missing_here = row.i64("missing_here");
  out.missing_there = row.i64("missing_there");
  out.started = from_ms(row.i64("started"));
  out.finished = from_ms(row.i64("finished"));
  out.series = row.i64("series");
  out.closed = from_ms(row.i64("closed"));
  out.whole = row.i64("whole") != 0;
  return out;
}

}  // namespace

std::vector<SyncReport> sync_reports(db::Tx& tx, const std::string& link, size_t limit) {
  std::string sql(kReports);
  db::Params params = {{"limit", static_cast<int64_t>(limit)}};
  if (!link.empty()) {
    sql += "WHERE d.link = :link ";
    params.emplace_back("link", link);
  }
  std::vector<SyncReport> out;
  for (const auto& row : tx.query(sql + "ORDER BY s.download DESC LIMIT :limit", params))
    out.push_back(report_of(row));
  return out;
}

std::optional<SyncReport> sync_report(db::Tx& tx, int64_t download) {
  const auto row = tx.query_one(std::string(kReports) + "WHERE s.download = :download",
                                {{"download", download}});
  if (!row) return std::nullopt;
  return report_of(*row);
}

std::vector<SyncItem> sync_items(db::Tx& tx, int64_t download, const std::string& what,
                                 const std::string& after, size_t limit) {
  std::vector<SyncItem> out;
  for (const auto& row :
       tx.query("SELECT what, key, subject FROM authority_sync_items WHERE download = :download "
                "AND what = :what AND key > :after ORDER BY key LIMIT :limit",
                {{"download", download},
                 {"what", what},
                 {"after", after},
                 {"limit", static_cast<int64_t>(limit)}}))
    out.push_back({row.text("what"), row.text("key"), row.text("subject")});
  return out;
}

}  // namespace beian::authority
