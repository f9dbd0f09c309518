-- Accounts, their sessions and API tokens, what was tried and what was done.

CREATE TABLE accounts (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,               -- as typed, NFC
  name_key TEXT NOT NULL UNIQUE,    -- ASCII letters in lower case
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,      -- argon2id, encoded form
  disabled BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);

CREATE TABLE account_sessions (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  token_hash TEXT NOT NULL UNIQUE,  -- SHA-256 of the cookie, hex
  remote TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX account_sessions_account ON account_sessions (account_id);
CREATE INDEX account_sessions_expires ON account_sessions (expires);

CREATE TABLE account_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,  -- SHA-256 of the token, hex
  scopes TEXT NOT NULL,             -- JSON array of names
  created BIGINT NOT NULL,
  expires BIGINT,                  -- NULL: never
  last_used BIGINT,                -- to the hour
  revoked BIGINT
);
CREATE INDEX account_tokens_account ON account_tokens (account_id);

-- Attempts in the current window, counted here so that several nodes agree.
CREATE TABLE account_attempts (
  bucket TEXT NOT NULL PRIMARY KEY, -- a kind and a hashed name or an address
  started BIGINT NOT NULL,
  count BIGINT NOT NULL
);
CREATE INDEX account_attempts_started ON account_attempts (started);

-- Audit trail; only ever appended to.
CREATE TABLE account_events (
  id TEXT NOT NULL PRIMARY KEY,     -- sorts by time
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT,                  -- whose account; NULL when no account has the name tried
  actor_id TEXT,                    -- who did it; NULL before a sign-in and for the command line
  remote TEXT NOT NULL,
  details TEXT NOT NULL             -- JSON
);
CREATE INDEX account_events_account ON account_events (account_id, id);
