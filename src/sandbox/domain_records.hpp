// The authority's library of domain filings (YM) of every registrar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::sandbox {

struct DomainRecord {
  int64_t id = 0, provider_id = 0, provider_record_id = 0;
  std::string name;  // domain_key
  Json model;        // as reported, without ids
  int64_t reported_at = 0, changed_at = 0;
};

std::optional<DomainRecord> find_domain(db::Tx& tx, int64_t id);
std::optional<DomainRecord> find_domain(db::Tx& tx, std::string_view name);
bool domain_reported(db::Tx& tx, int64_t provider_id, int64_t provider_record_id);
int64_t insert_domain(db::Tx& tx, const DomainRecord& record);
void update_domain(db::Tx& tx, const DomainRecord& record);  // name, model, changed_at
void delete_domain(db::Tx& tx, int64_t id);
// A provider's records after `after_id`, by id.
std::vector<DomainRecord> domain_records_of(db::Tx& tx, int64_t provider_id, int64_t after_id = 0,
                                            int64_t limit = 1000);

}  // namespace beian::sandbox
