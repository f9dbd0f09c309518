-- Resources: what entitles to filings at this provider. Days are Beijing dates (2026-11-25).
CREATE TABLE resources (
  id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL UNIQUE,             -- the provider's own name of the instance
  account_id TEXT NOT NULL REFERENCES accounts (id),
  product TEXT NOT NULL,                      -- data/resources/products.json
  region TEXT NOT NULL,                       -- the data centre, as the provider names it
  mainland INTEGER NOT NULL,
  billing TEXT NOT NULL CHECK (billing IN ('subscription', 'pay_as_you_go')),
  from_day TEXT NOT NULL,
  until_day TEXT NOT NULL,                    -- the last day; empty: open
  addresses TEXT NOT NULL,                    -- JSON array of ranges
  quota INTEGER NOT NULL,
  taken INTEGER NOT NULL,                     -- by orders and by codes that are not void
  released INTEGER NOT NULL,                  -- the instance is gone
  version INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX resources_account ON resources (account_id, id);

-- Authorization codes (备案授权码). The code is sealed; code_index finds it.
CREATE TABLE filing_codes (
  id TEXT NOT NULL PRIMARY KEY,
  resource_id TEXT NOT NULL REFERENCES resources (id),
  code TEXT NOT NULL,
  code_index TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('unused', 'granted', 'in_filing', 'used', 'void')),
  grantee TEXT NOT NULL,                      -- account that it is granted to; empty: nobody
  order_id TEXT NOT NULL,                     -- that it stands in or was used by; or empty
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE INDEX filing_codes_resource ON filing_codes (resource_id, id);
CREATE INDEX filing_codes_grantee ON filing_codes (grantee, id);

-- What each service of an order stands on.
CREATE TABLE resource_uses (
  order_id TEXT NOT NULL,
  service INTEGER NOT NULL,                   -- its place in the order's document
  resource_id TEXT NOT NULL REFERENCES resources (id),
  code_id TEXT NOT NULL,                      -- empty: the account's own resource
  state TEXT NOT NULL CHECK (state IN ('in_filing', 'used')),
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, service)
);
CREATE INDEX resource_uses_resource ON resource_uses (resource_id);

-- Accounts to which an owner grants codes without confirming each time.
CREATE TABLE filing_code_allowed (
  owner TEXT NOT NULL REFERENCES accounts (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  created INTEGER NOT NULL,
  PRIMARY KEY (owner, account_id)
);

-- Everything that happened to a resource and its codes.
CREATE TABLE resource_events (
  resource_id TEXT NOT NULL REFERENCES resources (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,                        -- an account; or system
  event TEXT NOT NULL,
  code_id TEXT NOT NULL,                      -- or empty
  order_id TEXT NOT NULL,                     -- or empty
  account_id TEXT NOT NULL,                   -- whom a grant concerned; or empty
  PRIMARY KEY (resource_id, seq)
);
