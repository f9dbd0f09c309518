-- Filed services that are no websites: apps, mini programs, quick apps.

ALTER TABLE registry_services ADD COLUMN kind TEXT NOT NULL DEFAULT 'website';  -- china::ServiceKind
ALTER TABLE registry_services ADD COLUMN reported_here INTEGER NOT NULL DEFAULT 0;  -- flag
CREATE INDEX registry_services_app_name ON registry_services (name) WHERE kind <> 'website';

-- What tells such a service apart (china::app_keys). Rows of a cancelled service stay.
CREATE TABLE registry_apps (
  province INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  app_key TEXT NOT NULL,                      -- android:cn.example.app
  PRIMARY KEY (province, service_id, app_key),
  FOREIGN KEY (province, service_id) REFERENCES registry_services (province, authority_id)
);
CREATE INDEX registry_apps_key ON registry_apps (app_key);
