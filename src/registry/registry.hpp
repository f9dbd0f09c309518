// What is filed: the provider's mirror of the authority's library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// One filed record as the authority publishes it (wire model of BASJ's Baxx: {"entity": {...},
// "services": [...]}, see data/wire/miit-3.0.json). Inserts or replaces by the authority's ids, in
// the caller's transaction; the same record twice changes nothing. `account_id` may be empty
// (found by synchronisation). Appends to the change journal of the domains concerned.
struct Recorded {
  std::string entity_number;                 // 粤ICP备2026000001号
  std::vector<std::string> service_numbers;  // …号-1
  std::vector<std::string> domains;
};
Result<Recorded> record(db::Tx& tx, TimePoint now, const std::string& account_id,
                        int64_t own_provider_id, const Json& filed);

struct FiledDomain {
  std::string domain, service_number, entity_number, service_name, entity_name;
  bool access_here = false;
};
std::optional<FiledDomain> find_domain(db::Tx& tx, const std::string& independent_domain);
// An entity by certificate (type code and number); its number when filed here.
std::optional<std::string> find_entity(db::Tx& tx, int64_t certificate_type,
                                       const std::string& certificate_number);

// May this host be served here? Reasons of the design: "allow"; "deny" with not_filed,
// no_access_here, cancelled, bad_host.
struct AccessAnswer {
  bool allow = false;
  std::string answer;  // allow, deny
  std::string reason;  // filed, not_filed, no_access_here, bad_host, …
  std::string domain;  // the independent domain that decided
  std::string filing_number;
};
AccessAnswer access(db::Tx& tx, const std::string& host);

}  // namespace beian::registry
