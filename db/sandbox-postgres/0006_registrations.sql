-- Registered domains as the sandbox's RDAP tells them. All invented.
CREATE TABLE registrations (
  domain TEXT NOT NULL PRIMARY KEY,   -- A-labels
  holder TEXT NOT NULL,               -- empty: not told
  registrar TEXT NOT NULL,
  registered_day TEXT NOT NULL,       -- 2026-01-31
  expires_day TEXT NOT NULL,
  status TEXT NOT NULL                -- JSON array
);
