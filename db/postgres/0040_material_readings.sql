-- What a program read on a material's picture, for the reviewers' comparison; it goes with its material.
CREATE TABLE material_readings (
  material_id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL,        -- read, unreadable (no text in it), failed (the program did)
  text TEXT NOT NULL,         -- sealed; empty: none
  program TEXT NOT NULL,      -- "tesseract 5.3.0"
  read_at BIGINT NOT NULL
);
