-- A library of the authority comes in one file or in several (a series, named by its first download).
-- closed: when it was decided whether all of it has come, 0: not yet; whole: it has, so that what the
-- authority did not name is told, at the last file. authority_sync_seen is kept by series until then.
ALTER TABLE authority_syncs ADD COLUMN series INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_syncs ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_syncs ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;
UPDATE authority_syncs SET series = download, closed = finished,
  whole = CASE WHEN finished > 0 THEN 1 ELSE 0 END;
CREATE INDEX authority_syncs_series ON authority_syncs (series);
CREATE INDEX authority_syncs_open ON authority_syncs (kind) WHERE closed = 0;
