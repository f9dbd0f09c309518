-- What is filed, by the ids of the authority. Every province gives its own ids, so the province is
-- part of each key. Documents hold personal data and are sealed.

CREATE TABLE registry_entities (
  province INTEGER NOT NULL,
  authority_id INTEGER NOT NULL,              -- Ztid
  account_id TEXT NOT NULL,                   -- empty when only synchronised
  filing_number TEXT NOT NULL,
  display_name TEXT NOT NULL,                 -- masked when the entity is a person
  nature INTEGER NOT NULL,                    -- 0 when not told
  certificate_type INTEGER NOT NULL,
  certificate_index TEXT NOT NULL,            -- blind index of the number
  document TEXT NOT NULL,                     -- sealed JSON of the whole entity
  fingerprint TEXT NOT NULL,                  -- blind index of the document, to know it again
  recorded INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (province, authority_id)
);
CREATE INDEX registry_entities_certificate
  ON registry_entities (certificate_index, certificate_type);
CREATE INDEX registry_entities_account ON registry_entities (account_id, province, authority_id);
CREATE INDEX registry_entities_number ON registry_entities (filing_number);

CREATE TABLE registry_services (
  province INTEGER NOT NULL,
  authority_id INTEGER NOT NULL,              -- Wzid
  entity_id INTEGER NOT NULL,
  filing_number TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,                     -- sealed JSON of the whole service
  fingerprint TEXT NOT NULL,
  recorded INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  PRIMARY KEY (province, authority_id),
  FOREIGN KEY (province, entity_id) REFERENCES registry_entities (province, authority_id)
);
CREATE INDEX registry_services_entity ON registry_services (province, entity_id, authority_id);

CREATE TABLE registry_domains (
  province INTEGER NOT NULL,
  authority_id INTEGER NOT NULL,              -- Ymid
  service_id INTEGER NOT NULL,
  name TEXT NOT NULL,                         -- A-label, lower case
  cancelled INTEGER NOT NULL,                 -- flag
  changed INTEGER NOT NULL,
  PRIMARY KEY (province, authority_id),
  FOREIGN KEY (province, service_id) REFERENCES registry_services (province, authority_id)
);
CREATE INDEX registry_domains_name ON registry_domains (name);
CREATE INDEX registry_domains_service ON registry_domains (province, service_id, authority_id);

CREATE TABLE registry_accesses (
  province INTEGER NOT NULL,
  authority_id INTEGER NOT NULL,              -- Jrid
  service_id INTEGER NOT NULL,
  provider_id INTEGER NOT NULL,
  here INTEGER NOT NULL,                      -- flag, set when that provider is this one
  document TEXT NOT NULL,                     -- JSON of locations, methods, addresses
  cancelled INTEGER NOT NULL,                 -- flag
  changed INTEGER NOT NULL,
  PRIMARY KEY (province, authority_id),
  FOREIGN KEY (province, service_id) REFERENCES registry_services (province, authority_id)
);
CREATE INDEX registry_accesses_service ON registry_accesses (province, service_id, authority_id);

-- The change journal. Numbers are taken from registry_journal under the lock of its row, held until
-- the commit, so that a smaller number is never seen after a larger one.
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
