-- What registries told about domains (RDAP), kept for a while. document is sealed JSON: a holder may
-- be a person.
CREATE TABLE domain_registrations (
  domain TEXT NOT NULL PRIMARY KEY,
  document TEXT NOT NULL,
  asked BIGINT NOT NULL
);
