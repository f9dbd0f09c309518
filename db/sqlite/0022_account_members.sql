-- Members: sign-ins (rows of accounts) that act for one account. An account's own sign-in has a row
-- once there are others, and is its owner without one. A row outlives the membership.
CREATE TABLE account_members (
  member_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'editor', 'reader')),
  since INTEGER NOT NULL,
  removed INTEGER                   -- NULL: still a member
);
CREATE INDEX account_members_account ON account_members (account_id, member_id);

-- Whom the provider verified an account to be. Name and number are sealed.
CREATE TABLE account_identities (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
  kind TEXT NOT NULL CHECK (kind IN ('person', 'organization')),
  name TEXT NOT NULL,
  certificate_type INTEGER NOT NULL,
  certificate_number TEXT NOT NULL,
  certificate_index TEXT NOT NULL,  -- blind index of type and number
  verified INTEGER NOT NULL
);

-- Accounts that hold an entity beside registry_entities.account_id (a setting allows it). A former
-- one has given it away and does not get it back by a record that comes again.
CREATE TABLE registry_entity_accounts (
  province INTEGER NOT NULL,
  entity_id INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  former INTEGER NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (province, entity_id, account_id),
  FOREIGN KEY (province, entity_id) REFERENCES registry_entities (province, authority_id)
);
CREATE INDEX registry_entity_accounts_account ON registry_entity_accounts (account_id);
