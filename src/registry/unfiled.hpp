// Sites that this provider's own logs show although they may not be served here. A site is open
// until an officer decides; it opens again when it is seen after the time that the decision gave
// it. What the authority lists as unfiled is a task (authority/task.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "platform/db/db.hpp"

namespace beian::registry {

// What a report says of a domain. Times at the epoch: the logs had none.
struct UnfiledSite {
  static constexpr size_t kMostHosts = 20, kMostAddresses = 16;
  std::string domain;
  std::string reason;         // of the gate: not_filed, cancelled, elsewhere, …
  std::string filing_number;  // of a filing that holds no longer
  std::string source;         // web, dns (asked for, perhaps served elsewhere), web+dns
  int64_t hosts = 0, requests = 0;
  TimePoint first{}, last{};
  std::vector<std::pair<std::string, int64_t>> most_asked;  // hosts with their requests
  std::vector<std::string> addresses;                       // of our servers
};

// Those of the gate for which a site is unfiled.
bool is_unfiled_reason(std::string_view reason);

enum class Put { opened, again, updated, unchanged };
// opened: it was not known. again: it was handled, and seen after that. The same report twice
// changes nothing. Requests of reports whose times do not overlap are added up; of others the
// greater number counts, so what is told is never too much.
Put put_unfiled_site(db::Tx& tx, TimePoint now, const UnfiledSite& site);

// stopped (served no longer), filing (its operator was told to file), not_ours, exempt.
bool is_unfiled_decision(std::string_view decision);
struct UnfiledDecision {
  std::string decision, note, account_id;
  // Seen after it, the site is open again. Without one: stopped, now; not_ours and exempt, never.
  std::optional<TimePoint> until;
};
// By an officer; a handled one may be decided anew. not_found; code_unknown at /decision; required
// at /until for `filing`; out_of_range there when it is past.
Status handle_unfiled_site(db::Tx& tx, TimePoint now, int64_t number,
                           const UnfiledDecision& decision);

struct UnfiledFilter {
  std::string state, source;
  std::string domain;  // or any host of it
  int64_t before = 0;  // number; 0: from the newest
  int64_t limit = 50;
};
Json unfiled_sites(db::Tx& tx, const UnfiledFilter& filter);
// That of a host, as people write one; null when our logs know nothing of it.
Json unfiled_site_of(db::Tx& tx, std::string_view host);

}  // namespace beian::registry
