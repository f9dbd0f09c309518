-- What an administrator lets pass. Words: rules/override.hpp.
CREATE TABLE rule_overrides (
  id TEXT NOT NULL PRIMARY KEY,               -- the administrator's own name of it
  rule TEXT NOT NULL,                         -- a kind of rule; or empty: every one
  province INTEGER NOT NULL,                  -- 0: every one
  effect TEXT NOT NULL CHECK (effect IN ('warn', 'off')),
  until_day TEXT NOT NULL,                    -- the last day, 2026-11-25; empty: open
  order_id TEXT NOT NULL,                     -- the only order; or empty: all
  reason TEXT NOT NULL,
  account_id TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);

-- The state of the rules that judged an order last, and what they said (no personal data: rules and
-- places in the document). Empty: not judged yet.
ALTER TABLE orders ADD COLUMN rules_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN rules_said TEXT NOT NULL DEFAULT '';
