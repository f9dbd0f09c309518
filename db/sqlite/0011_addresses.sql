-- IP address reporting (IP 地址备案): one row a record of a block. document, filed and findings are
-- sealed JSON; outside of them stand only what is looked for: the range as numbers, the unit, and
-- a blind index of the using unit's name.
CREATE TABLE address_records (
  id TEXT NOT NULL PRIMARY KEY,
  link TEXT NOT NULL,                         -- the authority that it is reported to
  block TEXT NOT NULL CHECK (block IN ('source', 'assignment', 'broadcast', 'own')),
  provider_record_id INTEGER,                 -- IspId of the newest report; none before the first
  authority_id INTEGER,                       -- Id; none before it is filed
  state TEXT NOT NULL CHECK (state IN ('draft', 'queued', 'reporting', 'filed', 'refused',
    'changing', 'deleting', 'deleted')),
  operation TEXT NOT NULL CHECK (operation IN ('add', 'change', 'remove')),
  first_ip INTEGER NOT NULL,
  last_ip INTEGER NOT NULL,
  filed_first INTEGER,                        -- the range as the authority holds it
  filed_last INTEGER,
  unit INTEGER NOT NULL,
  name_index TEXT NOT NULL,
  document TEXT NOT NULL,
  filed TEXT NOT NULL,                        -- the document as the authority holds it; or empty
  findings TEXT NOT NULL,
  held TEXT NOT NULL,                         -- why a queued record still waits; or empty
  submission INTEGER,                         -- what it was handed over as, of a reporting one
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX address_records_range ON address_records (link, block, first_ip, last_ip, id);
CREATE INDEX address_records_state ON address_records (link, state, block, first_ip, id);
CREATE UNIQUE INDEX address_records_authority_id ON address_records (link, block, authority_id)
  WHERE authority_id IS NOT NULL;

-- Everything that happened to a record; note is sealed. seq is the record's version after it.
CREATE TABLE address_events (
  record_id TEXT NOT NULL REFERENCES address_records (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,                        -- an account, or system, authority
  event TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (record_id, seq)
);

-- What the authority's checks (HCJG) found; numbers and units only. The same finding again is the
-- same row, open again.
CREATE TABLE address_findings (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  link TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('out_of_range', 'overlap', 'unreported')),
  print TEXT NOT NULL,
  record_id TEXT NOT NULL,                    -- or empty: none of ours
  first_ip INTEGER NOT NULL,
  last_ip INTEGER NOT NULL,
  document TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  closed INTEGER NOT NULL DEFAULT 0,          -- when an officer was done with it; 0: open
  UNIQUE (link, print)
);
CREATE INDEX address_findings_record ON address_findings (record_id);
