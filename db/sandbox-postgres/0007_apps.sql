-- What tells a filed app, mini program or quick app apart (china::app_keys): no two have one in
-- common. And an app may share a domain with its entity's other services; two websites may not.
-- record_domains.domain holds such keys as well while a record is in process: they have a colon,
-- which no domain has.
CREATE TABLE filed_apps (
  app_key TEXT NOT NULL PRIMARY KEY,          -- android:cn.example.app
  service_id BIGINT NOT NULL REFERENCES filed_services (id)
);
CREATE INDEX filed_apps_service ON filed_apps (service_id);

ALTER TABLE filed_domains ADD COLUMN shared BIGINT NOT NULL DEFAULT 0;  -- flag: the service is no website
ALTER TABLE filed_domains DROP CONSTRAINT filed_domains_name_key;
UPDATE filed_domains SET shared = 1
  WHERE (SELECT s.kind FROM filed_services s WHERE s.id = service_id) <> 'website';
CREATE UNIQUE INDEX filed_domains_name ON filed_domains (name) WHERE shared = 0;
CREATE UNIQUE INDEX filed_domains_of_service ON filed_domains (name, service_id);
