-- The acknowledgement of a download may be lost while the authority has taken it: then the file never
-- comes again. It is sent once more, with growing pauses. ack_tries: how often; ack_retry_at: not
-- before; ack_given_up: when it was given up, 0: not.
ALTER TABLE authority_downloads ADD COLUMN ack_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_downloads ADD COLUMN ack_retry_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE authority_downloads ADD COLUMN ack_given_up INTEGER NOT NULL DEFAULT 0;
CREATE INDEX authority_downloads_unacknowledged ON authority_downloads (link, number)
  WHERE acked = 0;
