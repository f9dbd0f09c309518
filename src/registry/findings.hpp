// What the authority's checks found about filed records (HCJG): wrong entities, accesses reported
// too many or too few, shell services, dead services. A finding stays open until a later check or
// an officer settles it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

struct CheckFinding {
  std::string source;  // the authority link
  // entity_wrong, access_over_reported, access_under_reported, shell_service, dead_service
  std::string kind;
  int64_t entity_id = 0, service_id = 0, access_id = 0;  // the authority's; 0: not named
  std::string filing_number;
  std::string subject;  // domain or page; no personal data
  std::string checked;  // when, in the authority's words
  Json details;         // the finding as it came; sealed
};

struct Found {
  int64_t number = 0;
  bool known = false;      // the record is in this registry
  bool repeated = false;   // the finding was open already
  std::string account_id;  // whose record it is
};
// Opens the finding, or counts an open one that is told again. The record is looked for in the
// provinces that the authority serves.
Found put_finding(db::Tx& tx, TimePoint now, const crypto::ColumnCipher& cipher,
                  const std::vector<int64_t>& provinces, const CheckFinding& finding);
// A check that found all well: open findings of that kind about the service are settled. How many.
int64_t settle_findings(db::Tx& tx, TimePoint now, const std::string& source,
                        const std::string& kind, int64_t service_id, const std::string& reason);
// By an officer. not_found; conflict when it is settled already.
Status settle_finding(db::Tx& tx, TimePoint now, int64_t number, const std::string& account_id,
                      const std::string& reason);

struct FindingFilter {
  std::string account_id;  // whose records; empty: everybody's
  std::string kind, state;
  int64_t before = 0;  // number; 0: from the newest
  int64_t limit = 50;
};
Json findings(db::Tx& tx, const crypto::ColumnCipher& cipher, const FindingFilter& filter);

}  // namespace beian::registry
