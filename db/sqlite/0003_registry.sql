-- What is filed, by the ids of the authority. Documents hold personal data and are sealed.

CREATE TABLE registry_entities (
  authority_id INTEGER NOT NULL PRIMARY KEY,  -- Ztid
  account_id TEXT NOT NULL,                   -- empty: only synchronised
  filing_number TEXT NOT NULL,
  display_name TEXT NOT NULL,                 -- masked when the entity is a person
  nature INTEGER,
  certificate_type INTEGER NOT NULL,
  certificate_index TEXT NOT NULL,            -- blind index of the number
  document TEXT NOT NULL,                     -- sealed JSON of the whole entity
  fingerprint TEXT NOT NULL,                  -- blind index of the document: same again?
  recorded INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX registry_entities_certificate
  ON registry_entities (certificate_index, certificate_type);
CREATE INDEX registry_entities_account ON registry_entities (account_id, authority_id);
CREATE INDEX registry_entities_number ON registry_entities (filing_number);

CREATE TABLE registry_services (
  authority_id INTEGER NOT NULL PRIMARY KEY,  -- Wzid
  entity_id INTEGER NOT NULL REFERENCES registry_entities (authority_id),
  filing_number TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,                     -- sealed JSON of the whole service
  fingerprint TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX registry_services_entity ON registry_services (entity_id, authority_id);

CREATE TABLE registry_domains (
  authority_id INTEGER NOT NULL PRIMARY KEY,  -- Ymid
  service_id INTEGER NOT NULL REFERENCES registry_services (authority_id),
  name TEXT NOT NULL,                         -- A-label, lower case
  cancelled INTEGER NOT NULL DEFAULT 0,       -- flag
  changed INTEGER NOT NULL
);
CREATE INDEX registry_domains_name ON registry_domains (name);
CREATE INDEX registry_domains_service ON registry_domains (service_id, authority_id);

CREATE TABLE registry_accesses (
  authority_id INTEGER NOT NULL PRIMARY KEY,  -- Jrid
  service_id INTEGER NOT NULL REFERENCES registry_services (authority_id),
  provider_id INTEGER NOT NULL,
  here INTEGER NOT NULL,                      -- flag: the provider is this one
  document TEXT NOT NULL,                     -- JSON: locations, methods, addresses
  cancelled INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL
);
CREATE INDEX registry_accesses_service ON registry_accesses (service_id, authority_id);

-- The change journal. Numbers are taken from registry_journal under the lock of that row, held until the
-- commit: a smaller number is never seen after a larger one.
CREATE TABLE registry_changes (
  number INTEGER NOT NULL PRIMARY KEY,
  domain TEXT NOT NULL,
  what TEXT NOT NULL,
  filing_number TEXT NOT NULL,
  at INTEGER NOT NULL
);

CREATE TABLE registry_journal (
  id INTEGER NOT NULL PRIMARY KEY,
  last_number INTEGER NOT NULL
);
INSERT INTO registry_journal (id, last_number) VALUES (1, 0);
