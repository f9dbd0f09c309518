-- The authority link. A link's row is made when it is first configured.
CREATE TABLE authority_links (
  id TEXT NOT NULL PRIMARY KEY,
  holder TEXT NOT NULL DEFAULT '',
  lease_until INTEGER NOT NULL DEFAULT 0,
  base_sequence INTEGER,
  state TEXT NOT NULL DEFAULT 'working' CHECK (state IN ('working', 'waiting', 'blocked')),
  reason TEXT NOT NULL DEFAULT '',
  code INTEGER,
  failures INTEGER NOT NULL DEFAULT 0,
  next_attempt INTEGER NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  last_error_at INTEGER NOT NULL DEFAULT 0,
  last_ok_at INTEGER NOT NULL DEFAULT 0
);

-- Numbers for the interface (IspZtid, IspWzid, …): one row, handed out in blocks, never twice.
CREATE TABLE authority_numbers (
  name TEXT NOT NULL PRIMARY KEY,
  last INTEGER NOT NULL
);
INSERT INTO authority_numbers (name, last) VALUES ('wire_id', 0);

-- Every uploaded file, written before it is sent; the bytes are blobs. base_sequence of the link and
-- the sequences here make one gapless row of numbers: a refused file is none of them.
CREATE TABLE authority_uploads (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  link TEXT NOT NULL REFERENCES authority_links (id),
  sequence INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('built', 'sent', 'accepted', 'refused')),
  file_name TEXT NOT NULL,
  records INTEGER NOT NULL,
  xml_bytes INTEGER NOT NULL,
  xml_blob TEXT NOT NULL,
  envelope_blob TEXT NOT NULL,
  hash TEXT NOT NULL,
  encrypt_algorithm INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  refusals INTEGER NOT NULL DEFAULT 0,
  resent INTEGER NOT NULL DEFAULT 0,
  answer_code INTEGER,
  answer_text TEXT NOT NULL DEFAULT '',
  created INTEGER NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  answered INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX authority_uploads_sequence ON authority_uploads (link, sequence)
  WHERE state <> 'refused';
CREATE UNIQUE INDEX authority_uploads_one_open ON authority_uploads (link)
  WHERE state IN ('built', 'sent');

-- The records of an upload: which order is which provider_entity_id, and all other ids (JSON).
CREATE TABLE authority_upload_records (
  provider_entity_id INTEGER NOT NULL PRIMARY KEY,
  upload INTEGER NOT NULL REFERENCES authority_uploads (number),
  order_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  ids TEXT NOT NULL,
  UNIQUE (upload, order_id)
);
CREATE INDEX authority_upload_records_order ON authority_upload_records (order_id, upload);

-- Orders that cannot be written as a record, at this version; an officer sees them.
CREATE TABLE authority_held_orders (
  order_id TEXT NOT NULL PRIMARY KEY,
  link TEXT NOT NULL,
  version INTEGER NOT NULL,
  problem TEXT NOT NULL,
  since INTEGER NOT NULL,
  retry_at INTEGER NOT NULL
);

-- Every downloaded file, stored before it is acknowledged. The same file (name and content) comes
-- again when an acknowledgement was lost: digest is the SHA-256 of what was received.
CREATE TABLE authority_downloads (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  link TEXT NOT NULL REFERENCES authority_links (id),
  file_name TEXT NOT NULL,
  digest TEXT NOT NULL,
  blob TEXT NOT NULL,
  opened INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  received INTEGER NOT NULL,
  times_received INTEGER NOT NULL DEFAULT 1,
  acked INTEGER NOT NULL DEFAULT 0,
  applied INTEGER NOT NULL DEFAULT 0,
  applied_at INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER NOT NULL DEFAULT 0,
  items INTEGER NOT NULL DEFAULT 0,
  flagged INTEGER NOT NULL DEFAULT 0,
  problem TEXT NOT NULL DEFAULT '',
  UNIQUE (link, file_name, digest)
);
CREATE INDEX authority_downloads_waiting ON authority_downloads (link, applied, number);

-- What each item of a download did: the trace, also of what came too late or belongs to nobody.
-- note is sealed.
CREATE TABLE authority_results (
  download INTEGER NOT NULL REFERENCES authority_downloads (number),
  item TEXT NOT NULL,
  kind TEXT NOT NULL,
  provider_entity_id INTEGER,
  order_id TEXT NOT NULL DEFAULT '',
  effect TEXT NOT NULL CHECK (effect IN ('applied', 'noted', 'late', 'unknown', 'faulty')),
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (download, item)
);
CREATE INDEX authority_results_order ON authority_results (order_id);

-- The SMS verification of each person concerned (profile openbeian-3.1).
CREATE TABLE authority_sms (
  provider_entity_id INTEGER NOT NULL REFERENCES authority_upload_records (provider_entity_id),
  role TEXT NOT NULL,
  provider_service_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'expired')),
  wrong_inputs INTEGER NOT NULL,
  deadline TEXT NOT NULL,
  mobile_tail TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (provider_entity_id, role, provider_service_id)
);
