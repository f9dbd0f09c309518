#include "authority/sync.hpp"

#include <utility>

#include "authority/code_rows.hpp"
#include "base/text.hpp"
#include "wire/codec.hpp"

namespace beian::authority {
namespace {

constexpr std::string_view kPrefix = "synchronisation/";
struct Waiting {
  std::string operation, path;
  Json record;
};

// What became of one transaction's records, written with them.
class Batch {
 public:
  Batch(const SyncDeps& deps, db::Tx& tx, int64_t download, int64_t series)
      : deps_(deps), tx_(tx), download_(download), series_(series), now_(deps.clock.now()) {}

  void take(const Waiting& waiting) {
    const auto* kind = sync_kind_of(waiting.operation);
    if (!kind) {
      trace(waiting.path, "unknown", "本系统不处理这类同步数据");
      return count("faulty", 1);
    }
    const auto done = kind->take(
        {tx_, now_, deps_.cipher, deps_.link, download_, waiting.operation, waiting.record});
    for (const auto& [province, id] : done.seen)
      tx_.exec(
          "INSERT INTO authority_sync_seen (download, province, id) VALUES (:series, :province, "
          ":id) ON CONFLICT (download, province, id) DO NOTHING",
          {{"series", series_}, {"province", province}, {"id", id}});
    switch (done.what) {
      case Synced::What::added:
        item("added", done);
        break;
      case Synced::What::changed:
        item("changed", done);
        break;
      case Synced::What::unchanged:
        count("unchanged", 1);
        break;
      case Synced::What::faulty:
        trace(waiting.path, "faulty", done.problem);
        count("faulty", 1);
        break;
    }
    if (done.missing_here) item("missing_here", done);
  }

  // The row's columns are named by what is counted.
  void count(std::string_view column, int64_t n) {
    tx_.exec("UPDATE authority_syncs SET " + std::string(column) + " = " + std::string(column) +
                 " + :n WHERE download = :download",
             {{"n", n}, {"download", download_}});
  }
  // A record told twice in one document is one line of the report.
  void item(const std::string& what, const Synced& done) {
    const bool fresh =
        tx_.exec(
            "INSERT INTO authority_sync_items (download, what, key, subject) VALUES (:download, "
            ":what, :key, :subject) ON CONFLICT (download, what, key) DO NOTHING",
            {{"download", download_},
             {"what", what},
             {"key", done.key},
             {"subject", done.subject}}) > 0;
    if (fresh) count(what, 1);
  }
  void trace(const std::string& at, const std::string& effect, const std::string& note) {
    ledger::ResultRow row;
    row.download = download_;
    row.item = at;
    row.kind = "synchronisation";
    row.effect = effect;
    row.note = note;
    row.at = to_ms(now_);
    ledger::insert_result(tx_, deps_.cipher, row);
  }
  TimePoint now() const { return now_; }

 private:
  const SyncDeps& deps_;
  db::Tx& tx_;
  int64_t download_, series_;
  TimePoint now_;
};

// Faults are told by whoever reads the whole.
std::string operation_of_first(const wire::Profile& profile, const xml::Source& source) {
  std::string operation;
  static_cast<void>(wire::decode_stream(profile, "DownloadData", source,
                                        [&](const wire::RecordAt& at, const Json&) {
                                          operation = at.operation;
                                          return false;
                                        }));
  return operation;
}

std::string kind_of_first(const wire::Profile& profile, const xml::Source& source) {
  const auto* kind = sync_kind_of(operation_of_first(profile, source));
  return kind ? std::string(kind->name) : std::string();
}

class Synchronisation {
 public:
  Synchronisation(const SyncDeps& deps, const ledger::Download& download, const Document& document)
      : deps_(deps), download_(download), document_(document) {}

  Result<SyncEnd> run() {
    enter();
    if (done_ == 0) {
      // All of it or nothing: faults are found before the first record is applied.
      const auto sound = wire::decode_stream(deps_.profile, "DownloadData", document_(), {});
      if (!sound) return fail(sound);
    }
    const auto started = std::chrono::steady_clock::now();
    const auto read = wire::decode_stream(
        deps_.profile, "DownloadData", document_(), [&](const wire::RecordAt& at, Json record) {
          if (seen_++ < done_) return true;
          waiting_.push_back({at.operation, at.path, std::move(record)});
          if (waiting_.size() < deps_.batch) return true;
          return write_batch() &&
                 (std::chrono::steady_clock::now() - started < deps_.turn || pause());
        });
    if (!read) return fail(read);
    if (end_ != SyncEnd::done) return end_;
    if (!waiting_.empty() && !write_batch()) return end_;
    return finish();
  }

 private:
  // Its row, before anything of it is read: a library lacks this file until it is applied.
  void enter() {
    const auto kind = kind_of_first(deps_.profile, document_());
    deps_.database.write([&](db::Tx& tx) {
      tx.exec(
          "INSERT INTO authority_syncs (download, kind, next, started, series) "
          "VALUES (:download, :kind, 0, :now, :series) ON CONFLICT (download) DO NOTHING",
          {{"download", download_.number},
           {"kind", kind},
           {"now", to_ms(deps_.clock.now())},
           {"series", series_of(tx, download_, kind, deps_.link.sync_quiet)}});
      const auto row =
          tx.query_one("SELECT next, series FROM authority_syncs WHERE download = :download",
                       {{"download", download_.number}});
      done_ = row->i64("next");
      series_ = row->i64("series");
    });
  }

  bool pause() {
    end_ = SyncEnd::paused;
    return false;
  }

  // Compare-and-set on `next`: a batch is applied once, whoever tries.
  bool write_batch() {
    if (!deps_.go_on()) return pause();
    const int64_t next = done_ + static_cast<int64_t>(waiting_.size());
    bool mine = false;
    deps_.database.write([&](db::Tx& tx) {
      Batch batch(deps_, tx, download_.number, series_);
      mine = is_waiting(tx) && advance(tx, next);
      if (!mine) return;
      for (const auto& waiting : waiting_) batch.take(waiting);
      batch.trace("synchronisation/" + std::to_string(done_) + "-" + std::to_string(next - 1),
                  "applied", std::to_string(waiting_.size()) + " 条");
    });
    if (!mine) {
      end_ = SyncEnd::lost;
      return false;
    }
    done_ = next;
    waiting_.clear();
    return true;
  }

  bool is_waiting(db::Tx& tx) const {
    const auto ledger_row = ledger::find_download(tx, download_.number);
    return ledger_row && !ledger_row->applied;
  }
  bool advance(db::Tx& tx, int64_t next) {
    return tx.exec(
               "UPDATE authority_syncs SET next = :next WHERE download = :download "
               "AND next = :from AND finished = 0",
               {{"next", next}, {"download", download_.number}, {"from", done_}}) == 1;
  }

  // The code tables that are whole now, and the `applied` flag.
  SyncEnd finish() {
    bool mine = false;
    deps_.database.write([&](db::Tx& tx) {
      Batch batch(deps_, tx, download_.number, series_);
      mine = is_waiting(tx);
      if (!mine) return;
      for (const auto& table : registry::enforce_codes(tx, batch.now(), download_.number))
        batch.trace("synchronisation/" + table.table, table.changed ? "applied" : "noted",
                    words_of(table));
      const auto report = sync_report(tx, download_.number);
      const auto* kind = sync_kind_named(report->kind);
      const bool whole = !kind || !kind->missing;
      tx.exec(
          "UPDATE authority_syncs SET finished = :now, closed = :closed, whole = :whole "
          "WHERE download = :download",
          {{"now", to_ms(batch.now())},
           {"closed", whole ? to_ms(batch.now()) : 0},
           {"whole", whole},
           {"download", download_.number}});
      batch.trace("synchronisation", "applied", words_of(*report));
      mine = ledger::mark_applied(tx, download_.number, done_, report->faulty, batch.now());
      if (!mine) throw db::Database::Rollback{};
    });
    return mine ? SyncEnd::done : SyncEnd::lost;
  }

  static std::string words_of(const SyncReport& report) {
    return "同步完成：新增 " + std::to_string(report.added) + "，变更 " +
           std::to_string(report.changed) + "，相同 " + std::to_string(report.unchanged) +
           "，有误 " + std::to_string(report.faulty) + "，本系统原缺 " +
           std::to_string(report.missing_here);
  }
  static std::string words_of(const registry::Enforced& table) {
    return authority::words_of(table);
  }

  const SyncDeps& deps_;
  const ledger::Download& download_;
  const Document& document_;
  int64_t done_ = 0, seen_ = 0, series_ = 0;
  std::vector<Waiting> waiting_;
  SyncEnd end_ = SyncEnd::done;
};

}  // namespace

bool is_synchronisation(const wire::Profile& profile, const xml::Source& source) {
  return operation_of_first(profile, source).starts_with(kPrefix);
}

std::optional<bool> begins_synchronisation(const wire::Profile& profile,
                                           std::string_view beginning) {
  const auto operation = operation_of_first(
      profile, [beginning]() mutable { return std::exchange(beginning, std::string_view()); });
  if (operation.empty()) return std::nullopt;
  return operation.starts_with(kPrefix);
}

Result<SyncEnd> synchronise(const SyncDeps& deps, const ledger::Download& download,
                            const Document& document) {
  try {
    return Synchronisation(deps, download, document).run();
  } catch (const db::Database::Rollback&) {
    return SyncEnd::lost;  // another node was faster; ours is undone
  }
}

}  // namespace beian::authority
