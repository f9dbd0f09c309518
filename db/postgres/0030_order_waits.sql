-- How long orders stood in each of their states, written when an order has come to its end: from
-- here applicants are told the usual waiting time. No personal data.
CREATE TABLE order_waits (
  order_id TEXT NOT NULL REFERENCES orders (id),
  seq BIGINT NOT NULL,               -- of the event that began it
  province BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  began BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  acted BIGINT NOT NULL,             -- 0: the applicant himself ended it (took the order back)
  completed BIGINT,                  -- when the order was completed; NULL: it was given up
  PRIMARY KEY (order_id, seq)
);
CREATE INDEX order_waits_alike ON order_waits (province, kind, state, ended);
CREATE INDEX order_waits_ended ON order_waits (ended);
