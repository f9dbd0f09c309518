-- Webhooks (src/notices). secret and previous are sealed; events: names with commas.
CREATE TABLE webhooks (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  secret TEXT NOT NULL,
  previous TEXT NOT NULL,
  previous_until INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  reason TEXT NOT NULL,
  failing_since INTEGER,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE INDEX webhooks_by_account ON webhooks (account_id, id);

-- One event for one address. source makes it once; of a subject (an order) seq is the order in which
-- they are told. body holds no personal data.
CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id),
  seq INTEGER NOT NULL,
  subject TEXT NOT NULL,
  subject_seq INTEGER NOT NULL,
  source TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER
);
CREATE UNIQUE INDEX webhook_deliveries_seq ON webhook_deliveries (webhook_id, seq);
CREATE UNIQUE INDEX webhook_deliveries_source ON webhook_deliveries (webhook_id, source);
CREATE INDEX webhook_deliveries_subject ON webhook_deliveries (webhook_id, subject, seq);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, state, next_at);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished);

CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
  n INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  took_ms INTEGER NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (delivery_id, n)
);
