// What an authority finds wrong with a record of an IP filing: codes 2001 to 2056, several at once.
// inspect_…: what the record shows by itself. ip_conflicts: what the library says to it.
// Which codes nothing can decide here, and why: tests/golden/sandbox/judge_codes_ip_ym.json.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "platform/db/db.hpp"
#include "sandbox/address_records.hpp"
#include "sandbox/judge.hpp"

namespace beian::sandbox {

Outcomes inspect_source(const Json& record, const Circumstances& circumstances);
Outcomes inspect_assignment(const Json& record, const Circumstances& circumstances);
Outcomes inspect_broadcast(const Json& record, const Circumstances& circumstances);
Outcomes inspect_own_address(const Json& record, const Circumstances& circumstances);
Outcomes inspect_deletion(const Json& record, const Circumstances& circumstances);  // nothing

// An outcome with the records that it is about (Xgsj).
struct IpOutcome {
  Outcome outcome;
  std::vector<AddressRecord> about;
};

// A new record, or what an own one is to become; `id` is then its own id, which is in nobody's way.
struct IpClaim {
  AddressKind kind = AddressKind::source;
  int64_t provider_id = 0;
  std::optional<int64_t> id;
  const Json& record;
};
std::vector<IpOutcome> ip_conflicts(db::Tx& tx, const IpClaim& claim);

}  // namespace beian::sandbox
