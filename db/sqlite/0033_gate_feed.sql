-- The change journal as gates follow it (base/chain.hpp). chain: of a change, the check over it and
-- all before it; of the journal, that of its last number. Changes up to `floor` cannot be followed
-- any more: whoever stands before it fetches the whole state.
ALTER TABLE registry_changes ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registry_journal ADD COLUMN chain INTEGER NOT NULL DEFAULT 1;
ALTER TABLE registry_journal ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE registry_journal ADD COLUMN floor_chain INTEGER NOT NULL DEFAULT 1;
UPDATE registry_journal SET floor = last_number;
