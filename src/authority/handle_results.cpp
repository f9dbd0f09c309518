// BAJG of ICP: processing results (Jg_xx) and the authority's decisions (Gjsh), about orders and
// submissions alike. Which record is meant: the operation (Czlx) and the mark (Bs, Jlid) that the
// record was given when it was written (mapping_*.cpp).
#include <algorithm>
#include <span>

#include "authority/answers.hpp"
#include "authority/apply.hpp"
#include "authority/faults.hpp"
#include "authority/locate.hpp"
#include "authority/service_numbers.hpp"
#include "base/text.hpp"
#include "wire/returns.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kNewFiling = 1, kNewService = 2, kCancelAccess = 5,
                  kAttachmentAlone = 35;  // Czlx
constexpr int kGranted = 1001, kRefused = 1002, kAttachmentKept = 1060, kBadFile = 5001;

std::string text_of(const Json& outcome) {
  const int code = static_cast<int>(outcome["code"].as_int());
  const std::string& own = outcome["text"].as_string();
  if (!own.empty()) return own;
  const auto known = wire::code_text(code);
  return known.empty() ? "结果代码 " + std::to_string(code) : std::string(known);
}

// Of a success: is it the end, or only news? A record of ICP is done when the authority grants it.
bool is_end(int code, int64_t operation) {
  return code == kGranted || (code == kAttachmentKept && operation == kAttachmentAlone);
}

Answer answer_of(const Json& outcomes, int64_t operation) {
  Answer answer;
  for (const auto& outcome : outcomes.items()) {
    const int code = static_cast<int>(outcome["code"].as_int());
    const auto text = text_of(outcome);
    if (!answer.words.empty()) answer.words += "；";
    answer.words += std::to_string(code) + " " + text;
    const bool good = is_success_code(code);
    answer.outcomes.push_back(
        {good ? (is_end(code, operation) ? "pass" : "note") : "reject", text, code, {}, {}});
  }
  answer.details = outcomes;
  return answer;
}

}  // namespace

void Applier::records(const Json& records) {
  for (size_t i = 0; i < records.size(); ++i)
    records_one("results/records/" + std::to_string(i), records.at(i));
}

void Applier::records_one(const std::string& item, const Json& given) {
  const std::string mark(text::trim(given["mark"].as_string()));
  const std::string remark(text::trim(given["remark"].as_string()));
  const int64_t operation =
      mark.empty() && remark.starts_with("XZHYD ") ? kAttachmentAlone : given["operation"].as_int();
  auto answer = answer_of(given["outcomes"], operation);
  answer.kind = answer.refuses() ? "fault" : "success";
  answer.mark = mark;
  answer.reason = (answer.refuses() ? "管局退回：" : "管局处理结果：") + answer.words;
  if (mark.empty() && whole_file(item, given["outcomes"], answer)) return;
  const auto named = mark.empty() ? ledger::Mark{"icp/remarks", 0, remark}
                                  : ledger::Mark{"icp/results", operation, mark};
  const auto record = record_marked(tx_, cipher_, link_.id, named);
  int64_t number = 0;
  const bool is_number = text::parse_i64(mark, number);
  if (operation == kCancelAccess && is_number && answer.grants()) answer.ended_access = number;
  std::optional<int64_t> id;
  if (operation == kNewFiling && is_number) id = number;
  if (record) return answered(item, *record, std::move(answer));
  result(item, answer.kind, id, nullptr, "unknown",
         "标识 " + named.mark + " 不对应本系统上报的记录：" + answer.words);
}

// A file that breaks the schema is told by its name, and means all of its records.
bool Applier::whole_file(const std::string& item, const Json& outcomes, const Answer& answer) {
  std::optional<ledger::Upload> upload;
  for (const auto& outcome : outcomes.items()) {
    if (outcome["code"].as_int() != kBadFile) continue;
    const auto name = text::trim(outcome["text"].as_string());
    upload = ledger::upload_named(tx_, link_.id, std::string(name.substr(0, name.find('.'))));
  }
  if (!upload) return false;
  for (const auto& record : ledger::records_of(tx_, upload->number))
    answered(item + "/" + std::to_string(record.id), record, answer);
  return true;
}

void Applier::decisions(const Json& decisions) {
  std::vector<Ruling> list;
  for (size_t i = 0; i < decisions.size(); ++i) {
    auto one = ruling_of("results/decisions/" + std::to_string(i), decisions.at(i));
    // Of new services each is decided by itself: the refusals of one record are one refusal.
    const auto same = std::ranges::find_if(list, [&](const Ruling& other) {
      return one.record && other.record && one.record->id == other.record->id &&
             one.answer.refuses() && other.answer.refuses();
    });
    if (same == list.end())
      list.push_back(std::move(one));
    else
      same->add(std::move(one));
  }
  for (auto& ruling : list) ruled(std::move(ruling));
}

Ruling Applier::ruling_of(std::string item, const Json& decision) {
  Ruling out;
  out.items.push_back(std::move(item));
  if (const Json* given = decision.find("record_id")) out.id = given->as_int();
  out.operation = decision["operation"].as_int(kNewFiling);
  const bool granted = decision["result"].as_int() == 1;
  const std::string& opinion = decision["opinion"].as_string();

  Answer& answer = out.answer;
  answer.kind = "decision";
  answer.words = std::string(granted ? "管局审核通过" : "管局审核未通过") +
                 (opinion.empty() ? "" : "：" + opinion);
  answer.reason = answer.words;
  answer.details = Json::object({{"time", decision["time"]}});
  answer.outcomes.push_back({granted ? "pass" : "reject",
                             opinion.empty() ? answer.words : opinion,
                             granted ? kGranted : kRefused,
                             {},
                             {}});
  if (granted && out.operation == kCancelAccess) answer.ended_access = out.id;
  if (out.id)
    out.record = record_marked(tx_, cipher_, link_.id,
                               {"icp/decisions", out.operation, std::to_string(*out.id)});
  if (out.record && out.operation == kNewService)
    answer.sites.push_back(service_reported_as(*out.record, *out.id));
  return out;
}

void Applier::ruled(Ruling ruling) {
  const auto& words = ruling.answer.words;
  const auto more = std::span(ruling.items).subspan(1);
  for (const auto& item : more)
    result(item, ruling.answer.kind, {}, &*ruling.record, "noted", words);
  if (ruling.record)
    return answered(ruling.items.front(), *ruling.record, std::move(ruling.answer));
  result(ruling.items.front(), ruling.answer.kind,
         ruling.operation == kNewFiling ? ruling.id : std::nullopt, nullptr, "unknown",
         words + "（不对应本系统上报的记录）");
}

}  // namespace beian::authority
