-- Imports of files of filed records (registry/imports.hpp). One that was not finished goes on where
-- it ended: its progress is written with its records.
CREATE TABLE registry_imports (
  source TEXT NOT NULL PRIMARY KEY,           -- hash of what tells the file from others
  name TEXT NOT NULL,
  terms TEXT NOT NULL,                        -- account, provider
  next BIGINT NOT NULL,                      -- records that are done with
  added BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  started BIGINT NOT NULL,
  finished BIGINT NOT NULL                   -- 0: there is more
);

-- Records that were not taken, until the import ends and they are written to a file.
CREATE TABLE registry_import_refused (
  source TEXT NOT NULL,
  record BIGINT NOT NULL,                    -- from 1
  line BIGINT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,                      -- sealed
  PRIMARY KEY (source, record)
);
