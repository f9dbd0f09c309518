#include "authority/ledger.hpp"
#include "authority/ledger_search.hpp"

namespace beian::authority::ledger {
namespace {

LinkRow link_of(const db::Row& row) {
  LinkRow out;
  out.id = row.text("id");
  out.holder = row.text("holder");
  out.lease_until = row.i64("lease_until");
  out.base_sequence = row.opt_i64("base_sequence");
  out.state = row.text("state");
  out.reason = row.text("reason");
  out.code = row.opt_i64("code");
  out.failures = row.i64("failures");
  out.next_attempt = row.i64("next_attempt");
  out.last_error = row.text("last_error");
  out.last_error_at = row.i64("last_error_at");
  out.last_ok_at = row.i64("last_ok_at");
  return out;
}

Upload upload_of(const db::Row& row) {
  Upload out;
  out.number = row.i64("number");
  out.link = row.text("link");
  out.sequence = row.i64("sequence");
  out.state = row.text("state");
  out.file_name = row.text("file_name");
  out.records = row.i64("records");
  out.xml_bytes = row.i64("xml_bytes");
  out.xml_blob = row.text("xml_blob");
  out.envelope_blob = row.text("envelope_blob");
  out.hash = row.text("hash");
  out.encrypt_algorithm = row.i64("encrypt_algorithm");
  out.attempts = row.i64("attempts");
  out.refusals = row.i64("refusals");
  out.resent = row.i64("resent");
  out.answer_code = row.opt_i64("answer_code");
  out.answer_text = row.text("answer_text");
  out.created = row.i64("created");
  out.sent = row.i64("sent");
  out.answered = row.i64("answered");
  out.resend_asked = row.i64("resend_asked");
  out.bytes_removed = row.i64("bytes_removed");
  return out;
}

UploadRecord record_of(const db::Row& row) {
  return {row.i64("id"),          row.i64("upload"),
          row.text("order_id"),   row.opt_i64("submission"),
          row.text("account_id"), row.text("ids")};
}

std::optional<Upload> one_upload(db::Tx& tx, std::string_view where, const db::Params& params) {
  const auto row =
      tx.query_one("SELECT * FROM authority_uploads WHERE " + std::string(where), params);
  if (!row) return std::nullopt;
  return upload_of(*row);
}

}  // namespace

void ensure_link(db::Tx& tx, const std::string& link) {
  tx.exec("INSERT INTO authority_links (id) VALUES (:id) ON CONFLICT (id) DO NOTHING",
          {{"id", link}});
}

std::optional<LinkRow> find_link(db::Tx& tx, const std::string& link) {
  const auto row = tx.query_one("SELECT * FROM authority_links WHERE id = :id", {{"id", link}});
  if (!row) return std::nullopt;
  return link_of(*row);
}

bool take_lease(db::Tx& tx, const std::string& link, const std::string& node, TimePoint now,
                Millis lease) {
  return tx.exec(
             "UPDATE authority_links SET holder = :node, lease_until = :until "
             "WHERE id = :id AND (holder = :holder OR lease_until <= :now)",
             {{"node", node},
              {"until", to_ms(now + lease)},
              {"id", link},
              {"holder", node},
              {"now", to_ms(now)}}) == 1;
}

void drop_lease(db::Tx& tx, const std::string& link, const std::string& node) {
  tx.exec("UPDATE authority_links SET lease_until = 0 WHERE id = :id AND holder = :node",
          {{"id", link}, {"node", node}});
}

void set_base(db::Tx& tx, const std::string& link, int64_t sequence) {
  tx.exec("UPDATE authority_links SET base_sequence = :base WHERE id = :id",
          {{"base", sequence}, {"id", link}});
}

void set_status(db::Tx& tx, const std::string& link, TimePoint now, const LinkStatus& status) {
  const bool ok = status.state == "working";
  tx.exec(
      "UPDATE authority_links SET state = :state, reason = :reason, code = :code, "
      "failures = :failures, next_attempt = :next WHERE id = :id",
      {{"state", status.state},
       {"reason", status.reason},
       {"code", status.code ? db::Value(*status.code) : db::Value()},
       {"failures", status.failures},
       {"next", to_ms(status.next_attempt)},
       {"id", link}});
  if (ok)
    tx.exec("UPDATE authority_links SET last_ok_at = :now WHERE id = :id",
            {{"now", to_ms(now)}, {"id", link}});
  else
    tx.exec("UPDATE authority_links SET last_error = :error, last_error_at = :now WHERE id = :id",
            {{"error", status.reason}, {"now", to_ms(now)}, {"id", link}});
}

void set_next_attempt(db::Tx& tx, const std::string& link, TimePoint next) {
  tx.exec("UPDATE authority_links SET next_attempt = :next WHERE id = :id",
          {{"next", to_ms(next)}, {"id", link}});
}

int64_t take_numbers(db::Tx& tx, int64_t n) {
  return tx.query_i64(
             "UPDATE authority_numbers SET last = last + :n WHERE name = 'wire_id' RETURNING last",
             {{"n", n}}) -
         n + 1;
}

LedgerView view(db::Tx& tx, const std::string& link) {
  LedgerView out;
  const auto row = find_link(tx, link);
  if (row) out.last_accepted = row->base_sequence;
  const auto last = one_upload(
      tx, "link = :link AND state = 'accepted' ORDER BY sequence DESC LIMIT 1", {{"link", link}});
  if (last) {
    out.own_uploads = true;
    if (!out.last_accepted || last->sequence > *out.last_accepted) {
      out.last_accepted = last->sequence;
      out.last_hash = last->hash;
    }
  }
  if (const auto open = open_upload(tx, link))
    out.open = LedgerView::Open{open->sequence, open->hash, static_cast<int>(open->attempts)};
  return out;
}

std::vector<int64_t> accepted_sequences(db::Tx& tx, const std::string& link) {
  std::vector<int64_t> out;
  for (const auto& row : tx.query("SELECT sequence FROM authority_uploads "
                                  "WHERE link = :link AND state = 'accepted' ORDER BY sequence",
                                  {{"link", link}}))
    out.push_back(row.i64("sequence"));
  return out;
}

std::optional<Upload> open_upload(db::Tx& tx, const std::string& link) {
  return one_upload(tx, "link = :link AND state IN ('built', 'sent')", {{"link", link}});
}

std::optional<Upload> find_upload(db::Tx& tx, int64_t number) {
  return one_upload(tx, "number = :number", {{"number", number}});
}

std::optional<Upload> upload_with_sequence(db::Tx& tx, const std::string& link, int64_t sequence) {
  return one_upload(tx, "link = :link AND sequence = :sequence AND state <> 'refused'",
                    {{"link", link}, {"sequence", sequence}});
}

std::optional<Upload> upload_named(db::Tx& tx, const std::string& link, const std::string& name) {
  return one_upload(tx, "link = :link AND file_name = :name AND state <> 'refused'",
                    {{"link", link}, {"name", name}});
}

int64_t insert_upload(db::Tx& tx, const Upload& upload) {
  return tx.query_i64(
      "INSERT INTO authority_uploads (link, sequence, state, file_name, records, xml_bytes, "
      "xml_blob, envelope_blob, hash, encrypt_algorithm, created) VALUES (:link, :sequence, "
      "'built', :file_name, :records, :xml_bytes, :xml_blob, :envelope_blob, :hash, :algorithm, "
      ":created) RETURNING number",
      {{"link", upload.link},
       {"sequence", upload.sequence},
       {"file_name", upload.file_name},
       {"records", upload.records},
       {"xml_bytes", upload.xml_bytes},
       {"xml_blob", upload.xml_blob},
       {"envelope_blob", upload.envelope_blob},
       {"hash", upload.hash},
       {"algorithm", upload.encrypt_algorithm},
       {"created", upload.created}});
}

void insert_record(db::Tx& tx, const UploadRecord& record) {
  tx.exec(
      "INSERT INTO authority_upload_records (id, upload, order_id, submission, account_id, ids) "
      "VALUES (:id, :upload, :order_id, :submission, :account, :ids)",
      {{"id", record.id},
       {"upload", record.upload},
       {"order_id", record.order_id},
       {"submission", record.submission},
       {"account", record.account_id},
       {"ids", record.ids}});
}

void insert_mark(db::Tx& tx, const std::string& link, const Mark& mark, int64_t record) {
  tx.exec(
      "INSERT INTO authority_record_marks (link, scope, code, mark, record) "
      "VALUES (:link, :scope, :code, :mark, :record) "
      "ON CONFLICT (link, scope, code, mark, record) DO NOTHING",
      {{"link", link},
       {"scope", mark.scope},
       {"code", mark.code},
       {"mark", mark.mark},
       {"record", record}});
}

std::vector<UploadRecord> records_of(db::Tx& tx, int64_t upload) {
  std::vector<UploadRecord> out;
  for (const auto& row : tx.query("SELECT * FROM authority_upload_records WHERE upload = :upload "
                                  "ORDER BY id",
                                  {{"upload", upload}}))
    out.push_back(record_of(row));
  return out;
}

std::vector<int64_t> uploads_of_submission(db::Tx& tx, int64_t submission) {
  std::vector<int64_t> out;
  for (const auto& row :
       tx.query("SELECT upload FROM authority_upload_records WHERE submission = :submission "
                "ORDER BY upload",
                {{"submission", submission}}))
    out.push_back(row.i64("upload"));
  return out;
}

std::optional<UploadRecord> find_record(db::Tx& tx, int64_t id) {
  const auto row =
      tx.query_one("SELECT * FROM authority_upload_records WHERE id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return record_of(*row);
}

std::vector<UploadRecord> records_marked(db::Tx& tx, const std::string& link, const Mark& mark) {
  std::vector<UploadRecord> out;
  for (const auto& row :
       tx.query("SELECT r.* FROM authority_record_marks m "
                "JOIN authority_upload_records r ON r.id = m.record "
                "WHERE m.link = :link AND m.scope = :scope AND m.code = :code AND m.mark = :mark "
                "ORDER BY r.id",
                {{"link", link}, {"scope", mark.scope}, {"code", mark.code}, {"mark", mark.mark}}))
    out.push_back(record_of(row));
  return out;
}

std::optional<UploadRecord> newest_record(db::Tx& tx, const std::string& order_id) {
  const auto row = tx.query_one(
      "SELECT * FROM authority_upload_records WHERE order_id = :order ORDER BY upload DESC, id "
      "DESC LIMIT 1",
      {{"order", order_id}});
  if (!row) return std::nullopt;
  return record_of(*row);
}

bool is_newest(db::Tx& tx, const UploadRecord& record) {
  const std::string same = record.submission ? "submission = :subject" : "order_id = :subject";
  const db::Value subject =
      record.submission ? db::Value(*record.submission) : db::Value(record.order_id);
  return !tx.query_one("SELECT 1 AS newer FROM authority_upload_records WHERE " + same +
                           " AND upload > :upload LIMIT 1",
                       {{"subject", subject}, {"upload", record.upload}});
}

void mark_sent(db::Tx& tx, int64_t upload, TimePoint now) {
  tx.exec(
      "UPDATE authority_uploads SET state = 'sent', attempts = attempts + 1, sent = :now "
      "WHERE number = :number AND state IN ('built', 'sent')",
      {{"now", to_ms(now)}, {"number", upload}});
}

void mark_resent(db::Tx& tx, int64_t upload, TimePoint now) {
  tx.exec("UPDATE authority_uploads SET resent = resent + 1, sent = :now WHERE number = :number",
          {{"now", to_ms(now)}, {"number", upload}});
}

void mark_answered(db::Tx& tx, const Upload& upload, std::string_view state, int code,
                   const std::string& text, TimePoint now) {
  const bool refusal = state != "accepted";
  const auto changed = tx.exec(
      "UPDATE authority_uploads SET state = :state, refusals = refusals + :refusal, "
      "answer_code = :code, answer_text = :text, answered = :now "
      "WHERE number = :number AND state IN ('built', 'sent')",
      {{"state", state},
       {"refusal", refusal ? 1 : 0},
       {"code", code},
       {"text", text},
       {"now", to_ms(now)},
       {"number", upload.number}});
  if (changed != 1) throw std::runtime_error("upload was answered by somebody else");
}

std::vector<Held> held_orders(db::Tx& tx, const std::string& link) {
  std::vector<Held> out;
  for (const auto& row :
       tx.query("SELECT * FROM authority_held_orders WHERE link = :link ORDER BY since, order_id",
                {{"link", link}}))
    out.push_back({row.text("order_id"), row.i64("version"), row.text("problem"), row.i64("since"),
                   row.i64("retry_at")});
  return out;
}

void hold_order(db::Tx& tx, const std::string& link, const Held& held) {
  tx.exec(
      "INSERT INTO authority_held_orders (order_id, link, version, problem, since, retry_at) "
      "VALUES (:order_id, :link, :version, :problem, :since, :retry) "
      "ON CONFLICT (order_id) DO UPDATE SET link = excluded.link, version = excluded.version, "
      "problem = excluded.problem, retry_at = excluded.retry_at",
      {{"order_id", held.order_id},
       {"link", link},
       {"version", held.version},
       {"problem", held.problem},
       {"since", held.since},
       {"retry", held.retry_at}});
}

void release_order(db::Tx& tx, const std::string& order_id) {
  tx.exec("DELETE FROM authority_held_orders WHERE order_id = :order_id", {{"order_id", order_id}});
}

std::vector<Upload> list_uploads(db::Tx& tx, const Filter& filter) {
  Conditions where;
  if (!filter.link.empty()) where.add("link = :link", "link", filter.link);
  if (!filter.state.empty()) where.add("state = :state", "state", filter.state);
  if (filter.before > 0) where.add("number < :before", "before", filter.before);
  if (filter.sequence > 0) where.add("sequence = :sequence", "sequence", filter.sequence);
  if (filter.since > 0) where.add("created >= :since", "since", filter.since);
  if (filter.until > 0) where.add("created < :until", "until", filter.until);
  if (!filter.file.empty()) where.add(holds("file_name", "file"), "file", part(filter.file));
  if (!filter.text.empty())
    where.add("(" + holds("file_name", "text") + " OR " + holds("answer_text", "text") +
                  " OR number IN (SELECT upload FROM authority_traces WHERE " +
                  holds("text", "text") + "))",
              "text", part(filter.text));
  if (!filter.order.empty())
    where.add(
        "number IN (SELECT r.upload FROM authority_upload_records r "
        "LEFT JOIN authority_submissions s ON s.number = r.submission "
        "WHERE r.order_id = :order_id OR (s.subject_kind = 'order' AND s.subject_id = :order_id))",
        "order_id", filter.order);
  std::vector<Upload> out;
  for (const auto& row : where.newest(tx, "authority_uploads", filter.limit))
    out.push_back(upload_of(row));
  return out;
}

Counts counts(db::Tx& tx, const std::string& link) {
  Counts out;
  out.waiting_downloads = tx.query_i64(
      "SELECT COUNT(*) AS n FROM authority_downloads WHERE link = :link AND applied = 0",
      {{"link", link}});
  out.flagged_downloads =
      tx.query_i64("SELECT COUNT(*) AS n FROM authority_downloads WHERE link = :link AND " +
                       std::string(kFlagged),
                   {{"link", link}});
  out.held_orders = tx.query_i64(
      "SELECT COUNT(*) AS n FROM authority_held_orders WHERE link = :link", {{"link", link}});
  return out;
}

}  // namespace beian::authority::ledger
