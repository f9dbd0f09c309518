-- Webhooks (src/notices). secret and previous are sealed; events: names with commas.
CREATE TABLE webhooks (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  url TEXT NOT NULL,
  description TEXT NOT NULL,
  events TEXT NOT NULL,
  secret TEXT NOT NULL,
  previous TEXT NOT NULL,
  previous_until BIGINT NOT NULL,
  enabled BIGINT NOT NULL,
  reason TEXT NOT NULL,
  failing_since BIGINT,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL
);
CREATE INDEX webhooks_by_account ON webhooks (account_id, id);

-- One event for one address. source makes it once; of a subject (an order) seq is the order in which
-- they are told. body holds no personal data.
CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL PRIMARY KEY,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id),
  seq BIGINT NOT NULL,
  subject TEXT NOT NULL,
  subject_seq BIGINT NOT NULL,
  source TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  created BIGINT NOT NULL,
  finished BIGINT
);
CREATE UNIQUE INDEX webhook_deliveries_seq ON webhook_deliveries (webhook_id, seq);
CREATE UNIQUE INDEX webhook_deliveries_source ON webhook_deliveries (webhook_id, source);
CREATE INDEX webhook_deliveries_subject ON webhook_deliveries (webhook_id, subject, seq);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, state, next_at);
CREATE INDEX webhook_deliveries_finished ON webhook_deliveries (finished);

CREATE TABLE webhook_attempts (
  delivery_id TEXT NOT NULL REFERENCES webhook_deliveries (id),
  n BIGINT NOT NULL,
  at BIGINT NOT NULL,
  status BIGINT NOT NULL,
  took_ms BIGINT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (delivery_id, n)
);
