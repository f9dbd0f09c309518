-- What the authority hands down beside results and filed records: cancellations, blacklists, check
-- results, tasks, code tables, full synchronisations.

ALTER TABLE registry_entities ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;  -- flag
ALTER TABLE registry_services ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;  -- flag

-- Names and numbers stand as blind indexes; document is the sealed JSON of the entry.
-- source: the authority link that told it. Each authority keeps its own list.
CREATE TABLE registry_blacklist_entities (
  source TEXT NOT NULL,
  certificate_type INTEGER NOT NULL,
  certificate_index TEXT NOT NULL,
  name_index TEXT NOT NULL,                   -- empty for a person: many share a name
  document TEXT NOT NULL,
  listed INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (source, certificate_type, certificate_index)
);
CREATE INDEX registry_blacklist_entities_certificate
  ON registry_blacklist_entities (certificate_index);
CREATE INDEX registry_blacklist_entities_name ON registry_blacklist_entities (name_index);

CREATE TABLE registry_blacklist_domains (
  source TEXT NOT NULL,
  list TEXT NOT NULL CHECK (list IN ('site', 'illegal_access')),
  item INTEGER NOT NULL,                      -- the authority's id of an illegal access; 0: a site
  name TEXT NOT NULL,                         -- A-label, lower case
  independent TEXT NOT NULL,                  -- the independent domain it belongs to
  address INTEGER NOT NULL,                   -- IPv4 address of an illegal access; 0: a site
  document TEXT NOT NULL,                     -- sealed JSON of the entry
  listed INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (source, list, item, name)
);
CREATE INDEX registry_blacklist_domains_name ON registry_blacklist_domains (name);
CREATE INDEX registry_blacklist_domains_independent ON registry_blacklist_domains (independent);
CREATE INDEX registry_blacklist_domains_address ON registry_blacklist_domains (address);

-- What the authority's checks found about filed records. Ids are 0 where the finding names none;
-- province is 0 when the record is not in this registry.
CREATE TABLE registry_findings (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('entity_wrong', 'access_over_reported',
    'access_under_reported', 'shell_service', 'dead_service')),
  province INTEGER NOT NULL,
  entity_id INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  access_id INTEGER NOT NULL,
  filing_number TEXT NOT NULL,
  subject TEXT NOT NULL,                      -- the domain or page it is about
  checked TEXT NOT NULL,                      -- when, in the authority's words
  details TEXT NOT NULL,                      -- sealed JSON of the finding
  state TEXT NOT NULL CHECK (state IN ('open', 'settled')),
  reason TEXT NOT NULL DEFAULT '',            -- why it is settled
  settled_by TEXT NOT NULL DEFAULT '',
  times INTEGER NOT NULL DEFAULT 1,           -- how often it was told while open
  found INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE UNIQUE INDEX registry_findings_open
  ON registry_findings (source, kind, province, entity_id, service_id, access_id, filing_number,
    subject)
  WHERE state = 'open';
CREATE INDEX registry_services_number ON registry_services (filing_number);
CREATE INDEX registry_findings_entity ON registry_findings (province, entity_id);

-- The code tables that authorities deliver. Version 1 of a table is the one in the program; the
-- highest version in force counts. A version arrives row by row and is in force when it is whole.
CREATE TABLE code_versions (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  source TEXT NOT NULL,                       -- the authority link
  download INTEGER NOT NULL,                  -- the file it came in
  state TEXT NOT NULL CHECK (state IN ('arriving', 'in_force')),
  since INTEGER NOT NULL,
  PRIMARY KEY (name, version)
);
CREATE TABLE code_rows (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  code INTEGER NOT NULL,
  zh TEXT NOT NULL,
  note TEXT NOT NULL,
  offered INTEGER NOT NULL,                   -- flag; 0: stands on old records only
  more TEXT NOT NULL,                         -- JSON: what only some tables have
  PRIMARY KEY (name, version, code)
);

-- The names of the codes that an order used when it was handed in (JSON).
ALTER TABLE orders ADD COLUMN code_names TEXT NOT NULL DEFAULT '';

-- What the authority asks this provider to do. subject tells no personal data; body and answer are
-- sealed JSON. mark: what makes it the same task when it is told again.
CREATE TABLE authority_tasks (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('unfiled_site', 'verification', 'rectification')),
  link TEXT NOT NULL REFERENCES authority_links (id),
  download INTEGER NOT NULL REFERENCES authority_downloads (number),
  item TEXT NOT NULL,
  mark TEXT NOT NULL,
  subject TEXT NOT NULL,
  province INTEGER NOT NULL DEFAULT 0,        -- of the filed record; 0: none is known
  entity_id INTEGER NOT NULL DEFAULT 0,
  service_id INTEGER NOT NULL DEFAULT 0,
  body TEXT NOT NULL,
  -- answered: a submission tells how far its answer has come (task.hpp).
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'done', 'closed')),
  deadline INTEGER NOT NULL,
  deadline_told INTEGER NOT NULL,             -- flag: by the authority; 0: by our setting
  assigned TEXT NOT NULL DEFAULT '',          -- account
  answer TEXT NOT NULL DEFAULT '',
  answered_by TEXT NOT NULL DEFAULT '',
  submission INTEGER,
  reason TEXT NOT NULL DEFAULT '',            -- why it was closed, or what the authority answered
  times INTEGER NOT NULL DEFAULT 1,           -- how often it was told while open
  opened INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE UNIQUE INDEX authority_tasks_one_open ON authority_tasks (link, kind, mark)
  WHERE state = 'open';
CREATE INDEX authority_tasks_state ON authority_tasks (state, deadline);
CREATE INDEX authority_tasks_submission ON authority_tasks (submission);

-- A full synchronisation is applied in batches; next is the first record that is not applied yet.
CREATE TABLE authority_syncs (
  download INTEGER NOT NULL PRIMARY KEY REFERENCES authority_downloads (number),
  kind TEXT NOT NULL,                         -- icp, ip, domains, codes
  next INTEGER NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0,        -- when
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  faulty INTEGER NOT NULL DEFAULT 0,
  missing_here INTEGER NOT NULL DEFAULT 0,
  missing_there INTEGER NOT NULL DEFAULT 0,
  started INTEGER NOT NULL
);
-- The report, record by record. key: province and the authority's id.
CREATE TABLE authority_sync_items (
  download INTEGER NOT NULL REFERENCES authority_syncs (download),
  what TEXT NOT NULL CHECK (what IN ('added', 'changed', 'missing_here', 'missing_there')),
  key TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (download, what, key)
);
-- What a running synchronisation has named so far; empty once it has finished.
CREATE TABLE authority_sync_seen (
  download INTEGER NOT NULL REFERENCES authority_syncs (download),
  province INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (download, province, id)
);

-- Domain registrations (YM) as the authority's synchronisation tells them; document is sealed.
CREATE TABLE authority_domain_records (
  link TEXT NOT NULL REFERENCES authority_links (id),
  authority_id INTEGER NOT NULL,
  provider_record_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (link, authority_id)
);
