#include "authority/apply.hpp"

#include <algorithm>

#include "orders/migrate.hpp"

namespace beian::authority {
namespace {

// Who does an event is the machine's business; here only the event is known.
orders::Actor actor_of(orders::Event event) {
  const auto rows = orders::transitions();
  const auto row = std::ranges::find(rows, event, &orders::Transition::event);
  if (row == rows.end()) throw std::logic_error("the machine has no such event");
  return row->actor;
}

bool has_field(const wire::Element& element, std::string_view field) {
  return element.field == field ||
         std::ranges::any_of(element.children,
                             [&](const wire::Element& child) { return has_field(child, field); });
}

// Anything but groups.
bool has_content(const Json& json) {
  const auto any = [](const Json& child) { return has_content(child); };
  if (json.is_array()) return std::ranges::any_of(json.items(), any);
  if (json.is_object())
    return std::ranges::any_of(json.members(), [&](const auto& m) { return any(m.second); });
  return !json.is_null();
}

}  // namespace

std::vector<int64_t> provinces_of(const LinkConfig& link) {
  constexpr int64_t kPerProvince = 10'000;
  std::vector<int64_t> out;
  for (const int64_t code : link.provinces) out.push_back(code / kPerProvince * kPerProvince);
  return out;
}

bool tells_sms(const wire::Profile& profile) {
  return has_field(profile.document("DownloadData"), "sms_verifications");
}

bool tells_apps(const wire::Profile& profile) {
  return has_field(profile.document("UploadData"), "app");
}

Json finding(const std::string& field, const std::string& text, std::optional<int> code) {
  Json out = Json::object();
  out.set("field", field);
  out.set("verdict", "reject");
  out.set("text", text);
  if (code) out.set("code", *code);
  return out;
}

void Applier::apply(const Json& document) {
  const Json& icp = document["icp"];
  // In the order in which things happen: the record is taken, persons verify, it is refused or
  // granted. So a file that tells several of these leaves an order where it belongs.
  sms(icp["sms_verifications"]);
  records(icp["results"]["records"]);
  decisions(icp["results"]["decisions"]);
  filed(icp["filed"]);
  cancelled(icp["cancelled"]);
  blacklist(icp["blacklist"]);
  illegal_accesses(icp["illegal_accesses"]);
  unfiled_sites(icp["unfiled_sites"]);
  verification_tasks(icp["verification_tasks"]);
  check_results(icp["check_results"]);
  notices(icp["notices"]);
  address_results(document["ip"]["results"]);
  address_checks(document["ip"]["check_results"]);
  codes(document["base_codes"]);
  settle(icp["filed"]);
  domain_names(document["domain_names"]["results"]);
  // Blocks may be empty (the schema allows it): nothing to do is no fault.
  if (items_ == 0 && has_content(document))
    told("", "document", "unknown", "文件中没有本系统能处理的内容");
  else if (items_ == 0)
    told("", "document", "noted", "文件中没有数据");
}

std::optional<ledger::UploadRecord> Applier::record_of(std::optional<int64_t> provider_entity_id) {
  if (!provider_entity_id) return std::nullopt;
  auto record = ledger::find_record(tx_, *provider_entity_id);
  if (!record) return std::nullopt;
  // Another province's authority may pass on records of other providers with their own numbers.
  const auto upload = ledger::find_upload(tx_, record->upload);
  if (!upload || upload->link != link_.id) return std::nullopt;
  return record;
}

void Applier::note(const ledger::UploadRecord& record, const std::string& reason,
                   const Json& details) {
  const orders::Cause cause{orders::Actor::authority, {}, reason, details};
  // An order that is gone leaves its trace in authority_results alone.
  static_cast<void>(orders_.note(tx_, now_, record.order_id, cause));
}

std::string Applier::move(const ledger::UploadRecord& record, orders::Event event,
                          const std::string& reason, const Json& details) {
  // A result for an older record of the order must not touch what was reported after it; only a
  // grant is a fact whichever record it is about.
  const bool granted = event == orders::Event::approve || event == orders::Event::next_part;
  if (granted || ledger::is_newest(tx_, record)) {
    const orders::Cause cause{actor_of(event), {}, reason, details};
    if (orders_.apply(tx_, now_, record.order_id, event, cause)) return "applied";
  }
  note(record, reason + "（到达时订单已不在相应状态，仅作记录）", details);
  return "late";
}

std::string Applier::refuse(const ledger::UploadRecord& record, orders::Event event,
                            const std::string& reason, const Json& findings) {
  Json told = findings;
  // Of two uploads one may stand: whoever reads of a refusal must read what that leaves.
  if (const auto order = orders_.load(tx_, record.order_id); order && orders::kind_of(*order).moves)
    told.push(finding("", orders::refusal_words(*order)));
  Json details = Json::object();
  details.set("findings", told);
  const auto effect = move(record, event, reason, details);
  if (effect == "applied") orders_.set_findings(tx_, record.order_id, told);
  return effect;
}

void Applier::result(const std::string& item, const std::string& kind,
                     std::optional<int64_t> provider_entity_id, const ledger::UploadRecord* record,
                     const std::string& effect, const std::string& note) {
  ++items_;
  if (effect == "unknown" || effect == "faulty") ++flagged_;
  ledger::ResultRow row;
  row.download = download_;
  row.item = item;
  row.kind = kind;
  row.provider_entity_id = provider_entity_id;
  if (record) row.order_id = record->order_id, row.submission = record->submission;
  row.effect = effect;
  row.note = note;
  row.at = to_ms(now_);
  ledger::insert_result(tx_, cipher_, row);
}

}  // namespace beian::authority
