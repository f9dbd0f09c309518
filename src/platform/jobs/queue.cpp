#include "platform/jobs/queue.hpp"

#include "base/ids.hpp"

namespace beian::jobs {

using db::Params;
using db::Tx;
using db::Value;

namespace {

Value nullable(const std::string& s) {
  return s.empty() ? Value() : Value(s);
}

}  // namespace

void enqueue(Tx& tx, const NewJob& job) {
  tx.exec(
      "INSERT INTO jobs (id, kind, dedup_key, payload, run_at) "
      "VALUES (:id, :kind, :key, :payload, :run_at) "
      "ON CONFLICT (kind, dedup_key) WHERE dedup_key IS NOT NULL AND lease IS NULL DO UPDATE SET "
      "run_at = CASE WHEN excluded.run_at < jobs.run_at THEN excluded.run_at ELSE jobs.run_at END",
      {{"id", new_id(job.run_at)},
       {"kind", job.kind},
       {"key", nullable(job.key)},
       {"payload", to_string(job.payload)},
       {"run_at", to_ms(job.run_at)}});
}

void Queue::take_kinds(const std::vector<std::string>& kinds) {
  kinds_.clear();
  kind_values_.clear();
  for (const auto& kind : kinds) {
    const std::string name = "k" + std::to_string(kind_values_.size());
    kinds_ += (kinds_.empty() ? ":" : ", :") + name;
    kind_values_.emplace_back(name, kind);
  }
}

std::optional<TimePoint> Queue::next_due() {
  Params params(kind_values_.begin(), kind_values_.end());
  return database_->read_value([&](Tx& tx) -> std::optional<TimePoint> {
    const auto row = tx.query_one(
        "SELECT run_at FROM jobs WHERE kind IN (" + kinds_ + ") ORDER BY run_at LIMIT 1", params);
    if (!row) return std::nullopt;
    return from_ms(row->i64("run_at"));
  });
}

// One of a kind and key runs at a time: the waiting one is left while another, even one whose lease
// is over, has to be finished first.
std::optional<Claimed> Queue::claim() {
  const std::string lease = random_alphanumeric(20);
  std::optional<db::Row> row;
  database_->write(
      [&](Tx& tx) {
        const int64_t now = to_ms(clock_.now());
        Params params(kind_values_.begin(), kind_values_.end());
        params.insert(params.end(),
                      {{"now", now}, {"lease", lease}, {"until", now + lease_.count()}});
        row = tx.query_one(
            "UPDATE jobs SET lease = :lease, run_at = :until, attempt = attempt + 1 WHERE id = ("
            "SELECT id FROM jobs WHERE run_at <= :now AND kind IN (" +
                kinds_ +
                ") AND (lease IS NOT NULL OR dedup_key IS NULL OR NOT EXISTS ("
                "SELECT 1 FROM jobs other WHERE other.kind = jobs.kind "
                "AND other.dedup_key = jobs.dedup_key AND other.lease IS NOT NULL)) "
                "ORDER BY run_at, id LIMIT 1" +
                (tx.dialect() == db::Dialect::postgres ? " FOR UPDATE SKIP LOCKED" : "") +
                ") RETURNING id, kind, dedup_key, payload, attempt",
            params);
      },
      db::Isolation::read_committed);
  if (!row) return std::nullopt;
  auto payload = parse_json(row->text("payload"));
  if (!payload) throw std::runtime_error("the payload of job " + row->text("id") + " is no JSON");
  return Claimed{{row->text("id"), row->text("kind"), std::move(*payload),
                  static_cast<int>(row->i64("attempt"))},
                 row->text("dedup_key"),
                 lease};
}

bool Queue::renew(const Claimed& claimed) {
  int64_t changed = 0;
  database_->write(
      [&](Tx& tx) {
        changed = tx.exec("UPDATE jobs SET run_at = :until WHERE id = :id AND lease = :lease",
                          {{"until", to_ms(clock_.now() + lease_)},
                           {"id", claimed.job.id},
                           {"lease", claimed.lease}});
      },
      db::Isolation::read_committed);
  return changed == 1;
}

bool Queue::done(const Claimed& claimed) {
  int64_t changed = 0;
  database_->write(
      [&](Tx& tx) {
        changed = tx.exec("DELETE FROM jobs WHERE id = :id AND lease = :lease",
                          {{"id", claimed.job.id}, {"lease", claimed.lease}});
      },
      db::Isolation::read_committed);
  return changed == 1;
}

// Beside a newer waiting one of the same key there is no room: the two become one, which keeps the
// newer one's time and this one's count of attempts.
bool Queue::put_back(const Claimed& claimed, int attempt, Millis after, const Value& error) {
  bool held = false;
  database_->write([&](Tx& tx) {
    held = false;
    const Params mine{{"id", claimed.job.id}, {"lease", claimed.lease}};
    if (!tx.query_one("SELECT id FROM jobs WHERE id = :id AND lease = :lease", mine)) return;
    held = true;
    const auto newer = tx.query_one(
        "SELECT id FROM jobs WHERE kind = :kind AND dedup_key = :key AND lease IS NULL",
        {{"kind", claimed.job.kind}, {"key", nullable(claimed.key)}});
    if (newer) {
      tx.exec("DELETE FROM jobs WHERE id = :id AND lease = :lease", mine);
      tx.exec("UPDATE jobs SET attempt = :attempt, last_error = :error WHERE id = :id",
              {{"attempt", attempt}, {"error", error}, {"id", newer->text("id")}});
      return;
    }
    tx.exec(
        "UPDATE jobs SET lease = NULL, run_at = :run_at, attempt = :attempt, last_error = :error "
        "WHERE id = :id AND lease = :lease",
        {{"run_at", to_ms(clock_.now() + after)},
         {"attempt", attempt},
         {"error", error},
         {"id", claimed.job.id},
         {"lease", claimed.lease}});
  });
  return held;
}

bool Queue::again(const Claimed& claimed, Millis after) {
  return put_back(claimed, 0, after, nullptr);
}

bool Queue::failed(const Claimed& claimed, Millis after, const std::string& error) {
  return put_back(claimed, claimed.job.attempt, after, error);
}

}  // namespace beian::jobs
