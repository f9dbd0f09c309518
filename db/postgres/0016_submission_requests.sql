-- Answers to repeated submissions (Idempotency-Key).
CREATE TABLE authority_submission_requests (
  account_id TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  submission BIGINT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (account_id, request_key)
);
