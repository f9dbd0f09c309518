-- Sites that this provider's own logs show although they may not be served here (beian gate scan).
-- One row a domain; the authority's list of unfiled sites is authority_tasks.
CREATE TABLE registry_unfiled_sites (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  domain TEXT NOT NULL UNIQUE,                -- whose filing is missing
  reason TEXT NOT NULL,                       -- of the gate: not_filed, cancelled, elsewhere, …
  filing_number TEXT NOT NULL,                -- of a filing that holds no longer
  source TEXT NOT NULL CHECK (source IN ('web', 'dns', 'web+dns')),
  hosts INTEGER NOT NULL,                     -- how many below the domain, in the fullest report
  most_asked TEXT NOT NULL,                   -- JSON: some of them
  addresses TEXT NOT NULL,                    -- JSON: of our servers
  requests INTEGER NOT NULL,                  -- at least
  first_seen INTEGER NOT NULL,                -- 0: no log had a time
  last_seen INTEGER NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,           -- reports that told something new
  state TEXT NOT NULL CHECK (state IN ('open', 'handled')),
  decision TEXT NOT NULL DEFAULT '',          -- stopped, filing, not_ours, exempt
  note TEXT NOT NULL DEFAULT '',
  handled_by TEXT NOT NULL DEFAULT '',        -- account
  quiet_until INTEGER NOT NULL DEFAULT 0,     -- seen after that it is open again; 0: never
  found INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX registry_unfiled_sites_state ON registry_unfiled_sites (state, number);
