-- The filing numbers of an order's services, in the order of its document: a JSON array of texts,
-- null for a service that the authority has not told of yet. They come with the filed record, which
-- may bring the services of one order in parts.
ALTER TABLE orders ADD COLUMN service_numbers TEXT NOT NULL DEFAULT '';
