-- What tells a filed app, mini program or quick app apart (china::app_keys): no two have one in
-- common. And an app may share a domain with its entity's other services; two websites may not.
-- record_domains.domain holds such keys as well while a record is in process: they have a colon,
-- which no domain has.
CREATE TABLE filed_apps (
  app_key TEXT NOT NULL PRIMARY KEY,          -- android:cn.example.app
  service_id INTEGER NOT NULL REFERENCES filed_services (id)
);
CREATE INDEX filed_apps_service ON filed_apps (service_id);

CREATE TABLE filed_domains_shared (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  service_id INTEGER NOT NULL REFERENCES filed_services (id),
  provider_domain_id INTEGER NOT NULL,
  name TEXT NOT NULL,                         -- A-labels, lower case
  provider_id INTEGER NOT NULL DEFAULT 0,
  shared INTEGER NOT NULL DEFAULT 0           -- flag: the service is no website
);
INSERT INTO filed_domains_shared (id, service_id, provider_domain_id, name, provider_id)
  SELECT id, service_id, provider_domain_id, name, provider_id FROM filed_domains;
DELETE FROM sqlite_sequence WHERE name = 'filed_domains_shared';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'filed_domains_shared', seq FROM sqlite_sequence WHERE name = 'filed_domains';
DROP TABLE filed_domains;
ALTER TABLE filed_domains_shared RENAME TO filed_domains;
UPDATE filed_domains SET shared = 1
  WHERE (SELECT s.kind FROM filed_services s WHERE s.id = service_id) <> 'website';
CREATE INDEX filed_domains_service ON filed_domains (service_id);
CREATE UNIQUE INDEX filed_domains_name ON filed_domains (name) WHERE shared = 0;
CREATE UNIQUE INDEX filed_domains_of_service ON filed_domains (name, service_id);
