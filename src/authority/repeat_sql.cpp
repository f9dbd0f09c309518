#include "authority/repeat.hpp"
#include "base/text.hpp"

namespace beian::authority {
namespace {

constexpr size_t kLongestKey = 200;
constexpr Millis kRequestLife{7LL * 24 * 3600 * 1000};

}  // namespace

Status check_request_key(const std::string& key) {
  if (key.size() > kLongestKey)
    return fail(ProblemCode::too_long, "/Idempotency-Key", {{"max", std::to_string(kLongestKey)}});
  if (!text::is_utf8(key))
    return fail(ProblemCode::bad_encoding, "/Idempotency-Key", {{"encoding", "UTF-8"}});
  return {};
}

Result<std::optional<int64_t>> submission_of_request(db::Tx& tx, const SubmissionRequest& request) {
  if (request.key.empty()) return std::nullopt;
  const auto row = tx.query_one(
      "SELECT request_hash, submission FROM authority_submission_requests "
      "WHERE account_id = :account AND request_key = :key",
      {{"account", request.account_id}, {"key", request.key}});
  if (!row) return std::nullopt;
  if (row->text("request_hash") != request.hash) return fail(ProblemCode::idempotency_key_reused);
  return row->i64("submission");
}

Result<std::optional<int64_t>> claim_request(db::Tx& tx, TimePoint now,
                                             const SubmissionRequest& request) {
  if (request.key.empty()) return std::nullopt;
  const int64_t inserted = tx.exec(
      "INSERT INTO authority_submission_requests (account_id, request_key, request_hash, "
      "submission, created) VALUES (:account, :key, :hash, 0, :now) "
      "ON CONFLICT (account_id, request_key) DO NOTHING",
      {{"account", request.account_id},
       {"key", request.key},
       {"hash", request.hash},
       {"now", to_ms(now)}});
  if (inserted > 0) return std::nullopt;
  return submission_of_request(tx, request);
}

void name_submission(db::Tx& tx, const SubmissionRequest& request, int64_t submission) {
  if (request.key.empty()) return;
  tx.exec(
      "UPDATE authority_submission_requests SET submission = :submission "
      "WHERE account_id = :account AND request_key = :key",
      {{"submission", submission}, {"account", request.account_id}, {"key", request.key}});
}

int64_t forget_submission_requests(db::Tx& tx, TimePoint now) {
  return tx.exec("DELETE FROM authority_submission_requests WHERE created <= :before",
                 {{"before", to_ms(now - kRequestLife)}});
}

}  // namespace beian::authority
