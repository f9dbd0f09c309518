-- A record of the authority's library is looked for by the IspId of its report.
CREATE INDEX address_records_provider_id ON address_records (link, block, provider_record_id)
  WHERE provider_record_id IS NOT NULL;
