-- What was told of a certificate that ends: each mark once for as long as its day stays the same.
CREATE TABLE certificate_reminders (
  province BIGINT NOT NULL,
  entity_id BIGINT NOT NULL,
  whose TEXT NOT NULL,                -- "entity", or "person": one in charge
  until_day TEXT NOT NULL,            -- "2027-01-31"
  mark BIGINT NOT NULL,               -- days before it ends; 0: it has ended
  at BIGINT NOT NULL,
  PRIMARY KEY (province, entity_id, whose, until_day, mark)
);

-- The orders about one entity of an account that has many.
CREATE INDEX orders_by_number ON orders (account_id, filing_number, id);
