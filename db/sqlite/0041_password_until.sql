-- A password that somebody else gave: good until then, and to be changed before anything else. NULL: the
-- sign-in's own.
ALTER TABLE accounts ADD COLUMN password_until INTEGER;
