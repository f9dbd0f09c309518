-- What is filed of the entity that an order is about, as it was when the order was made: what the
-- applicant starts from, what a change is compared with, and the authority's ids. Sealed.
ALTER TABLE orders ADD COLUMN filed TEXT NOT NULL DEFAULT '';
