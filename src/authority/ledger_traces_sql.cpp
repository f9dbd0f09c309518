#include "authority/trace.hpp"

namespace beian::authority::ledger {
namespace {

Trace trace_of(const db::Row& row) {
  Trace out;
  out.link = row.text("link");
  out.at = row.i64("at");
  out.what = row.text("what");
  out.upload = row.opt_i64("upload");
  out.download = row.opt_i64("download");
  if (const auto code = row.opt_i64("code")) out.code = static_cast<int>(*code);
  out.text = row.text("text");
  out.actor = row.text("actor");
  return out;
}

std::vector<Trace> traces(const db::Rows& rows) {
  std::vector<Trace> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(trace_of(row));
  return out;
}

}  // namespace

void note(db::Tx& tx, const Trace& t) {
  tx.exec(
      "INSERT INTO authority_traces (link, at, what, upload, download, code, text, actor) "
      "VALUES (:link, :at, :what, :upload, :download, :code, :text, :actor)",
      {{"link", t.link},
       {"at", t.at},
       {"what", t.what},
       {"upload", t.upload},
       {"download", t.download},
       {"code", t.code},
       {"text", t.text},
       {"actor", t.actor}});
}

std::vector<Trace> traces_of_upload(db::Tx& tx, int64_t upload) {
  return traces(tx.query("SELECT * FROM authority_traces WHERE upload = :number ORDER BY number",
                         {{"number", upload}}));
}

std::vector<Trace> traces_of_download(db::Tx& tx, int64_t download) {
  return traces(tx.query("SELECT * FROM authority_traces WHERE download = :number ORDER BY number",
                         {{"number", download}}));
}

std::vector<Trace> traces_of_link(db::Tx& tx, const std::string& link, size_t limit) {
  return traces(
      tx.query("SELECT * FROM authority_traces WHERE link = :link ORDER BY number DESC LIMIT :rows",
               {{"link", link}, {"rows", static_cast<int64_t>(limit)}}));
}

void ask_resend(db::Tx& tx, int64_t upload, TimePoint now) {
  tx.exec("UPDATE authority_uploads SET resend_asked = :now WHERE number = :number",
          {{"now", to_ms(now)}, {"number", upload}});
}

void end_resend(db::Tx& tx, int64_t upload) {
  tx.exec("UPDATE authority_uploads SET resend_asked = 0 WHERE number = :number",
          {{"number", upload}});
}

std::optional<Upload> next_resend(db::Tx& tx, const std::string& link) {
  const auto row = tx.query_one(
      "SELECT number FROM authority_uploads WHERE link = :link AND resend_asked > 0 "
      "ORDER BY sequence LIMIT 1",
      {{"link", link}});
  if (!row) return std::nullopt;
  return find_upload(tx, row->i64("number"));
}

std::vector<Upload> ended_uploads(db::Tx& tx, const std::string& link, TimePoint before,
                                  size_t limit) {
  std::vector<Upload> out;
  for (const auto& row :
       tx.query("SELECT number FROM authority_uploads WHERE link = :link AND bytes_removed = 0 "
                "AND resend_asked = 0 AND state IN ('accepted', 'refused') "
                "AND answered > 0 AND answered < :before AND sent < :before "
                "ORDER BY number LIMIT :rows",
                {{"link", link}, {"before", to_ms(before)}, {"rows", static_cast<int64_t>(limit)}}))
    out.push_back(*find_upload(tx, row.i64("number")));
  return out;
}

std::vector<Download> ended_downloads(db::Tx& tx, const std::string& link, TimePoint before,
                                      size_t limit) {
  std::vector<Download> out;
  for (const auto& row :
       tx.query("SELECT number FROM authority_downloads WHERE link = :link AND bytes_removed = 0 "
                "AND applied = 1 AND applied_at > 0 AND applied_at < :before "
                "AND ((acked > 0 AND acked < :before) "
                "OR (acked = 0 AND ack_given_up > 0 AND ack_given_up < :before)) "
                "ORDER BY number LIMIT :rows",
                {{"link", link}, {"before", to_ms(before)}, {"rows", static_cast<int64_t>(limit)}}))
    out.push_back(*find_download(tx, row.i64("number")));
  return out;
}

void mark_upload_removed(db::Tx& tx, int64_t upload, TimePoint now) {
  tx.exec("UPDATE authority_uploads SET bytes_removed = :now WHERE number = :number",
          {{"now", to_ms(now)}, {"number", upload}});
}

void mark_download_removed(db::Tx& tx, int64_t download, TimePoint now) {
  tx.exec("UPDATE authority_downloads SET bytes_removed = :now WHERE number = :number",
          {{"now", to_ms(now)}, {"number", download}});
}

// Every column that names a blob stands here; keeping_test.cpp reads the schema and notices one
// that is missing.
bool is_blob_needed(db::Tx& tx, const std::string& blob) {
  return tx
      .query_one(
          "SELECT 1 AS needed FROM authority_uploads "
          "WHERE bytes_removed = 0 AND (xml_blob = :blob OR envelope_blob = :blob) "
          "UNION ALL SELECT 1 FROM authority_downloads WHERE bytes_removed = 0 AND blob = :blob "
          "UNION ALL SELECT 1 FROM materials WHERE original = :blob OR reported = :blob LIMIT 1",
          {{"blob", blob}})
      .has_value();
}

void set_legs(db::Tx& tx, const std::string& link, const std::string& json) {
  tx.exec("UPDATE authority_links SET legs = :legs WHERE id = :id", {{"legs", json}, {"id", link}});
}

std::string legs_of(db::Tx& tx, const std::string& link) {
  const auto row = tx.query_one("SELECT legs FROM authority_links WHERE id = :id", {{"id", link}});
  return row ? row->text("legs") : std::string();
}

void set_password_limit(db::Tx& tx, const std::string& link, const std::string& entity_number,
                        const PasswordLimit& limit) {
  tx.exec(
      "INSERT INTO authority_password_limits (link, entity_number, until, told) "
      "VALUES (:link, :number, :until, :told) ON CONFLICT (link, entity_number) DO UPDATE SET "
      "until = excluded.until, told = excluded.told",
      {{"link", link}, {"number", entity_number}, {"until", limit.until}, {"told", limit.told}});
}

std::optional<PasswordLimit> password_limit(db::Tx& tx, const std::string& link,
                                            const std::string& entity_number, TimePoint now) {
  const auto row = tx.query_one(
      "SELECT until, told FROM authority_password_limits "
      "WHERE link = :link AND entity_number = :number AND until > :now",
      {{"link", link}, {"number", entity_number}, {"now", to_ms(now)}});
  if (!row) return std::nullopt;
  return PasswordLimit{row->i64("until"), row->text("told")};
}

}  // namespace beian::authority::ledger
