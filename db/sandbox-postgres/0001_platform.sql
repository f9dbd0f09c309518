-- Work for later (src/platform/jobs). A job is waiting (no lease) or leased until lease_until.
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  dedup_key TEXT,
  payload TEXT NOT NULL,
  run_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL DEFAULT 0,
  failures BIGINT NOT NULL DEFAULT 0,
  lease TEXT,
  lease_until BIGINT,
  last_error TEXT
);

CREATE UNIQUE INDEX jobs_one_waiting ON jobs (kind, dedup_key)
  WHERE dedup_key IS NOT NULL AND lease IS NULL;
CREATE INDEX jobs_due ON jobs (run_at) WHERE lease IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease IS NOT NULL;

-- Rows of numbers without gaps (db::next_number).
CREATE TABLE sequences (
  name TEXT PRIMARY KEY,
  next BIGINT NOT NULL
);
