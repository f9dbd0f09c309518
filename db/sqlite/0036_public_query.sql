-- Questions of the public: organisations by the beginning of their names, in the order of code
-- points, which is that of the bytes.
CREATE INDEX registry_entities_name
  ON registry_entities (display_name, province, authority_id);

-- Provinces whose library came whole from the authority, and as of when: there a name that is not
-- here is not filed; elsewhere nobody can tell.
CREATE TABLE registry_whole (
  province INTEGER NOT NULL PRIMARY KEY,
  as_of INTEGER NOT NULL
);

-- When the authority reviewed it (审核时间), in its own words; empty: not told, or recorded before.
ALTER TABLE registry_entities ADD COLUMN reviewed TEXT NOT NULL DEFAULT '';
