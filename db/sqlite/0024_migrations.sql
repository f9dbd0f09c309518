-- A migration is reported in two uploads: how many of them the authority has granted.
ALTER TABLE orders ADD COLUMN parts_done INTEGER NOT NULL DEFAULT 0;

-- Whose agreement an order needs: the account that holds the website which is to leave it.
CREATE TABLE order_consents (
  order_id TEXT NOT NULL PRIMARY KEY REFERENCES orders (id),
  account_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'declined')),
  asked INTEGER NOT NULL,
  decided INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX order_consents_by_account ON order_consents (account_id, order_id);
