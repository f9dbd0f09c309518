// IP filings: every record is decided at once, by data alone, and answered (IP BAJG).
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "sandbox/judge_ip.hpp"
#include "sandbox/notices.hpp"
#include "sandbox/operations.hpp"

namespace beian::sandbox {
namespace {

enum Change : int64_t { kAdd = 1, kReplace = 2, kDelete = 3 };  // Czlx

struct Row {
  std::string_view path;
  Change change;
  AddressKind kind;
};
// What frees comes first, then sources before what is assigned of them.
constexpr std::array<Row, 12> kRows{{
    {"deletions/broadcasts", kDelete, AddressKind::broadcast},
    {"deletions/assignments", kDelete, AddressKind::assignment},
    {"deletions/own_addresses", kDelete, AddressKind::own_address},
    {"deletions/sources", kDelete, AddressKind::source},
    {"changes/sources", kReplace, AddressKind::source},
    {"new_filings/sources", kAdd, AddressKind::source},
    {"changes/own_addresses", kReplace, AddressKind::own_address},
    {"new_filings/own_addresses", kAdd, AddressKind::own_address},
    {"changes/assignments", kReplace, AddressKind::assignment},
    {"new_filings/assignments", kAdd, AddressKind::assignment},
    {"changes/broadcasts", kReplace, AddressKind::broadcast},
    {"new_filings/broadcasts", kAdd, AddressKind::broadcast},
}};

auto inspect_of(const Row& row) {
  if (row.change == kDelete) return inspect_deletion;
  switch (row.kind) {
    case AddressKind::source:
      return inspect_source;
    case AddressKind::assignment:
      return inspect_assignment;
    case AddressKind::broadcast:
      return inspect_broadcast;
    case AddressKind::own_address:
      break;
  }
  return inspect_own_address;
}

const Row& row_at(std::string_view path) {
  return *std::ranges::find(kRows, path, &Row::path);
}

Json json_of(const IpOutcome& said, int64_t provider_id) {
  Json about = Json::array();
  for (const auto& record : said.about) {
    Json item = Json::object({{"id", record.id}});
    if (record.provider_id == provider_id)
      item.set("provider_record_id", record.provider_record_id);
    item.set("from", record.from);
    item.set("to", record.to);
    about.push(std::move(item));
  }
  Json json = Json::object({{"code", said.outcome.code}, {"text", said.outcome.text}});
  if (about.size() > 0) json.set("conflicts", std::move(about));
  return json;
}

// One record's result. `id` and `provider_record_id` 0: not told.
void answer(db::Tx& tx, const Row& row, int64_t provider_id, const std::vector<IpOutcome>& said,
            int64_t id, int64_t provider_record_id, std::string_view remark, int64_t now) {
  Json outcomes = Json::array();
  for (const auto& one : said) outcomes.push(json_of(one, provider_id));
  Json result = Json::object({{"outcomes", std::move(outcomes)}});
  if (id != 0) result.set("id", id);
  result.set("operation", static_cast<int64_t>(row.change));
  if (provider_record_id != 0) result.set("provider_record_id", provider_record_id);
  if (!remark.empty()) result.set("remark", remark);
  const Json list = Json::array({std::move(result)});
  notify(tx, provider_id, 0, NoticeKind::ip_results,
         Json::object({{std::string(list_of(row.kind)), list}}), now);
}

AddressRecord record_of(const Arrival& arrival, const Row& row) {
  AddressRecord record;
  record.provider_id = arrival.provider.account.provider_id;
  record.kind = row.kind;
  record.provider_record_id = arrival.record["provider_record_id"].as_int();
  record.from = arrival.record["from"].as_int();
  record.to = arrival.record["to"].as_int();
  record.model = arrival.record;
  for (const auto* field : {"id", "provider_record_id", "from", "to"}) record.model.erase(field);
  record.reported_at = record.changed_at = arrival.now;
  return record;
}

// The record that a change or deletion is about, or why it may not be.
std::optional<AddressRecord> own_record(db::Tx& tx, const Arrival& arrival, const Row& row,
                                        std::vector<IpOutcome>& said) {
  auto record = find_address(tx, row.kind, arrival.record["id"].as_int());
  if (!record) {
    said.push_back({outcome(2055), {}});
  } else if (record->provider_id != arrival.provider.account.provider_id) {
    said.push_back({outcome(2054), {}});
    record.reset();
  }
  return record;
}

int64_t apply(db::Tx& tx, const Arrival& arrival, const Row& row,
              const std::optional<AddressRecord>& before) {
  AddressRecord record = record_of(arrival, row);
  if (row.change == kAdd) return insert_address(tx, record);
  record.id = before->id;
  if (row.change == kReplace)
    update_address(tx, record);
  else
    delete_address(tx, record.id);
  return record.id;
}

void enter(db::Tx& tx, const Arrival& arrival) {
  const Row& row = row_at(arrival.operation.path);
  const int64_t provider_id = arrival.provider.account.provider_id;
  std::vector<IpOutcome> said;
  for (const auto& one : arrival.inspected) said.push_back({one, {}});
  std::optional<AddressRecord> before;
  if (row.change != kAdd) before = own_record(tx, arrival, row, said);
  const int64_t provider_record_id = arrival.record["provider_record_id"].as_int();
  if (row.change == kAdd && address_reported(tx, provider_id, row.kind, provider_record_id))
    said.push_back({outcome(2049), {}});
  if (row.change == kAdd || (row.change == kReplace && before)) {
    const auto id = before ? std::optional(before->id) : std::nullopt;
    for (auto& one : ip_conflicts(tx, {row.kind, provider_id, id, arrival.record}))
      said.push_back(std::move(one));
  }
  int64_t id = before ? before->id : 0;
  if (said.empty()) {
    id = apply(tx, arrival, row, before);
    said.push_back({outcome(2998), {}});
  } else if (row.change != kAdd) {
    id = arrival.record["id"].as_int();
  }
  answer(tx, row, provider_id, said, id, row.change == kAdd ? provider_record_id : 0, {},
         arrival.now);
}

// Row by row: which list a mark of a refused file belongs to.
struct MarkRow {
  MarkPath mark;
  AddressKind kind;
};
constexpr std::array<MarkRow, 12> kMarks{{
    {{"XZBA/Xzly/Ly/IspId", kAdd}, AddressKind::source},
    {{"XZBA/Xzfp/Fpsy/IspId", kAdd}, AddressKind::assignment},
    {{"XZBA/Xzgbjs/Jsxx/IspId", kAdd}, AddressKind::broadcast},
    {{"XZBA/Zdip/Zdxx/IspId", kAdd}, AddressKind::own_address},
    {{"XGBA/Xgly/Ly_xx/Id", kReplace}, AddressKind::source},
    {{"XGBA/Xgfp/Fpsy/Id", kReplace}, AddressKind::assignment},
    {{"XGBA/Xggbjs/Jsxx/Id", kReplace}, AddressKind::broadcast},
    {{"XGBA/XgZd/Zdxx/Id", kReplace}, AddressKind::own_address},
    {{"SCBA/Scly/Ly/Id", kDelete}, AddressKind::source},
    {{"SCBA/Scfp/Fpsy/Id", kDelete}, AddressKind::assignment},
    {{"SCBA/Scgbjs/Jsxx/Id", kDelete}, AddressKind::broadcast},
    {{"SCBA/Sczd/Zdxx/Id", kDelete}, AddressKind::own_address},
}};

Row row_of_mark(std::string_view path) {
  for (const auto& row : kMarks)
    if (row.mark.path == path) return {path, static_cast<Change>(row.mark.operation), row.kind};
  return {path, kAdd, AddressKind::source};
}

}  // namespace

std::span<const Operation> ip_operations() {
  static const auto all = [] {
    std::array<Operation, kRows.size()> operations{};
    for (size_t i = 0; i < kRows.size(); ++i)
      operations[i] = {kRows[i].path, kRows[i].path, inspect_of(kRows[i]), enter};
    return operations;
  }();
  return all;
}

std::span<const MarkPath> ip_marks() {
  static const auto all = [] {
    std::array<MarkPath, kMarks.size()> marks{};
    for (size_t i = 0; i < kMarks.size(); ++i) marks[i] = kMarks[i].mark;
    return marks;
  }();
  return all;
}

void refuse_ip_file(db::Tx& tx, const RefusedFile& file, int64_t now) {
  const std::vector<IpOutcome> said{{file.outcome, {}}};
  const int64_t provider_id = file.upload.provider_id;
  bool told = false;
  for (const auto& mark : file.marks) {
    int64_t id = 0;
    if (mark.from == nullptr || !text::parse_i64(mark.mark, id) || id < 1) continue;
    const Row row = row_of_mark(mark.from->path);
    const bool added = row.change == kAdd;
    answer(tx, row, provider_id, said, added ? 0 : id, added ? id : 0, file.remark, now);
    told = true;
  }
  if (!told) answer(tx, {{}, kAdd, AddressKind::source}, provider_id, said, 0, 0, file.remark, now);
}

}  // namespace beian::sandbox
