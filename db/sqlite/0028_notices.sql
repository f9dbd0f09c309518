-- In-site notices. source: what told it, once for an account.
CREATE TABLE notices (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  order_id TEXT NOT NULL,
  args TEXT NOT NULL,
  source TEXT NOT NULL,
  created INTEGER NOT NULL,
  read_at INTEGER,
  UNIQUE (account_id, source)
);
CREATE INDEX notices_by_account ON notices (account_id, id);
CREATE INDEX notices_unread ON notices (account_id, id) WHERE read_at IS NULL;
