// What the library says to a record of an IP filing.
#include <algorithm>

#include "china/ip.hpp"
#include "sandbox/judge_ip.hpp"

namespace beian::sandbox {
namespace {

struct Claims {
  db::Tx& tx;
  const IpClaim& claim;
  std::vector<IpOutcome> found;

  int64_t from() const { return claim.record["from"].as_int(); }
  int64_t to() const { return claim.record["to"].as_int(); }
  int64_t number(std::string_view field) const { return claim.record[field].as_int(); }
  void say(int code, std::string_view where = {}, std::vector<AddressRecord> about = {}) {
    found.push_back({outcome(code, where), std::move(about)});
  }
  // Records of the kind over the range, but for the claim's own.
  std::vector<AddressRecord> over(AddressKind kind) const {
    auto all = addresses_over(tx, kind, from(), to());
    if (kind == claim.kind && claim.id)
      std::erase_if(all, [&](const auto& record) { return record.id == *claim.id; });
    return all;
  }
};

constexpr size_t kMostAbout = 20;  // Xgsj of one outcome

void say_conflicts(Claims& claims, std::vector<AddressRecord> others) {
  if (others.empty()) return;
  if (others.size() > kMostAbout) others.resize(kMostAbout);
  claims.say(2056, {}, std::move(others));
}

// The provider's own records of the kind: the same range again, or one that cuts it.
void check_own(Claims& claims, int code_of_same, std::vector<AddressRecord>& conflicts) {
  for (auto& other : claims.over(claims.claim.kind)) {
    if (other.provider_id != claims.claim.provider_id) continue;
    if (other.same_range(claims.from(), claims.to()))
      claims.say(code_of_same, {}, {other});
    else
      conflicts.push_back(std::move(other));
  }
}

void check_source(Claims& claims) {
  const int64_t unit = claims.number("source_unit"), self = claims.claim.provider_id;
  if (unit == self)
    claims.say(2052);
  else if (!unit_exists(claims.tx, unit))
    claims.say(2029, std::to_string(unit));
  std::vector<AddressRecord> conflicts;
  check_own(claims, 2003, conflicts);
  for (auto& other : claims.over(AddressKind::source)) {
    if (other.provider_id != self &&
        !in_one_line(claims.tx, self, unit, other.provider_id, {claims.from(), claims.to()}))
      conflicts.push_back(std::move(other));
  }
  for (auto& other : claims.over(AddressKind::own_address))
    if (other.provider_id == self) conflicts.push_back(std::move(other));
  say_conflicts(claims, std::move(conflicts));
}

std::string text_of(const std::vector<Range>& ranges) {
  const auto from = china::ip_from_number(ranges.front().first);
  const auto to = china::ip_from_number(ranges.front().second);
  if (!from || !to) return {};
  return china::IpRange{*from, *to}.text() + (ranges.size() > 1 ? " 等" : "");
}

void check_assignment(Claims& claims) {
  const int64_t self = claims.claim.provider_id;
  const auto without =
      unreported(claims.tx, self, AddressKind::source, {claims.from(), claims.to()});
  if (!without.empty()) claims.say(2005, text_of(without));
  const bool onwards = claims.number("use") == kAssignedOnwards;
  if (const int64_t to = claims.number("assigned_to"); onwards && to != 0) {
    if (to == self)
      claims.say(2050);
    else if (!unit_exists(claims.tx, to))
      claims.say(2048, std::to_string(to));
  }
  std::vector<AddressRecord> conflicts;
  check_own(claims, 2003, conflicts);
  // Who gave a range onwards and who uses it may both report it.
  for (auto& other : claims.over(AddressKind::assignment)) {
    const bool other_onwards = other.model["use"].as_int() == kAssignedOnwards;
    if (other.provider_id != self && !onwards && !other_onwards)
      conflicts.push_back(std::move(other));
  }
  say_conflicts(claims, std::move(conflicts));
}

void check_broadcast(Claims& claims) {
  const int64_t by = claims.number("broadcast_unit"), asked = claims.number("applicant_unit");
  if (!is_carrier(claims.tx, by)) claims.say(2017, std::to_string(by));
  if (!unit_exists(claims.tx, asked)) claims.say(2018, std::to_string(asked));
  if (by != claims.claim.provider_id && asked != claims.claim.provider_id) claims.say(2051);
  for (auto& other : claims.over(AddressKind::broadcast)) {
    if (other.model["broadcast_unit"].as_int() == by &&
        other.same_range(claims.from(), claims.to()))
      claims.say(2004, {}, {other});
  }
}

void check_own_address(Claims& claims) {
  const int64_t self = claims.claim.provider_id, unit = claims.number("source_id");
  if (unit != 0 && unit == self)
    claims.say(2052);
  else if (unit != 0 && !unit_exists(claims.tx, unit))
    claims.say(2001, std::to_string(unit));
  std::vector<AddressRecord> conflicts;
  check_own(claims, 2003, conflicts);
  for (auto& other : claims.over(AddressKind::own_address))
    if (other.provider_id != self) conflicts.push_back(std::move(other));
  // Who reports the addresses as its own source must be whom they come from.
  for (auto& other : claims.over(AddressKind::source))
    if (other.provider_id == self || other.provider_id != unit)
      conflicts.push_back(std::move(other));
  say_conflicts(claims, std::move(conflicts));
}

}  // namespace

std::vector<IpOutcome> ip_conflicts(db::Tx& tx, const IpClaim& claim) {
  Claims claims{tx, claim, {}};
  switch (claim.kind) {
    case AddressKind::source:
      check_source(claims);
      break;
    case AddressKind::assignment:
      check_assignment(claims);
      break;
    case AddressKind::broadcast:
      check_broadcast(claims);
      break;
    case AddressKind::own_address:
      check_own_address(claims);
      break;
  }
  return std::move(claims.found);
}

}  // namespace beian::sandbox
