-- edits counts saves and materials since the last submission; ready_at: when it joined the queue.
-- Orders. document, findings and locked hold personal data and are sealed (AES-256-GCM, base64).
CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  findings TEXT NOT NULL,
  locked TEXT NOT NULL,
  authority TEXT NOT NULL DEFAULT '',
  filing_number TEXT NOT NULL DEFAULT '',
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  edits BIGINT NOT NULL DEFAULT 0,
  ready_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX orders_by_account ON orders (account_id, id);
CREATE INDEX orders_by_state ON orders (state, updated, id);
CREATE INDEX orders_ready ON orders (state, authority, ready_at, id);

-- The history of an order (审核历史); seq is the order's version after the event.
CREATE TABLE order_events (
  order_id TEXT NOT NULL REFERENCES orders (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (order_id, seq)
);

-- What an open order holds alone: one entity (blind index of its certificate), its domains.
CREATE TABLE order_claims (
  kind TEXT NOT NULL,
  claim TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id),
  PRIMARY KEY (kind, claim)
);
CREATE INDEX order_claims_by_order ON order_claims (order_id);

-- Answers to repeated creations (Idempotency-Key).
CREATE TABLE order_requests (
  account_id TEXT NOT NULL,
  request_key TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  order_id TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (account_id, request_key)
);
