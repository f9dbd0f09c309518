-- Answers to repeated submissions (Idempotency-Key).
CREATE TABLE authority_submission_requests (
  account_id TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  submission INTEGER NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (account_id, request_key)
);
