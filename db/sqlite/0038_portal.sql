-- The province of an order, for the reviewers' queue; it stands in the sealed document as well. NULL:
-- kept before this column, the document tells it; 0: not given yet. No index of its own: a queue
-- goes by state, and its filters look at few columns of each row.
ALTER TABLE orders ADD COLUMN province INTEGER;

-- What administrators announce to everybody.
CREATE TABLE announcements (
  id TEXT NOT NULL PRIMARY KEY,       -- named by who wrote it
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  title_en TEXT NOT NULL DEFAULT '',  -- empty: the Chinese one is shown
  text_en TEXT NOT NULL DEFAULT '',
  since_day TEXT NOT NULL,            -- Beijing days, both counted; until empty: without end
  until_day TEXT NOT NULL DEFAULT '',
  account_id TEXT NOT NULL,           -- who wrote it last
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);

-- Findings that the provider's reviewers write often, beside those that the program brings.
CREATE TABLE review_reasons (
  id TEXT NOT NULL PRIMARY KEY,
  place TEXT NOT NULL,                -- kind of field: src/orders/reasons.hpp
  text TEXT NOT NULL,
  account_id TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
);

-- The member who sent a batch, or let it go on last; empty: kept before this column.
ALTER TABLE batches ADD COLUMN actor_id TEXT NOT NULL DEFAULT '';
