#include <algorithm>
#include <stdexcept>

#include "authority/operation.hpp"
#include "authority/submission.hpp"
#include "orders/order.hpp"

namespace beian::authority {
namespace {

constexpr std::string_view kWaiting =
    "link = :link AND (state = 'queued' OR (state = 'held' AND retry_at <= :now))";

std::string body_context(int64_t number) {
  return "authority_submissions.body:" + std::to_string(number);
}
std::string outcomes_context(int64_t number) {
  return "authority_submissions.outcomes:" + std::to_string(number);
}

Json open_json(const crypto::ColumnCipher& cipher, const std::string& sealed,
               const std::string& context) {
  auto json = parse_json(cipher.open(sealed, context));
  if (!json) throw std::runtime_error("submissions: a sealed column does not hold JSON");
  return std::move(*json);
}

Json outcomes_of(const db::Row& row, const crypto::ColumnCipher& cipher) {
  const auto sealed = row.text("outcomes");
  if (sealed.empty()) return Json::array();
  return open_json(cipher, sealed, outcomes_context(row.i64("number")));
}

Submission submission_of(const db::Row& row, const crypto::ColumnCipher& cipher) {
  Submission out;
  out.number = row.i64("number");
  out.link = row.text("link");
  out.operation = row.text("operation");
  out.subject = {row.text("subject_kind"), row.text("subject_id")};
  out.account_id = row.text("account_id");
  out.body = open_json(cipher, row.text("body"), body_context(out.number));
  out.state = row.text("state");
  out.problem = row.text("problem");
  out.retry_at = row.i64("retry_at");
  out.outcomes = outcomes_of(row, cipher);
  out.ready = from_ms(row.i64("ready_at"));
  out.created = from_ms(row.i64("created"));
  out.changed = from_ms(row.i64("changed"));
  return out;
}

std::vector<Submission> all_of(const db::Rows& rows, const crypto::ColumnCipher& cipher) {
  std::vector<Submission> out;
  for (const auto& row : rows) out.push_back(submission_of(row, cipher));
  return out;
}

Json outcome_json(const Outcome& outcome, TimePoint now) {
  Json out = Json::object();
  out.set("verdict", outcome.verdict);
  out.set("text", outcome.text);
  if (outcome.code) out.set("code", *outcome.code);
  if (!outcome.field.empty()) out.set("field", outcome.field);
  if (outcome.authority_id) out.set("authority_id", *outcome.authority_id);
  out.set("at", to_rfc3339(now));
  return out;
}

bool waits_for_answer(db::Tx& tx, const crypto::ColumnCipher& cipher,
                      const ledger::UploadRecord& record) {
  if (record.submission) {
    const auto row = tx.query_one("SELECT state FROM authority_submissions WHERE number = :number",
                                  {{"number", *record.submission}});
    return row && (row->text("state") == "reporting" || row->text("state") == "accepted");
  }
  if (!ledger::is_newest(tx, record)) return false;
  const auto order = orders::OrderStore(cipher).load(tx, record.order_id);
  return order &&
         (order->state == orders::State::reporting || order->state == orders::State::sms_pending ||
          order->state == orders::State::at_authority);
}

// Compare-and-set on the state.
bool move(db::Tx& tx, TimePoint now, int64_t number, std::string_view from, std::string_view to) {
  return tx.exec(
             "UPDATE authority_submissions SET state = :to_state, changed = :now "
             "WHERE number = :number AND state = :from_state",
             {{"to_state", to}, {"now", to_ms(now)}, {"number", number}, {"from_state", from}}) ==
         1;
}

}  // namespace

Result<int64_t> submit(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                       const NewSubmission& submission) {
  const auto* operation = find_operation(submission.operation);
  if (!operation || operation->orders_only) return fail(ProblemCode::bad_format, "/operation");
  ledger::ensure_link(tx, submission.link);
  const int64_t number = tx.query_i64(
      "INSERT INTO authority_submissions (link, operation, subject_kind, subject_id, account_id, "
      "body, state, ready_at, created, changed) VALUES (:link, :operation, :kind, :subject, "
      ":account, '', 'queued', :now, :now, :now) RETURNING number",
      {{"link", submission.link},
       {"operation", submission.operation},
       {"kind", submission.subject.kind},
       {"subject", submission.subject.id},
       {"account", submission.account_id},
       {"now", to_ms(now)}});
  // Sealed for its own row, so its number must be known first.
  tx.exec("UPDATE authority_submissions SET body = :body WHERE number = :number",
          {{"body", cipher.seal(to_string(submission.body), body_context(number))},
           {"number", number}});
  return number;
}

Status withdraw(db::Tx& tx, TimePoint now, int64_t number) {
  if (move(tx, now, number, "queued", "withdrawn") || move(tx, now, number, "held", "withdrawn"))
    return {};
  const auto row = tx.query_one("SELECT 1 AS known FROM authority_submissions WHERE number = :n",
                                {{"n", number}});
  return row ? fail(ProblemCode::conflict) : fail(ProblemCode::not_found);
}

std::optional<Submission> find_submission(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                          int64_t number) {
  const auto row = tx.query_one("SELECT * FROM authority_submissions WHERE number = :number",
                                {{"number", number}});
  if (!row) return std::nullopt;
  return submission_of(*row, cipher);
}

std::vector<Submission> submissions_of(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                       const Subject& subject) {
  return all_of(tx.query("SELECT * FROM authority_submissions "
                         "WHERE subject_kind = :kind AND subject_id = :id ORDER BY number",
                         {{"kind", subject.kind}, {"id", subject.id}}),
                cipher);
}

std::vector<Submission> list_submissions(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                         const SubmissionFilter& filter) {
  std::string sql = "SELECT * FROM authority_submissions WHERE 1 = 1";
  db::Params params;
  const auto narrow = [&](std::string_view condition, std::string_view name, db::Value value) {
    sql += " AND ";
    sql += condition;
    params.emplace_back(name, std::move(value));
  };
  if (!filter.link.empty()) narrow("link = :link", "link", filter.link);
  if (!filter.operation.empty()) narrow("operation = :operation", "operation", filter.operation);
  if (!filter.state.empty()) narrow("state = :state", "state", filter.state);
  if (!filter.subject.kind.empty()) narrow("subject_kind = :kind", "kind", filter.subject.kind);
  if (!filter.subject.id.empty()) narrow("subject_id = :subject", "subject", filter.subject.id);
  if (filter.before > 0) narrow("number < :before", "before", filter.before);
  sql += " ORDER BY number DESC LIMIT :rows";
  params.emplace_back("rows", static_cast<int64_t>(filter.limit));
  return all_of(tx.query(sql, params), cipher);
}

std::string tell_outcomes(db::Tx& tx, const crypto::ColumnCipher& cipher, TimePoint now,
                          int64_t number, const std::vector<Outcome>& outcomes) {
  const auto row = tx.query_one(
      "SELECT number, operation, state, outcomes FROM authority_submissions WHERE number = :number",
      {{"number", number}});
  if (!row) throw std::logic_error("a record names a submission that does not exist");
  Json all = outcomes_of(*row, cipher);
  for (const auto& outcome : outcomes) all.push(outcome_json(outcome, now));
  tx.exec(
      "UPDATE authority_submissions SET outcomes = :outcomes WHERE number = :number",
      {{"outcomes", cipher.seal(to_string(all), outcomes_context(number))}, {"number", number}});
  const auto has = [&](std::string_view verdict) {
    return std::ranges::any_of(outcomes, [&](const Outcome& o) { return o.verdict == verdict; });
  };
  const std::string_view to = has("reject") ? "refused" : has("pass") ? "done" : "";
  // A grant is a fact also after a refusal: the authority thought again.
  for (const std::string_view from : {"reporting", "accepted"})
    if (!to.empty() && move(tx, now, number, from, to)) return "applied";
  if (to == "done" && move(tx, now, number, "refused", to)) return "applied";
  // Taken without an answer to come, and refused all the same.
  const auto* operation = find_operation(row->text("operation"));
  if (to == "refused" && operation && operation->last_word && move(tx, now, number, "done", to))
    return "applied";
  const std::string state = row->text("state");
  return to.empty() || state == to ? "noted" : "late";
}

std::optional<ledger::UploadRecord> record_marked(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                                  const std::string& link,
                                                  const ledger::Mark& mark) {
  auto records = ledger::records_marked(tx, link, mark);
  const auto waiting = std::ranges::find_if(
      records, [&](const auto& record) { return waits_for_answer(tx, cipher, record); });
  if (waiting != records.end()) return *waiting;
  if (records.empty()) return std::nullopt;
  return std::move(records.back());
}

std::vector<WaitingOperation> waiting_operations(db::Tx& tx, const std::string& link,
                                                 TimePoint now) {
  std::vector<WaitingOperation> out;
  for (const auto& row : tx.query("SELECT operation, MIN(ready_at) AS oldest FROM "
                                  "authority_submissions WHERE " +
                                      std::string(kWaiting) + " GROUP BY operation",
                                  {{"link", link}, {"now", to_ms(now)}}))
    out.push_back({row.text("operation"), from_ms(row.i64("oldest"))});
  return out;
}

std::vector<Submission> waiting_submissions(db::Tx& tx, const crypto::ColumnCipher& cipher,
                                            const std::string& link, std::string_view operation,
                                            TimePoint now, size_t limit) {
  return all_of(tx.query("SELECT * FROM authority_submissions WHERE " + std::string(kWaiting) +
                             " AND operation = :operation ORDER BY ready_at, number LIMIT :rows",
                         {{"link", link},
                          {"now", to_ms(now)},
                          {"operation", operation},
                          {"rows", static_cast<int64_t>(limit)}}),
                cipher);
}

int64_t count_waiting(db::Tx& tx, const std::string& link) {
  return tx.query_i64(
      "SELECT COUNT(*) AS n FROM authority_submissions "
      "WHERE link = :link AND state IN ('queued', 'held')",
      {{"link", link}});
}

bool mark_reporting(db::Tx& tx, TimePoint now, int64_t number) {
  if (!move(tx, now, number, "queued", "reporting") && !move(tx, now, number, "held", "reporting"))
    return false;
  tx.exec("UPDATE authority_submissions SET problem = '', retry_at = 0 WHERE number = :number",
          {{"number", number}});
  return true;
}

void hold_submission(db::Tx& tx, TimePoint now, int64_t number, const std::string& problem,
                     TimePoint retry) {
  tx.exec(
      "UPDATE authority_submissions SET state = 'held', problem = :problem, retry_at = :retry, "
      "changed = :now WHERE number = :number AND state IN ('queued', 'held')",
      {{"problem", problem}, {"retry", to_ms(retry)}, {"now", to_ms(now)}, {"number", number}});
}

void mark_accepted(db::Tx& tx, TimePoint now, int64_t number) {
  const auto row = tx.query_one(
      "SELECT operation FROM authority_submissions WHERE number = :number", {{"number", number}});
  const auto* operation = row ? find_operation(row->text("operation")) : nullptr;
  // An answer about the record that came before the answer about its file stands.
  move(tx, now, number, "reporting", operation && operation->last_word ? "done" : "accepted");
}

void requeue(db::Tx& tx, TimePoint now, int64_t number) {
  move(tx, now, number, "reporting", "queued");
}

}  // namespace beian::authority
