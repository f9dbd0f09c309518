-- Many orders at once (src/batches). stage and goal: 1 check, 2 create, 3 submit; done: the goal is
-- reached. request_key and request_hash answer a request that comes twice.
CREATE TABLE batches (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  format TEXT NOT NULL,
  stage INTEGER NOT NULL,
  goal INTEGER NOT NULL,
  done INTEGER NOT NULL,
  ask INTEGER NOT NULL,
  total INTEGER NOT NULL,
  request_key TEXT,
  request_hash TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
);
CREATE UNIQUE INDEX batches_requests ON batches (account_id, request_key);
CREATE INDEX batches_by_account ON batches (account_id, id);
CREATE INDEX batches_by_age ON batches (updated);

-- One row of the file, from which an order comes. body and found hold personal data and are sealed.
CREATE TABLE batch_rows (
  batch_id TEXT NOT NULL REFERENCES batches (id),
  number INTEGER NOT NULL,
  line INTEGER NOT NULL,
  body TEXT NOT NULL,
  found TEXT NOT NULL,
  state TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '',
  order_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (batch_id, number)
);
CREATE INDEX batch_rows_by_state ON batch_rows (batch_id, state, number);
