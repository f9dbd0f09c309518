-- Who of the provider's people saw what of an order: one row for a viewer, a thing and an hour.
-- Whose order it is may change hands later; account_id is whose it was then.
CREATE TABLE order_views (
  account_id TEXT NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (id),
  viewer_id TEXT NOT NULL,
  role TEXT NOT NULL,
  what TEXT NOT NULL,            -- order, material, list, file
  item TEXT NOT NULL,            -- of a material its purpose; or empty
  hour BIGINT NOT NULL,              -- since the epoch
  at BIGINT NOT NULL,                -- the first time in that hour
  PRIMARY KEY (order_id, viewer_id, what, item, hour)
);
CREATE INDEX order_views_by_account ON order_views (account_id, at);
