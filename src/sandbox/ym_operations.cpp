// Domain filings of registrars: decided at once, by data alone, and answered (YM BAJG).
#include <array>

#include "base/text.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/judge_ym.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/operations.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kAdd = 1, kReplace = 2, kDelete = 3;  // Czlx

void answer(db::Tx& tx, int64_t provider_id, int64_t operation, const Outcomes& outcomes,
            int64_t id, int64_t provider_record_id, std::string_view remark, int64_t now) {
  Json list = Json::array();
  for (const auto& one : outcomes)
    list.push(Json::object({{"text", one.text}, {"code", one.code}}));
  Json result = Json::object({{"outcomes", std::move(list)}});
  if (id != 0) result.set("id", id);
  result.set("operation", operation);
  if (provider_record_id != 0) result.set("provider_record_id", provider_record_id);
  if (!remark.empty()) result.set("remark", remark);
  notify(tx, provider_id, 0, NoticeKind::domain_results, result, now);
}

DomainRecord record_of(const Arrival& arrival) {
  DomainRecord record;
  record.provider_id = arrival.provider.account.provider_id;
  record.provider_record_id = arrival.record["provider_record_id"].as_int();
  record.name = domain_key(arrival.record["name"].as_string());
  record.model = arrival.record;
  record.model.erase("id");
  record.model.erase("provider_record_id");
  record.reported_at = record.changed_at = arrival.now;
  return record;
}

void enter_new(db::Tx& tx, const Arrival& arrival) {
  DomainRecord record = record_of(arrival);
  Outcomes said = arrival.inspected;
  for (auto& one : domain_conflicts(tx, arrival.record, record.provider_id, std::nullopt))
    said.push_back(std::move(one));
  if (domain_reported(tx, record.provider_id, record.provider_record_id))
    said.push_back(outcome(3999, "记录标识已使用"));
  int64_t id = 0;
  if (said.empty()) {
    id = insert_domain(tx, record);
    said.push_back(outcome(3998));
  }
  answer(tx, record.provider_id, kAdd, said, id, record.provider_record_id, {}, arrival.now);
}

// By the authority's id or, in a deletion, by name.
std::optional<DomainRecord> own_record(db::Tx& tx, const Arrival& arrival, Outcomes& said) {
  const Json* id = arrival.record.find("id");
  auto record = id != nullptr ? find_domain(tx, id->as_int())
                              : find_domain(tx, domain_key(arrival.record["name"].as_string()));
  if (!record) {
    said.push_back(outcome(3999, "没有这条域名备案"));
  } else if (record->provider_id != arrival.provider.account.provider_id) {
    said.push_back(outcome(3037));
    record.reset();
  }
  return record;
}

void enter_change(db::Tx& tx, const Arrival& arrival) {
  Outcomes said = arrival.inspected;
  const auto before = own_record(tx, arrival, said);
  DomainRecord record = record_of(arrival);
  if (before)
    for (auto& one : domain_conflicts(tx, arrival.record, record.provider_id, before->id))
      said.push_back(std::move(one));
  if (said.empty()) {
    record.id = before->id;
    update_domain(tx, record);
    said.push_back(outcome(3998));
  }
  answer(tx, record.provider_id, kReplace, said, arrival.record["id"].as_int(), 0, {}, arrival.now);
}

void enter_deletion(db::Tx& tx, const Arrival& arrival) {
  Outcomes said;
  const auto before = own_record(tx, arrival, said);
  if (before) {
    delete_domain(tx, before->id);
    said.push_back(outcome(3998));
  }
  // A name that names nothing leaves nothing to tell the record by but the remark.
  const std::string& name = arrival.record["name"].as_string();
  answer(tx, arrival.provider.account.provider_id, kDelete, said,
         before ? before->id : arrival.record["id"].as_int(), 0, name, arrival.now);
}

Outcomes inspect_nothing(const Json&, const Circumstances&) {
  return {};
}

constexpr std::array<MarkPath, 3> kMarks{{
    {"XZBA/Xzxx/IspId", kAdd},
    {"XGBA/Xzxx/Id", kReplace},
    {"SCBA/Scxx/Id", kDelete},
}};

}  // namespace

std::span<const Operation> domain_operations() {
  static constexpr std::array<Operation, 3> all{{
      {"domain_deletions", "deletions", inspect_nothing, enter_deletion},
      {"domain_changes", "changes", inspect_domain, enter_change},
      {"domain_filings", "new_filings", inspect_domain, enter_new},
  }};
  return all;
}

std::span<const MarkPath> domain_marks() {
  return kMarks;
}

void refuse_domain_file(db::Tx& tx, const RefusedFile& file, int64_t now) {
  const int64_t provider_id = file.upload.provider_id;
  const Outcomes said{file.outcome};
  bool told = false;
  for (const auto& mark : file.marks) {
    int64_t id = 0;
    if (!text::parse_i64(mark.mark, id) || id < 1) continue;
    const bool added = mark.operation == kAdd;
    answer(tx, provider_id, mark.operation, said, added ? 0 : id, added ? id : 0, file.remark, now);
    told = true;
  }
  if (!told) answer(tx, provider_id, kAdd, said, 0, 0, file.remark, now);
}

}  // namespace beian::sandbox
