-- Who reviews an order now, so that no two reviewers read the same one. It counts while the order is
-- as it was then (orders.updated): a decision, a withdrawal or a new submission ends it.
CREATE TABLE review_takes (
  order_id TEXT NOT NULL PRIMARY KEY REFERENCES orders (id),
  reviewer_id TEXT NOT NULL,
  updated BIGINT NOT NULL,           -- of the order, when it was taken
  at BIGINT NOT NULL
);
CREATE INDEX review_takes_by_reviewer ON review_takes (reviewer_id);

-- Calls of the phone verification (电话核验).
CREATE TABLE review_calls (
  id TEXT NOT NULL PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (id),
  reviewer_id TEXT NOT NULL,
  result TEXT NOT NULL,               -- reached, not_reached, wrong_number, refused
  document TEXT NOT NULL,             -- sealed JSON: whom, the number's tail, what was said
  at BIGINT NOT NULL
);
CREATE INDEX review_calls_by_order ON review_calls (order_id, at);
CREATE INDEX review_calls_by_time ON review_calls (at);

-- What reviewers decided, by time.
CREATE INDEX order_events_of_reviewers ON order_events (at) WHERE actor = 'reviewer';
