// BAJG: processing results (Jg_xx) and the authority's decisions (Gjsh).
#include "authority/apply.hpp"
#include "authority/faults.hpp"
#include "base/text.hpp"
#include "wire/returns.hpp"

namespace beian::authority {
namespace {

constexpr int64_t kNewFiling = 1;  // Czlx

std::string text_of(const Json& outcome) {
  const int code = static_cast<int>(outcome["code"].as_int());
  const std::string& own = outcome["text"].as_string();
  if (!own.empty()) return own;
  const auto known = wire::code_text(code);
  return known.empty() ? "结果代码 " + std::to_string(code) : std::string(known);
}

size_t services_of(const ledger::UploadRecord& record) {
  const auto ids = parse_json(record.ids);
  return ids ? (*ids)["services"].size() : 1;
}

}  // namespace

void Applier::records(const Json& records) {
  for (size_t i = 0; i < records.size(); ++i)
    records_one("results/records/" + std::to_string(i), records.at(i));
}

void Applier::records_one(const std::string& item, const Json& given) {
  // Bs of a new filing is our entity id; of other operations it names something else.
  std::optional<int64_t> id;
  int64_t number = 0;
  if (given["operation"].as_int() == kNewFiling &&
      text::parse_i64(text::trim(given["mark"].as_string()), number))
    id = number;
  const auto record = record_of(id);

  std::string words;
  Json findings = Json::array();
  bool faulty = false;
  const size_t services = record ? services_of(*record) : 1;
  for (const auto& outcome : given["outcomes"].items()) {
    const int code = static_cast<int>(outcome["code"].as_int());
    if (!words.empty()) words += "；";
    words += std::to_string(code) + " " + text_of(outcome);
    if (is_success_code(code)) continue;
    faulty = true;
    findings.push(finding(field_of_fault(code, services), text_of(outcome), code));
  }
  if (!record) {
    result(item, faulty ? "fault" : "success", id, nullptr, "unknown",
           "标识 " + given["mark"].as_string() + " 不对应本系统上报的记录：" + words);
    return;
  }
  if (faulty) {
    const auto effect = refuse(*record, orders::Event::refuse, "管局退回：" + words, findings);
    result(item, "fault", id, &*record, effect, words);
    return;
  }
  // The grant itself is the filed record (BASJ) with its number; this is only the news of it.
  note(*record, "管局处理结果：" + words, given["outcomes"]);
  result(item, "success", id, &*record, "noted", words);
}

void Applier::decisions(const Json& decisions) {
  for (size_t i = 0; i < decisions.size(); ++i)
    decision_one("results/decisions/" + std::to_string(i), decisions.at(i));
}

void Applier::decision_one(const std::string& item, const Json& decision) {
  std::optional<int64_t> id;
  const bool new_filing =
      decision["operation"].is_null() || decision["operation"].as_int() == kNewFiling;
  if (const Json* given = decision.find("record_id"); given && new_filing) id = given->as_int();
  const auto record = record_of(id);
  const bool granted = decision["result"].as_int() == 1;
  const std::string& opinion = decision["opinion"].as_string();
  const std::string words = std::string(granted ? "管局审核通过" : "管局审核未通过") +
                            (opinion.empty() ? "" : "：" + opinion);
  if (!record) {
    result(item, "decision", id, nullptr, "unknown", words + "（不对应本系统上报的记录）");
    return;
  }
  if (granted) {
    Json details = Json::object();
    details.set("time", decision["time"]);
    note(*record, words, details);
    result(item, "decision", id, &*record, "noted", words);
    return;
  }
  Json findings = Json::array();
  findings.push(finding("", opinion.empty() ? words : opinion, 1002));
  const auto effect = refuse(*record, orders::Event::refuse, words, findings);
  result(item, "decision", id, &*record, effect, words);
}

}  // namespace beian::authority
