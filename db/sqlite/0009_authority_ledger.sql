-- The ledger's trace: each sending and each word of the authority on a file, each acknowledgement,
-- and what people asked for. Rows stay when a file's bytes go. text is the authority's answer or a
-- person's reason; never anything of a record's content.
CREATE TABLE authority_traces (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  link TEXT NOT NULL REFERENCES authority_links (id),
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  upload INTEGER REFERENCES authority_uploads (number),
  download INTEGER REFERENCES authority_downloads (number),
  code INTEGER,
  text TEXT NOT NULL DEFAULT '',
  actor TEXT NOT NULL DEFAULT ''
);
CREATE INDEX authority_traces_upload ON authority_traces (upload, number);
CREATE INDEX authority_traces_download ON authority_traces (download, number);
CREATE INDEX authority_traces_link ON authority_traces (link, number);

-- resend_asked: when an officer asked that the file go out once more; 0: nobody asks.
-- bytes_removed: when its bytes were removed after the time for which they are kept; 0: still there.
ALTER TABLE authority_uploads ADD COLUMN resend_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_uploads ADD COLUMN bytes_removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_downloads ADD COLUMN bytes_removed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX authority_uploads_resend ON authority_uploads (link, sequence) WHERE resend_asked > 0;

-- Reporting and downloading each by itself (JSON); state and reason of the link are the worse of both.
ALTER TABLE authority_links ADD COLUMN legs TEXT NOT NULL DEFAULT '';

-- Filing numbers whose password the authority will not check for now (code 22).
CREATE TABLE authority_password_limits (
  link TEXT NOT NULL REFERENCES authority_links (id),
  entity_number TEXT NOT NULL,
  until INTEGER NOT NULL,
  told TEXT NOT NULL,
  PRIMARY KEY (link, entity_number)
);

-- One blob store holds materials and files: before bytes go, it is asked whether anything names them.
CREATE INDEX authority_uploads_xml_blob ON authority_uploads (xml_blob);
CREATE INDEX authority_uploads_envelope_blob ON authority_uploads (envelope_blob);
CREATE INDEX authority_downloads_blob ON authority_downloads (blob);
CREATE INDEX materials_original ON materials (original);
CREATE INDEX materials_reported ON materials (reported);
