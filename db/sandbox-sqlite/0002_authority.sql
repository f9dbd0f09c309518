-- The sandbox authority's own tables. Times are milliseconds since 1970; JSON is TEXT; flags 0/1.
-- It holds invented persons only (docs: src/sandbox/README.md), so nothing is sealed here.

CREATE TABLE providers (
  provider_id INTEGER PRIMARY KEY,          -- Qqdwid, ispId
  user_name TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,                  -- pwdHash needs it in the clear
  profile TEXT NOT NULL,                   -- miit-3.0, openbeian-3.1
  encryption INTEGER NOT NULL,              -- 0 none, 1 AES-128-CBC
  enc_key TEXT NOT NULL,
  enc_iv TEXT NOT NULL,
  province INTEGER NOT NULL,                -- six-digit region code; 0: any
  enabled INTEGER NOT NULL,                 -- reporting is open (else code 19)
  last_sequence INTEGER NOT NULL DEFAULT 0, -- last accepted upload
  calls INTEGER NOT NULL DEFAULT 0          -- counted, which also locks the row
);

-- One row per accepted file. The bytes are in the blob store, as they came.
CREATE TABLE uploads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL REFERENCES providers (provider_id),
  sequence INTEGER NOT NULL,
  blob TEXT NOT NULL,
  info_hash TEXT NOT NULL,       -- base64 MD5 of the zip, as received
  content_hash TEXT NOT NULL,    -- hex SHA-256 of the XML: is a repeated sequence the same file?
  encryption INTEGER NOT NULL,    -- how this very file was sealed
  enc_key TEXT NOT NULL,
  enc_iv TEXT NOT NULL,
  accepted_at INTEGER NOT NULL,
  judged_at INTEGER,
  records INTEGER NOT NULL DEFAULT 0,
  fault TEXT NOT NULL DEFAULT '', -- why the whole file was refused, after judging
  UNIQUE (provider_id, sequence)
);
CREATE INDEX uploads_unjudged ON uploads (provider_id, sequence) WHERE judged_at IS NULL;

-- One row per reported record (XZBA/Baxx), whatever became of it.
CREATE TABLE records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  upload_id INTEGER NOT NULL REFERENCES uploads (id),
  position INTEGER NOT NULL,          -- in the file, from 0
  provider_id INTEGER NOT NULL,
  provider_entity_id INTEGER NOT NULL,
  state TEXT NOT NULL,               -- rejected, sms_pending, sms_failed, at_authority, approved, refused
  province INTEGER NOT NULL,
  certificate_type INTEGER NOT NULL,
  certificate_number TEXT NOT NULL,  -- upper case
  name TEXT NOT NULL,
  model TEXT NOT NULL,               -- the record without its attachments
  outcomes TEXT NOT NULL,            -- JSON array of {code, text}
  opinion TEXT NOT NULL DEFAULT '',
  entity_id INTEGER,                  -- when approved
  received_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (upload_id, position)
);
CREATE INDEX records_state ON records (state, id);
CREATE INDEX records_certificate ON records (certificate_number, state);
CREATE INDEX records_entity ON records (provider_id, provider_entity_id, state);

-- Domains of records in process; deleted when the record is closed.
CREATE TABLE record_domains (
  record_id INTEGER NOT NULL REFERENCES records (id),
  domain TEXT NOT NULL,
  PRIMARY KEY (domain, record_id)
);
CREATE INDEX record_domains_record ON record_domains (record_id);

-- SMS verification: one row per person of a record.
CREATE TABLE verifications (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL REFERENCES records (id),
  role TEXT NOT NULL,                -- entity_manager, service_manager
  provider_service_id INTEGER,
  mobile TEXT NOT NULL,
  last_six TEXT NOT NULL,
  code TEXT NOT NULL,
  state TEXT NOT NULL,               -- pending, done, failed, expired
  wrong_inputs INTEGER NOT NULL DEFAULT 0,
  deadline INTEGER NOT NULL
);
CREATE INDEX verifications_mobile ON verifications (mobile, state);
CREATE INDEX verifications_record ON verifications (record_id);

-- Messages on the pretended phones.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mobile TEXT NOT NULL,
  body TEXT NOT NULL,
  code TEXT NOT NULL,                -- empty when the message carries none
  sent_at INTEGER NOT NULL
);
CREATE INDEX messages_mobile ON messages (mobile, id);

-- What a provider has to be told, written with the change that it tells about. isp_download packs
-- pending notices of one kind into a file.
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL,
  record_id INTEGER,
  kind TEXT NOT NULL,                -- results, filed, sms_verifications
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  download_id INTEGER
);
CREATE INDEX notices_pending ON notices (provider_id, id) WHERE download_id IS NULL;

CREATE TABLE downloads (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL,
  file_name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  document TEXT NOT NULL,            -- base64 of the XML (GBK bytes)
  created_at INTEGER NOT NULL,
  acked_at INTEGER
);
CREATE INDEX downloads_open ON downloads (provider_id, id) WHERE acked_at IS NULL;

-- The library of what is filed. Ids are the authority's (Ztid, Wzid, Ymid, Jrid, Ipid).
CREATE TABLE filed_entities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  record_id INTEGER NOT NULL UNIQUE,
  provider_id INTEGER NOT NULL,
  provider_entity_id INTEGER NOT NULL,
  filing_number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  certificate_type INTEGER NOT NULL,
  certificate_number TEXT NOT NULL,
  service_counter INTEGER NOT NULL,   -- suffixes given so far
  password_salt TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  password_tries INTEGER NOT NULL DEFAULT 0, -- wrong ones in a row
  password_tried_at INTEGER NOT NULL DEFAULT 0,
  first_filed INTEGER NOT NULL,
  last_changed INTEGER NOT NULL
);
CREATE UNIQUE INDEX filed_entities_certificate ON filed_entities (certificate_type, certificate_number);

CREATE TABLE filed_services (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entity_id INTEGER NOT NULL REFERENCES filed_entities (id),
  provider_service_id INTEGER NOT NULL,
  filing_number TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  first_filed INTEGER NOT NULL,
  last_changed INTEGER NOT NULL
);
CREATE INDEX filed_services_entity ON filed_services (entity_id);

CREATE TABLE filed_urls (
  service_id INTEGER NOT NULL REFERENCES filed_services (id),
  url TEXT NOT NULL,                 -- home page: host and path, lower case
  PRIMARY KEY (url, service_id)
);

CREATE TABLE filed_domains (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  service_id INTEGER NOT NULL REFERENCES filed_services (id),
  provider_domain_id INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE          -- A-labels, lower case
);
CREATE INDEX filed_domains_service ON filed_domains (service_id);

CREATE TABLE filed_accesses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  service_id INTEGER NOT NULL REFERENCES filed_services (id),
  provider_id INTEGER NOT NULL,
  provider_access_id INTEGER NOT NULL
);
CREATE INDEX filed_accesses_service ON filed_accesses (service_id);

CREATE TABLE filed_addresses (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  access_id INTEGER NOT NULL REFERENCES filed_accesses (id),
  provider_address_id INTEGER NOT NULL,
  first_address INTEGER NOT NULL,
  last_address INTEGER NOT NULL
);
CREATE INDEX filed_addresses_access ON filed_addresses (access_id);

-- Entity numbers given, per province and year.
CREATE TABLE number_counters (
  province INTEGER NOT NULL,
  year INTEGER NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (province, year)
);

CREATE TABLE blacklist (
  kind TEXT NOT NULL,                -- domain, entity
  value TEXT NOT NULL,               -- the domain, or the certificate's number
  PRIMARY KEY (kind, value)
);

-- What was changed at run time; the rest are the options of the start.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Faults to be played, for tests: the next `remaining` calls of an operation.
CREATE TABLE faults (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  operation TEXT NOT NULL,           -- isp_upload …, or * for any
  kind TEXT NOT NULL,                -- code, delay, drop_before, drop_after_commit
  code INTEGER NOT NULL,
  delay_ms INTEGER NOT NULL,
  remaining INTEGER NOT NULL
);
