// IP: results of address reports (BAJG, four blocks) and findings of the authority's checks (HCJG).
#include <array>

#include "addresses/result.hpp"
#include "authority/address_reports.hpp"
#include "authority/apply.hpp"
#include "authority/faults.hpp"
#include "wire/returns.hpp"

namespace beian::authority {
namespace {

// Yjlx, Ctlx, Wblx: what the finding is about.
constexpr int64_t kAboutAssignments = 2;

std::optional<int64_t> number_in(const Json& from, std::string_view field) {
  const Json* value = from.find(field);
  if (!value || !value->is_int()) return std::nullopt;
  return value->as_int();
}

uint32_t address_in(const Json& from, std::string_view field) {
  const int64_t number = from[field].as_int();
  return number >= 0 && number <= UINT32_MAX ? static_cast<uint32_t>(number) : 0;
}

std::string range_text(const Json& from, std::string_view first, std::string_view last) {
  return addresses::text_of({address_in(from, first), address_in(from, last)});
}

std::string text_of(const Json& outcome) {
  const std::string& own = outcome["text"].as_string();
  const auto code = outcome["code"].as_int();
  return own.empty() ? std::string(wire::code_text(static_cast<int>(code))) : own;
}

// The ranges that stand in the way (Xgsj), for people.
Json conflicts_of(const Json& outcome) {
  Json out = Json::array();
  for (const auto& conflict : outcome["conflicts"].items()) {
    Json one = Json::object({{"range", range_text(conflict, "from", "to")}});
    for (const auto* field : {"id", "provider_record_id", "remark"})
      if (const Json* value = conflict.find(field)) one.set(field, *value);
    out.push(std::move(one));
  }
  return out;
}

struct Said {
  bool accepted = true;
  std::string words;
  Json findings = Json::array();
  std::vector<Outcome> outcomes;
};
Said said_of(addresses::Block block, const Json& item) {
  Said out;
  for (const auto& outcome : item["outcomes"].items()) {
    const auto code = outcome["code"].as_int();
    const std::string text = text_of(outcome);
    const bool good = is_success_code(static_cast<int>(code));
    if (!out.words.empty()) out.words += "；";
    out.words += std::to_string(code) + " " + text;
    const std::string field = good ? "" : addresses::field_of_code(block, code);
    out.outcomes.push_back({good ? "pass" : "reject", text, static_cast<int>(code), field,
                            good ? number_in(item, "id") : std::nullopt});
    if (good) continue;
    out.accepted = false;
    out.findings.push(Json::object(
        {{"field", field}, {"code", code}, {"text", text}, {"conflicts", conflicts_of(outcome)}}));
  }
  return out;
}

}  // namespace

void Applier::address_results(const Json& results) {
  // In the order in which they depend on each other.
  for (const auto block : addresses::kBlocks) {
    const std::string field(list_of(block));
    const Json& list = results[field];
    for (size_t i = 0; i < list.size(); ++i)
      address_result("ip/results/" + field + "/" + std::to_string(i), block, "ip/" + field,
                     list.at(i));
  }
}

void Applier::address_result(const std::string& item, addresses::Block block,
                             const std::string& scope, const Json& given) {
  const auto czlx = given["operation"].as_int();
  const bool is_new = czlx == static_cast<int64_t>(addresses::Operation::add);
  const auto named = number_in(given, is_new ? "provider_record_id" : "id");
  const Said said = said_of(block, given);
  const std::string kind = said.accepted ? "success" : "fault";
  std::optional<ledger::UploadRecord> record;
  if (named) record = record_marked(tx_, cipher_, link_.id, {scope, czlx, std::to_string(*named)});
  if (!record || !record->submission) {
    result(item, kind, {}, nullptr, "unknown",
           "标识 " + std::to_string(named.value_or(0)) + " 不对应本系统上报的记录：" + said.words);
    return;
  }
  std::string effect = tell_outcomes(tx_, cipher_, now_, *record->submission, said.outcomes);
  const auto submission = find_submission(tx_, cipher_, *record->submission);
  if (submission && submission->subject.kind == kAddressSubject) {
    addresses::Answer answer;
    answer.operation = static_cast<addresses::Operation>(czlx);
    answer.accepted = said.accepted;
    if (is_new) answer.provider_record_id = record->id;
    answer.authority_id = number_in(given, "id");
    answer.findings = said.findings;
    answer.words = "管局处理结果：" + said.words;
    const addresses::Store store(cipher_);
    effect = addresses::apply_answer(tx_, now_, store, submission->subject.id, answer);
  }
  result(item, kind, {}, &*record, effect, said.words);
}

void Applier::address_checks(const Json& check) {
  struct Kind {
    std::string_view list, name, id, first, last;
  };
  // Yj, Ct, Wb.
  constexpr auto kKinds = std::to_array<Kind>({
      {"out_of_range", "out_of_range", "record_id", "from", "to"},
      {"overlaps", "overlap", "record_id", "own_from", "own_to"},
      {"unreported", "unreported", "", "from", "to"},
  });
  const addresses::Store store(cipher_);
  for (const auto& kind : kKinds) {
    const Json& list = check[kind.list];
    for (size_t i = 0; i < list.size(); ++i) {
      const Json& given = list.at(i);
      addresses::CheckFinding finding;
      finding.link = link_.id;
      finding.kind = kind.name;
      finding.ends = {address_in(given, kind.first), address_in(given, kind.last)};
      finding.document = given;
      const auto block = given["kind"].as_int() == kAboutAssignments ? addresses::Block::assignment
                                                                     : addresses::Block::source;
      std::optional<addresses::Record> record;
      if (const auto id = number_in(given, kind.id); id && !kind.id.empty())
        record = store.by_authority_id(tx_, link_.id, block, *id);
      if (!record && !kind.id.empty())
        record = store.by_range(tx_, link_.id, block, finding.ends, 0);
      if (record) finding.record_id = record->id;
      store.note_finding(tx_, now_, finding);
      result("ip/check_results/" + std::string(kind.list) + "/" + std::to_string(i), "check", {},
             nullptr, "applied", addresses::text_of(finding.ends));
    }
  }
}

}  // namespace beian::authority
