#include "authority/ledger.hpp"
#include "authority/ledger_search.hpp"
#include "authority/trace.hpp"

namespace beian::authority::ledger {
namespace {

// What the sealed note of a result is bound to.
std::string context_of(const ResultRow& row) {
  return "authority_results:" + std::to_string(row.download) + ":" + row.item;
}

Download download_of(const db::Row& row) {
  Download out;
  out.number = row.i64("number");
  out.link = row.text("link");
  out.file_name = row.text("file_name");
  out.digest = row.text("digest");
  out.blob = row.text("blob");
  out.opened = row.i64("opened") != 0;
  out.bytes = row.i64("bytes");
  out.received = row.i64("received");
  out.times_received = row.i64("times_received");
  out.acked = row.i64("acked");
  out.applied = row.i64("applied") != 0;
  out.applied_at = row.i64("applied_at");
  out.attempts = row.i64("attempts");
  out.retry_at = row.i64("retry_at");
  out.items = row.i64("items");
  out.flagged = row.i64("flagged");
  out.problem = row.text("problem");
  out.bytes_removed = row.i64("bytes_removed");
  out.ack_tries = row.i64("ack_tries");
  out.ack_retry_at = row.i64("ack_retry_at");
  out.ack_given_up = row.i64("ack_given_up");
  return out;
}

}  // namespace

std::pair<Download, bool> insert_download(db::Tx& tx, const Download& d) {
  const db::Params key = {{"link", d.link}, {"name", d.file_name}, {"digest", d.digest}};
  const bool known =
      tx.exec(
          "UPDATE authority_downloads SET times_received = times_received + 1, "
          "bytes_removed = 0 WHERE link = :link AND file_name = :name AND digest = :digest",
          key) > 0;
  if (!known)
    tx.exec(
        "INSERT INTO authority_downloads (link, file_name, digest, blob, opened, bytes, received, "
        "applied, flagged, problem) VALUES (:link, :name, :digest, :blob, :opened, :bytes, "
        ":received, :applied, :flagged, :problem)",
        {{"link", d.link},
         {"name", d.file_name},
         {"digest", d.digest},
         {"blob", d.blob},
         {"opened", d.opened},
         {"bytes", d.bytes},
         {"received", d.received},
         {"applied", d.applied},
         {"flagged", d.flagged},
         {"problem", d.problem}});
  const auto row = tx.query_one(
      "SELECT * FROM authority_downloads "
      "WHERE link = :link AND file_name = :name AND digest = :digest",
      key);
  return {download_of(*row), !known};
}

void mark_acked(db::Tx& tx, int64_t download, TimePoint now) {
  tx.exec("UPDATE authority_downloads SET acked = :now WHERE number = :number AND acked = 0",
          {{"now", to_ms(now)}, {"number", download}});
  const auto row = tx.query_one("SELECT link FROM authority_downloads WHERE number = :number",
                                {{"number", download}});
  Trace trace{row->text("link"), to_ms(now), "acknowledged"};
  trace.download = download;
  note(tx, trace);
}

std::optional<Download> next_to_acknowledge(db::Tx& tx, const std::string& link, TimePoint now) {
  const auto row = tx.query_one(
      "SELECT * FROM authority_downloads WHERE link = :link AND acked = 0 AND ack_given_up = 0 "
      "AND ack_retry_at <= :now ORDER BY number LIMIT 1",
      {{"link", link}, {"now", to_ms(now)}});
  if (!row) return std::nullopt;
  return download_of(*row);
}

void mark_ack_failed(db::Tx& tx, int64_t download, std::optional<TimePoint> retry_at,
                     TimePoint now) {
  tx.exec(
      "UPDATE authority_downloads SET ack_tries = ack_tries + 1, ack_retry_at = :retry, "
      "ack_given_up = :given_up WHERE number = :number AND acked = 0",
      {{"retry", retry_at ? to_ms(*retry_at) : 0},
       {"given_up", retry_at ? 0 : to_ms(now)},
       {"number", download}});
}

std::optional<Download> find_download(db::Tx& tx, int64_t number) {
  const auto row = tx.query_one("SELECT * FROM authority_downloads WHERE number = :number",
                                {{"number", number}});
  if (!row) return std::nullopt;
  return download_of(*row);
}

std::optional<Download> next_to_apply(db::Tx& tx, const std::string& link, TimePoint now) {
  const auto row = tx.query_one(
      "SELECT * FROM authority_downloads WHERE link = :link AND applied = 0 AND retry_at <= :now "
      "ORDER BY number LIMIT 1",
      {{"link", link}, {"now", to_ms(now)}});
  if (!row) return std::nullopt;
  return download_of(*row);
}

bool mark_applied(db::Tx& tx, int64_t download, int64_t items, int64_t flagged, TimePoint now) {
  return tx.exec(
             "UPDATE authority_downloads SET applied = 1, applied_at = :now, items = :items, "
             "flagged = :flagged, problem = '' WHERE number = :number AND applied = 0",
             {{"now", to_ms(now)}, {"items", items}, {"flagged", flagged}, {"number", download}}) ==
         1;
}

void mark_failed(db::Tx& tx, int64_t download, const std::string& problem, TimePoint retry_at) {
  tx.exec(
      "UPDATE authority_downloads SET attempts = attempts + 1, problem = :problem, "
      "retry_at = :retry WHERE number = :number AND applied = 0",
      {{"problem", problem}, {"retry", to_ms(retry_at)}, {"number", download}});
}

void reopen_download(db::Tx& tx, int64_t download) {
  tx.exec("UPDATE authority_downloads SET retry_at = 0 WHERE number = :number AND applied = 0",
          {{"number", download}});
}

void insert_result(db::Tx& tx, const crypto::ColumnCipher& cipher, const ResultRow& row) {
  tx.exec(
      "INSERT INTO authority_results (download, item, kind, provider_entity_id, order_id, "
      "submission, effect, note, at) VALUES (:download, :item, :kind, :entity, :order_id, "
      ":submission, :effect, :note, :at)",
      {{"download", row.download},
       {"item", row.item},
       {"kind", row.kind},
       {"entity", row.provider_entity_id},
       {"order_id", row.order_id},
       {"submission", row.submission},
       {"effect", row.effect},
       {"note", cipher.seal(row.note, context_of(row))},
       {"at", row.at}});
}

std::vector<ResultRow> results_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                  int64_t download) {
  std::vector<ResultRow> out;
  for (const auto& row :
       tx.query("SELECT * FROM authority_results WHERE download = :download ORDER BY item",
                {{"download", download}})) {
    ResultRow result;
    result.download = download;
    result.item = row.text("item");
    result.kind = row.text("kind");
    result.provider_entity_id = row.opt_i64("provider_entity_id");
    result.order_id = row.text("order_id");
    result.submission = row.opt_i64("submission");
    result.effect = row.text("effect");
    result.note = cipher.open(row.text("note"), context_of(result));
    result.at = row.i64("at");
    out.push_back(std::move(result));
  }
  return out;
}

void put_sms(db::Tx& tx, const SmsTask& task, TimePoint now) {
  tx.exec(
      "INSERT INTO authority_sms (provider_entity_id, role, provider_service_id, state, "
      "wrong_inputs, deadline, mobile_tail, updated) VALUES (:entity, :role, :service, :state, "
      ":wrong, :deadline, :tail, :now) "
      "ON CONFLICT (provider_entity_id, role, provider_service_id) DO UPDATE SET "
      "state = excluded.state, wrong_inputs = excluded.wrong_inputs, "
      "deadline = excluded.deadline, mobile_tail = excluded.mobile_tail, "
      "updated = CASE WHEN authority_sms.state = excluded.state THEN authority_sms.updated "
      "ELSE excluded.updated END",
      {{"entity", task.provider_entity_id},
       {"role", task.role},
       {"service", task.provider_service_id},
       {"state", task.state},
       {"wrong", task.wrong_inputs},
       {"deadline", task.deadline},
       {"tail", task.mobile_tail},
       {"now", to_ms(now)}});
}

std::vector<SmsTask> sms_of(db::Tx& tx, int64_t provider_entity_id) {
  std::vector<SmsTask> out;
  for (const auto& row : tx.query("SELECT * FROM authority_sms WHERE provider_entity_id = :entity "
                                  "ORDER BY role, provider_service_id",
                                  {{"entity", provider_entity_id}}))
    out.push_back({provider_entity_id, row.text("role"), row.i64("provider_service_id"),
                   row.text("state"), row.i64("wrong_inputs"), row.text("deadline"),
                   row.text("mobile_tail"), row.i64("updated")});
  return out;
}

std::vector<Download> list_downloads(db::Tx& tx, const Filter& filter) {
  if (filter.sequence > 0) return {};
  Conditions where;
  if (!filter.link.empty()) where.add("link = :link", "link", filter.link);
  // The states of a download as the API names them.
  if (filter.state == "flagged") where.add(kFlagged);
  if (filter.state == "applied") where.add("applied = 1");
  if (filter.state == "received") where.add("applied = 0");
  if (filter.before > 0) where.add("number < :before", "before", filter.before);
  if (filter.since > 0) where.add("received >= :since", "since", filter.since);
  if (filter.until > 0) where.add("received < :until", "until", filter.until);
  if (!filter.file.empty()) where.add(holds("file_name", "file"), "file", part(filter.file));
  if (!filter.text.empty())
    where.add("(" + holds("file_name", "text") + " OR " + holds("problem", "text") +
                  " OR number IN (SELECT download FROM authority_traces WHERE " +
                  holds("text", "text") + "))",
              "text", part(filter.text));
  if (!filter.order.empty())
    where.add("number IN (SELECT download FROM authority_results WHERE order_id = :order_id)",
              "order_id", filter.order);
  std::vector<Download> out;
  for (const auto& row : where.newest(tx, "authority_downloads", filter.limit))
    out.push_back(download_of(row));
  return out;
}

}  // namespace beian::authority::ledger
