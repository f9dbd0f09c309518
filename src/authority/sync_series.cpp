#include "authority/sync_series.hpp"

#include <optional>
#include <vector>

#include "authority/sync.hpp"
#include "registry/public_query.hpp"

namespace beian::authority {
namespace {

std::vector<SyncSeries> open_series(db::Tx& tx, const std::string& link) {
  std::vector<SyncSeries> out;
  for (const auto& row :
       tx.query("SELECT s.series, s.kind, MIN(d.received) AS began, MAX(d.received) AS last "
                "FROM authority_syncs s JOIN authority_downloads d ON d.number = s.download "
                "WHERE d.link = :link AND s.closed = 0 GROUP BY s.series, s.kind "
                "ORDER BY s.series",
                {{"link", link}}))
    out.push_back(
        {row.i64("series"), row.text("kind"), from_ms(row.i64("began")), from_ms(row.i64("last"))});
  return out;
}

// Another library of the kind has begun since: this one can no longer be told from what changed.
bool is_overtaken(db::Tx& tx, const std::string& link, const SyncSeries& series) {
  return tx
      .query_one(
          "SELECT s.download FROM authority_syncs s "
          "JOIN authority_downloads d ON d.number = s.download WHERE d.link = :link "
          "AND s.kind = :kind AND s.series <> :series AND d.received > :last LIMIT 1",
          {{"link", link},
           {"kind", series.kind},
           {"series", series.number},
           {"last", to_ms(series.last)}})
      .has_value();
}

// A file of it that is not applied yet, or any file of that time that may be one: nobody knows what
// is in it.
bool lacks_a_file(db::Tx& tx, const LinkConfig& link, const SyncSeries& series) {
  return tx
      .query_one(
          "SELECT d.number FROM authority_downloads d "
          "LEFT JOIN authority_syncs s ON s.download = d.number "
          "WHERE d.link = :link AND ((s.series = :series AND s.finished = 0) "
          "OR (s.download IS NULL AND (d.applied = 0 OR d.opened = 0) "
          "AND d.received BETWEEN :began AND :last)) LIMIT 1",
          {{"link", link.id},
           {"series", series.number},
           {"began", to_ms(series.began - link.sync_quiet)},
           {"last", to_ms(series.last + link.sync_quiet)}})
      .has_value();
}

// False: somebody else ended it.
bool close(db::Tx& tx, const SyncSeries& series, bool whole, TimePoint now) {
  return tx.exec(
             "UPDATE authority_syncs SET closed = :now, whole = :whole "
             "WHERE series = :series AND closed = 0",
             {{"now", to_ms(now)}, {"whole", whole}, {"series", series.number}}) > 0;
}

void tell_missing(db::Tx& tx, TimePoint now, const LinkConfig& link,
                  const crypto::ColumnCipher& cipher, const SyncSeries& series) {
  const auto files = tx.query_one(
      "SELECT MAX(download) AS last, COUNT(*) AS n FROM authority_syncs WHERE series = :series",
      {{"series", series.number}});
  const int64_t last = files->i64("last");
  const auto* kind = sync_kind_named(series.kind);
  const auto missing = kind && kind->missing ? kind->missing(tx, link, series) : NotNamed{};
  for (const auto& [key, subject] : missing)
    tx.exec(
        "INSERT INTO authority_sync_items (download, what, key, subject) "
        "VALUES (:download, 'missing_there', :key, :subject)",
        {{"download", last}, {"key", key}, {"subject", subject}});
  tx.exec("UPDATE authority_syncs SET missing_there = :n WHERE download = :download",
          {{"n", static_cast<int64_t>(missing.size())}, {"download", last}});
  ledger::ResultRow row;
  row.download = last;
  row.item = "synchronisation/library";
  row.kind = "synchronisation";
  row.effect = "noted";
  row.note = "全库已到齐（" + std::to_string(files->i64("n")) + " 个文件），管局未列 " +
             std::to_string(missing.size());
  row.at = to_ms(now);
  ledger::insert_result(tx, cipher, row);
}

bool end_one(db::Tx& tx, TimePoint now, const LinkConfig& link, const crypto::ColumnCipher& cipher,
             TimePoint asked, const SyncSeries& series) {
  const bool overtaken = is_overtaken(tx, link.id, series);
  if (!overtaken && (asked < series.last + link.sync_quiet || lacks_a_file(tx, link, series)))
    return false;
  if (!close(tx, series, !overtaken, now)) return false;
  if (!overtaken) {
    tell_missing(tx, now, link, cipher, series);
    if (series.kind == "icp") registry::mark_whole(tx, link.provinces, series.began);
  }
  tx.exec("DELETE FROM authority_sync_seen WHERE download = :series", {{"series", series.number}});
  return true;
}

}  // namespace

int64_t series_of(db::Tx& tx, const ledger::Download& download, std::string_view kind,
                  Millis quiet) {
  const auto* known = sync_kind_named(kind);
  if (!known || !known->missing) return download.number;
  const TimePoint received = from_ms(download.received);
  for (const auto& series : open_series(tx, download.link))
    if (series.kind == kind && received >= series.began - quiet && received <= series.last + quiet)
      return series.number;
  return download.number;
}

int end_series(db::Database& database, TimePoint now, const LinkConfig& link,
               const crypto::ColumnCipher& cipher, TimePoint asked) {
  std::vector<SyncSeries> open;
  database.read([&](db::Tx& tx) { open = open_series(tx, link.id); });
  int ended = 0;
  for (const auto& series : open) {
    bool done = false;
    database.write([&](db::Tx& tx) { done = end_one(tx, now, link, cipher, asked, series); });
    ended += done ? 1 : 0;
  }
  return ended;
}

}  // namespace beian::authority
