-- Every ICP operation, not only new filings; the library keeps what later documents are made of.

ALTER TABLE records ADD COLUMN operation TEXT NOT NULL DEFAULT 'new_filing'; -- operations.hpp
ALTER TABLE records ADD COLUMN czlx INTEGER NOT NULL DEFAULT 1;              -- Czlx, 35 included
ALTER TABLE records ADD COLUMN mark TEXT NOT NULL DEFAULT '';                -- Bs
ALTER TABLE records ADD COLUMN decision_ids TEXT NOT NULL DEFAULT '[]';      -- Gjsh/Jlid, one each
UPDATE records SET mark = CAST(provider_entity_id AS TEXT),
  decision_ids = '[' || provider_entity_id || ']';

-- What an open record is about; deleted when it is closed. Kinds: entity, service, access
-- (authority ids), isp_service, isp_access (the provider's own ids).
CREATE TABLE record_targets (
  record_id INTEGER NOT NULL REFERENCES records (id),
  kind TEXT NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (kind, target, record_id)
);
CREATE INDEX record_targets_record ON record_targets (record_id);

-- model: the fields as reported that no column holds, in the words of wire/. Cancelled rows stay,
-- so that their numbers are known; what hung on them (domains, accesses) goes.
-- password_hash is of the password's MD5 in hex from now on: that is what an ICPmm holds.
ALTER TABLE filed_entities ADD COLUMN model TEXT NOT NULL DEFAULT '{}';
ALTER TABLE filed_entities ADD COLUMN cancelled_at INTEGER;
DROP INDEX filed_entities_certificate;
CREATE UNIQUE INDEX filed_entities_certificate ON filed_entities (certificate_type, certificate_number)
  WHERE cancelled_at IS NULL;

ALTER TABLE filed_services ADD COLUMN provider_id INTEGER NOT NULL DEFAULT 0; -- who reported it
ALTER TABLE filed_services ADD COLUMN kind TEXT NOT NULL DEFAULT 'website';   -- china::ServiceKind
ALTER TABLE filed_services ADD COLUMN model TEXT NOT NULL DEFAULT '{}';
ALTER TABLE filed_services ADD COLUMN cancelled_at INTEGER;
ALTER TABLE filed_domains ADD COLUMN provider_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE filed_accesses ADD COLUMN model TEXT NOT NULL DEFAULT '{}';
CREATE INDEX filed_accesses_provider ON filed_accesses (provider_id, provider_access_id);
CREATE INDEX filed_services_provider ON filed_services (provider_id, provider_service_id);

UPDATE filed_entities SET model = COALESCE(
  (SELECT json_extract(r.model, '$.entity') FROM records r WHERE r.id = record_id), '{}');
UPDATE filed_services SET
  provider_id = (SELECT e.provider_id FROM filed_entities e WHERE e.id = entity_id),
  model = COALESCE((SELECT json_remove(s.value, '$.domains', '$.accesses')
    FROM filed_entities e JOIN records r ON r.id = e.record_id, json_each(r.model, '$.services') s
    WHERE e.id = entity_id
      AND json_extract(s.value, '$.provider_service_id') = provider_service_id), '{}');
UPDATE filed_domains SET
  provider_id = (SELECT s.provider_id FROM filed_services s WHERE s.id = service_id);
UPDATE filed_accesses SET model = COALESCE(
  (SELECT json_remove(a.value, '$.addresses')
    FROM filed_services f JOIN filed_entities e ON e.id = f.entity_id
      JOIN records r ON r.id = e.record_id,
      json_each(r.model, '$.services') s, json_each(s.value, '$.accesses') a
    WHERE f.id = service_id
      AND json_extract(a.value, '$.provider_access_id') = provider_access_id), '{}');

-- What a provider was asked and has to answer: HSRW (answer HSJG), WBAWZLB (answer WBACLJG).
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  provider_id INTEGER NOT NULL,
  kind TEXT NOT NULL,              -- verification, unfiled_site
  subject TEXT NOT NULL,           -- the entity's id (Ztid); "domain address" of the unfiled site
  opened_at INTEGER NOT NULL,
  answer TEXT NOT NULL DEFAULT '', -- JSON, once answered
  answered_at INTEGER
);
CREATE INDEX tasks_subject ON tasks (provider_id, kind, subject);
