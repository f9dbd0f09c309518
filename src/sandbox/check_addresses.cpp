#include "sandbox/check_addresses.hpp"

#include <functional>

#include "sandbox/address_records.hpp"
#include "sandbox/store.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kSource = 1, kAssignment = 2;  // Yjlx, Ctlx, Wblx

struct Findings {
  Json out_of_range = Json::array(), overlaps = Json::array(), unreported = Json::array();
};

void each(db::Tx& tx, int64_t provider_id, AddressKind kind,
          const std::function<void(const AddressRecord&)>& work) {
  int64_t after = 0;
  for (;;) {
    const auto page = addresses_of(tx, provider_id, kind, after);
    if (page.empty()) return;
    for (const auto& record : page) work(record);
    after = page.back().id;
  }
}

void out_of_range(Findings& findings, const AddressRecord& record, int64_t kind,
                  const std::vector<Range>& gaps) {
  for (const auto& [from, to] : gaps)
    findings.out_of_range.push(Json::object({{"record_id", record.id},
                                             {"from", record.from},
                                             {"to", record.to},
                                             {"kind", kind},
                                             {"excess_from", from},
                                             {"excess_to", to}}));
}

void overlap(Findings& findings, const AddressRecord& own, const AddressRecord& other,
             int64_t kind) {
  findings.overlaps.push(Json::object({{"record_id", own.id},
                                       {"own_from", own.from},
                                       {"own_to", own.to},
                                       {"other_unit", other.provider_id},
                                       {"other_from", other.from},
                                       {"other_to", other.to},
                                       {"kind", kind}}));
}

void unreported_ranges(Findings& findings, const std::vector<Range>& gaps, int64_t kind,
                       int64_t source_unit, const char* remark = nullptr) {
  for (const auto& [from, to] : gaps) {
    Json item = Json::object({{"from", from}, {"to", to}});
    if (source_unit != 0) item.set("source_unit", source_unit);
    item.set("kind", kind);
    if (remark != nullptr) item.set("remark", remark);
    findings.unreported.push(std::move(item));
  }
}

// What the unit gave onwards to the provider within the range.
std::vector<Range> given(db::Tx& tx, int64_t unit, int64_t provider_id, Range range) {
  std::vector<Range> parts;
  for (const auto& record : addresses_over(tx, AddressKind::assignment, range.first, range.second))
    if (record.provider_id == unit && record.model["use"].as_int() == kAssignedOnwards &&
        record.model["assigned_to"].as_int() == provider_id)
      parts.emplace_back(record.from, record.to);
  return parts;
}

void check_source(db::Tx& tx, const AddressRecord& source, Findings& findings) {
  const Range range{source.from, source.to};
  const int64_t unit = source.model["source_unit"].as_int();
  // Units without an account do not report here what they give.
  if (find_provider(tx, unit))
    out_of_range(findings, source, kSource,
                 gaps_in(range, given(tx, unit, source.provider_id, range)));
  for (const auto& other : addresses_over(tx, AddressKind::source, source.from, source.to))
    if (other.provider_id != source.provider_id &&
        !in_one_line(tx, source.provider_id, unit, other.provider_id, range))
      overlap(findings, source, other, kSource);
  unreported_ranges(findings, unreported(tx, source.provider_id, AddressKind::assignment, range),
                    kAssignment, unit);
}

void check_assignment(db::Tx& tx, const AddressRecord& own, Findings& findings) {
  out_of_range(findings, own, kAssignment,
               unreported(tx, own.provider_id, AddressKind::source, {own.from, own.to}));
  if (own.model["use"].as_int() == kAssignedOnwards) return;
  for (const auto& other : addresses_over(tx, AddressKind::assignment, own.from, own.to))
    if (other.provider_id != own.provider_id && other.model["use"].as_int() != kAssignedOnwards)
      overlap(findings, own, other, kAssignment);
}

// Given to the provider by others.
void check_received(db::Tx& tx, int64_t provider_id, Findings& findings) {
  for (const auto& giver : all_providers(tx)) {
    const int64_t unit = giver.account.provider_id;
    if (unit == provider_id) continue;
    each(tx, unit, AddressKind::assignment, [&](const AddressRecord& record) {
      if (record.model["use"].as_int() == kAssignedOnwards &&
          record.model["assigned_to"].as_int() == provider_id)
        unreported_ranges(
            findings, unreported(tx, provider_id, AddressKind::source, {record.from, record.to}),
            kSource, unit);
    });
  }
}

// Addresses that filed websites are served from.
void check_accesses(db::Tx& tx, int64_t provider_id, Findings& findings) {
  for (const auto& row :
       tx.query("SELECT DISTINCT a.first_address, a.last_address FROM filed_addresses a"
                " JOIN filed_accesses x ON x.id = a.access_id WHERE x.provider_id = :provider"
                " ORDER BY a.first_address, a.last_address",
                {{"provider", provider_id}})) {
    const Range range{row.i64("first_address"), row.i64("last_address")};
    auto gaps = unreported(tx, provider_id, AddressKind::assignment, range);
    for (const auto& gap : gaps)
      unreported_ranges(findings, unreported(tx, provider_id, AddressKind::own_address, gap),
                        kAssignment, 0, "ICP备案接入使用");
  }
}

}  // namespace

Json check_addresses(db::Tx& tx, int64_t provider_id) {
  Findings findings;
  each(tx, provider_id, AddressKind::source,
       [&](const AddressRecord& record) { check_source(tx, record, findings); });
  each(tx, provider_id, AddressKind::assignment,
       [&](const AddressRecord& record) { check_assignment(tx, record, findings); });
  check_received(tx, provider_id, findings);
  check_accesses(tx, provider_id, findings);
  return Json::object({{"out_of_range", std::move(findings.out_of_range)},
                       {"overlaps", std::move(findings.overlaps)},
                       {"unreported", std::move(findings.unreported)}});
}

}  // namespace beian::sandbox
