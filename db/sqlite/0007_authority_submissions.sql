-- What is reported besides orders: each row is one record of an upload operation. body and outcomes
-- are sealed JSON. ready_at: its place in the queue, kept when a refused file gives it back.
CREATE TABLE authority_submissions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  link TEXT NOT NULL REFERENCES authority_links (id),
  operation TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('queued', 'held', 'reporting', 'accepted', 'done', 'refused', 'withdrawn')),
  problem TEXT NOT NULL DEFAULT '',
  retry_at INTEGER NOT NULL DEFAULT 0,
  outcomes TEXT NOT NULL DEFAULT '',
  ready_at INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX authority_submissions_waiting ON authority_submissions (link, ready_at, number)
  WHERE state IN ('queued', 'held');
CREATE INDEX authority_submissions_subject ON authority_submissions (subject_kind, subject_id);

-- A record of an upload is an order or a submission. id: of a new filing the provider_entity_id, of
-- a new access the provider_access_id, of an address or domain name the provider_record_id.
CREATE TABLE authority_upload_records_0007 (
  id INTEGER NOT NULL PRIMARY KEY,
  upload INTEGER NOT NULL REFERENCES authority_uploads (number),
  order_id TEXT NOT NULL DEFAULT '',
  submission INTEGER REFERENCES authority_submissions (number),
  account_id TEXT NOT NULL,
  ids TEXT NOT NULL
);
INSERT INTO authority_upload_records_0007 (id, upload, order_id, account_id, ids)
  SELECT provider_entity_id, upload, order_id, account_id, ids FROM authority_upload_records;
CREATE TABLE authority_sms_0007 (
  provider_entity_id INTEGER NOT NULL REFERENCES authority_upload_records_0007 (id),
  role TEXT NOT NULL,
  provider_service_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'expired')),
  wrong_inputs INTEGER NOT NULL,
  deadline TEXT NOT NULL,
  mobile_tail TEXT NOT NULL,
  updated INTEGER NOT NULL,
  PRIMARY KEY (provider_entity_id, role, provider_service_id)
);
INSERT INTO authority_sms_0007 (provider_entity_id, role, provider_service_id, state, wrong_inputs,
    deadline, mobile_tail, updated)
  SELECT provider_entity_id, role, provider_service_id, state, wrong_inputs, deadline, mobile_tail,
    updated FROM authority_sms;
DROP TABLE authority_sms;
DROP TABLE authority_upload_records;
ALTER TABLE authority_upload_records_0007 RENAME TO authority_upload_records;
ALTER TABLE authority_sms_0007 RENAME TO authority_sms;
CREATE INDEX authority_upload_records_order ON authority_upload_records (order_id, upload);
CREATE UNIQUE INDEX authority_upload_records_one_order ON authority_upload_records (upload, order_id)
  WHERE order_id <> '';
CREATE UNIQUE INDEX authority_upload_records_one_submission
  ON authority_upload_records (submission, upload) WHERE submission IS NOT NULL;

-- How the authority will name a record when it answers: scope and code (Czlx) say what was asked,
-- mark (Bs, Jlid, IspId) about what.
CREATE TABLE authority_record_marks (
  link TEXT NOT NULL,
  scope TEXT NOT NULL,
  code INTEGER NOT NULL,
  mark TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES authority_upload_records (id),
  PRIMARY KEY (link, scope, code, mark, record)
);
INSERT INTO authority_record_marks (link, scope, code, mark, record)
  SELECT u.link, 'icp/results', 1, CAST(r.id AS TEXT), r.id
  FROM authority_upload_records r JOIN authority_uploads u ON u.number = r.upload;
INSERT INTO authority_record_marks (link, scope, code, mark, record)
  SELECT link, 'icp/decisions', code, mark, record FROM authority_record_marks;

ALTER TABLE authority_results ADD COLUMN submission INTEGER;
