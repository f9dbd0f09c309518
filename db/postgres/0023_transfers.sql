-- Transfers of an entity from one account to another, and how they went.
CREATE TABLE entity_transfers (
  id TEXT NOT NULL PRIMARY KEY,
  province BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  filing_number TEXT NOT NULL,
  entity_name TEXT NOT NULL,        -- masked when the entity is a person
  from_account TEXT NOT NULL,
  to_account TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'cancelled', 'declined', 'expired')),
  code_index TEXT NOT NULL,         -- blind index of the confirmation code; empty: none was needed
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  FOREIGN KEY (province, entity_id) REFERENCES registry_entities (province, authority_id)
);
-- An entity waits for one account at a time.
CREATE UNIQUE INDEX entity_transfers_waiting ON entity_transfers (province, entity_id)
  WHERE state = 'waiting';
CREATE INDEX entity_transfers_from ON entity_transfers (from_account, id);
CREATE INDEX entity_transfers_to ON entity_transfers (to_account, id);
CREATE INDEX entity_transfers_due ON entity_transfers (state, expires);

CREATE TABLE entity_transfer_events (
  transfer_id TEXT NOT NULL REFERENCES entity_transfers (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  account_id TEXT NOT NULL,         -- whose side; empty: the system or the provider
  actor_id TEXT NOT NULL,
  reason TEXT NOT NULL,             -- sealed; empty: none
  PRIMARY KEY (transfer_id, seq)
);
