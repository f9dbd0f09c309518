-- What a sign-in has put away for good (a notice of the portal), on whatever device.
CREATE TABLE account_dismissed (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  dismissed_key TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account_id, dismissed_key)
);
