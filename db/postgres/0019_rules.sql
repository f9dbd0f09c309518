-- What an administrator lets pass. Words: rules/override.hpp.
CREATE TABLE rule_overrides (
  id TEXT NOT NULL PRIMARY KEY,               -- the administrator's own name of it
  rule TEXT NOT NULL,                         -- a kind of rule; or empty: every one
  province BIGINT NOT NULL,                  -- 0: every one
  effect TEXT NOT NULL CHECK (effect IN ('warn', 'off')),
  until_day TEXT NOT NULL,                    -- the last day, 2026-11-25; empty: open
  order_id TEXT NOT NULL,                     -- the only order; or empty: all
  reason TEXT NOT NULL,
  account_id TEXT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL
);

-- The state of the rules that judged an order last, and what they said (no personal data: rules and
-- places in the document). Empty: not judged yet.
ALTER TABLE orders ADD COLUMN rules_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN rules_said TEXT NOT NULL DEFAULT '';

-- By whom phones, mail addresses and certificates of managers are used: blind indexes. kind is
-- mobile, email or certificate; or seen, once for each entity that was looked at.
CREATE TABLE registry_contacts (
  province BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  service_id BIGINT NOT NULL,                     -- 0: the entity's own manager
  kind TEXT NOT NULL,
  value_index TEXT NOT NULL,
  PRIMARY KEY (province, entity_id, service_id, kind)
);
CREATE INDEX registry_contacts_value ON registry_contacts (kind, value_index);
