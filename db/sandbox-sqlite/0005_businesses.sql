-- What an account may report: blocks of UploadData, with commas. Anything else is 5009.
ALTER TABLE providers ADD COLUMN businesses TEXT NOT NULL DEFAULT 'icp,ip,domain_names';
