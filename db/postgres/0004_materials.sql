-- Attachments of orders. The bytes are in the blob store; here are references and facts.
CREATE TABLE materials (
  id TEXT NOT NULL PRIMARY KEY,
  order_id TEXT NOT NULL,
  purpose BIGINT NOT NULL,
  owner TEXT NOT NULL,
  original TEXT NOT NULL,
  reported TEXT NOT NULL,
  reported_bytes BIGINT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  created BIGINT NOT NULL,
  UNIQUE (order_id, purpose, owner)
);
