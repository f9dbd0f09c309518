-- The last review of an order, sealed: what was judged, so that the next looks at what changed.
CREATE TABLE order_reviews (
  order_id TEXT NOT NULL PRIMARY KEY REFERENCES orders (id),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  judged TEXT NOT NULL
);

-- Reminders before an order expires: each day once for as long as it is not touched.
CREATE TABLE order_reminders (
  order_id TEXT NOT NULL REFERENCES orders (id),
  touched INTEGER NOT NULL,
  day INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (order_id, touched, day)
);

-- Reminders of an SMS verification that the applicant asked for.
CREATE TABLE authority_sms_reminders (
  order_id TEXT NOT NULL PRIMARY KEY REFERENCES orders (id),
  at INTEGER NOT NULL
);
