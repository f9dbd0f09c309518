-- Imports of files of filed records (registry/imports.hpp). One that was not finished goes on where
-- it ended: its progress is written with its records.
CREATE TABLE registry_imports (
  source TEXT NOT NULL PRIMARY KEY,           -- hash of what tells the file from others
  name TEXT NOT NULL,
  terms TEXT NOT NULL,                        -- account, provider
  next INTEGER NOT NULL,                      -- records that are done with
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  started INTEGER NOT NULL,
  finished INTEGER NOT NULL                   -- 0: there is more
);

-- Records that were not taken, until the import ends and they are written to a file.
CREATE TABLE registry_import_refused (
  source TEXT NOT NULL,
  record INTEGER NOT NULL,                    -- from 1
  line INTEGER NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,                      -- sealed
  PRIMARY KEY (source, record)
);
