-- IP addresses and domain names of many providers, what is handed out by hand, scenarios.

-- Reporting units (报备单位) beside the providers' accounts: who addresses come from, who broadcasts
-- them. All invented.
CREATE TABLE units (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  unit_class INTEGER NOT NULL,      -- china code table unit_class
  province INTEGER NOT NULL,        -- six-digit region code; 0: none
  carrier INTEGER NOT NULL          -- may broadcast (Gbdw)
);
INSERT INTO units (id, name, unit_class, province, carrier) VALUES
  (1, '样例基础电信企业甲', 1, 110000, 1),
  (2, '样例基础电信企业乙', 1, 110000, 1),
  (3, '样例基础电信企业丙', 1, 110000, 1),
  (10, '样例地址分配机构', 5, 110000, 0);

-- IP filings; ids are the authority's (Id of all four blocks).
CREATE TABLE address_records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL,
  kind TEXT NOT NULL,                -- source, assignment, broadcast, own_address
  provider_record_id INTEGER NOT NULL, -- IspId
  first_address INTEGER NOT NULL,
  last_address INTEGER NOT NULL,
  model TEXT NOT NULL,               -- the record as reported
  reported_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (provider_id, kind, provider_record_id)
);
CREATE INDEX address_records_range ON address_records (kind, first_address, last_address);
CREATE INDEX address_records_provider ON address_records (provider_id, kind, id);

CREATE TABLE domain_records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL,
  provider_record_id INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,         -- A-labels, lower case
  model TEXT NOT NULL,
  reported_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (provider_id, provider_record_id)
);

-- Large documents (SJTB) lie in the blob store; `document` is empty then.
ALTER TABLE downloads ADD COLUMN blob TEXT NOT NULL DEFAULT '';
CREATE INDEX notices_download ON notices (download_id);

-- What a blacklisted value is the certificate or the domain of, as HMDLB tells it.
ALTER TABLE blacklist ADD COLUMN model TEXT NOT NULL DEFAULT '{}';

-- How a scenario decides the record once it may be decided: JSON, or nothing.
ALTER TABLE records ADD COLUMN plan TEXT NOT NULL DEFAULT '';

-- What a test or a demonstration wants to happen (scenario.hpp).
CREATE TABLE scenarios (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  loaded_at INTEGER NOT NULL
);
CREATE TABLE scenario_steps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scenario_id INTEGER NOT NULL REFERENCES scenarios (id),
  event TEXT NOT NULL,               -- call, record, decided
  step TEXT NOT NULL,                -- {when, then}
  remaining INTEGER,                 -- NULL: always
  played INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX scenario_steps_event ON scenario_steps (event, id);
