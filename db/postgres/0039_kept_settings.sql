-- Settings that administrators keep here; the settings file, the environment and the command line win.
CREATE TABLE kept_settings (
  name TEXT NOT NULL PRIMARY KEY,  -- "orders.expiry_days"
  value TEXT NOT NULL,             -- as on a command line
  account_id TEXT NOT NULL,        -- who changed it last
  changed BIGINT NOT NULL
);
