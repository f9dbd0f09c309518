#include "rules/cases.hpp"

#include <algorithm>
#include <map>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "rules/evaluators.hpp"

namespace beian::rules {
namespace {

constexpr std::string_view kSamples = "samples.json";

// Puts a value where the pointer says: an existing member or item, a new member, or "-" after the
// last item.
bool put(Json& into, std::string_view pointer, const Json& value) {
  const size_t slash = pointer.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view last = pointer.substr(slash + 1);
  Json* at = &into;
  for (const auto& step : text::split(pointer.substr(0, slash), '/')) {
    if (step.empty()) continue;
    int64_t index = 0;
    if (at->is_array() && text::parse_i64(step, index) && index >= 0 &&
        static_cast<size_t>(index) < at->size())
      at = &at->items()[static_cast<size_t>(index)];
    else
      at = at->find(step);
    if (at == nullptr) return false;
  }
  if (at->is_object()) {
    at->set(last, value);
    return true;
  }
  int64_t index = 0;
  if (!at->is_array()) return false;
  if (last == "-") {
    at->push(value);
    return true;
  }
  if (!text::parse_i64(last, index) || index < 0 || static_cast<size_t>(index) >= at->size())
    return false;
  at->items()[static_cast<size_t>(index)] = value;
  return true;
}

using Samples = std::map<std::string, Json, std::less<>>;

class CaseReader {
 public:
  CaseReader(const RuleSet& set, const Samples& samples, Problems& problems)
      : set_(set), samples_(samples), problems_(problems) {}

  std::vector<RuleCase> read(const RuleSet::File& file, const Json& json) {
    std::vector<RuleCase> out;
    for (const auto& [name, value] : json.members())
      if (name != "note" && name != "cases") fault(ProblemCode::unknown_field, file.name, name);
    const auto& list = json["cases"].items();
    for (size_t i = 0; i < list.size(); ++i) {
      at_ = file.name + "/cases/" + std::to_string(i);
      RuleCase one = case_of(list[i]);
      one.file = file.name;
      one.index = i;
      out.push_back(std::move(one));
    }
    return out;
  }

 private:
  void fault(ProblemCode code, const std::string& at, std::string_view below) {
    problems_.push_back({code, at + "/" + std::string(below), {}});
  }

  RuleCase case_of(const Json& json) {
    RuleCase out;
    for (const auto& [name, value] : json.members()) {
      static const std::set<std::string, std::less<>> kKnown{
          "kind", "province", "sample",  "order",       "why",
          "set",  "finds",    "demands", "cannot_tell", "severity"};
      if (!kKnown.contains(name)) fault(ProblemCode::unknown_field, at_, name);
    }
    out.kind = json["kind"].as_string();
    if (set_.kind(out.kind) == nullptr) fault(ProblemCode::not_found, at_, "kind");
    out.why = json["why"].as_string();
    if (out.why.empty()) fault(ProblemCode::required, at_, "why");
    for (const auto& pointer : json["finds"].items()) out.finds.insert(pointer.as_string());
    for (const auto& material : json["demands"].items()) out.demands.insert(material.as_string());
    out.cannot_tell = json["cannot_tell"].as_bool();
    out.severity = json["severity"].as_string();
    facts(json, out);
    return out;
  }

  void facts(const Json& json, RuleCase& out) {
    const auto sample = samples_.find(json["sample"].as_string());
    if (sample == samples_.end()) return fault(ProblemCode::not_found, at_, "sample");
    Json facts = sample->second;
    // The sample lives where the case is, unless the case says otherwise.
    const int64_t province = json["province"].as_int();
    if (set_.book(province) == nullptr || province == 0)
      return fault(ProblemCode::not_found, at_, "province");
    facts.set("province", province);
    if (json.find("order") != nullptr) facts.set("order", json["order"]);
    for (const auto& [pointer, value] : json["set"].members())
      if (!put(facts, pointer, value)) fault(ProblemCode::not_found, at_, "set" + pointer);
    auto read = read_facts(facts);
    if (read)
      out.facts = std::move(*read);
    else
      append_under(problems_, at_, read.error());
  }

  const RuleSet& set_;
  const Samples& samples_;
  Problems& problems_;
  std::string at_;
};

std::string joined(const std::set<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "nothing" : out;
}

// Judged, or a material that is demanded under conditions.
bool is_judged(const Kind& kind) {
  return evaluator_of(kind.id) != nullptr;
}

// What the kind of the case got, in the form of what it expects.
struct Got {
  std::set<std::string> finds, demands, severities;
  bool cannot_tell = false, in_force = false;
  std::string texts;
};

Got got_of(const Verdict& verdict, const RuleCase& one) {
  Got got;
  for (const Rule* rule : verdict.in_force)
    got.in_force = got.in_force || rule->kind->id == one.kind;
  for (const auto& finding : verdict.findings) {
    if (finding.rule->kind->id != one.kind) continue;
    if (finding.material.empty())
      got.finds.insert(finding.at);
    else
      got.demands.insert(finding.material);
    got.severities.insert(std::string(name_of(finding.severity)));
    got.texts += " [" + finding.at + " " + finding.text + "]";
  }
  for (const auto& unknown : verdict.cannot_tell) {
    if (unknown.rule->kind->id != one.kind) continue;
    got.cannot_tell = true;
    got.texts += " [?" + unknown.at + " " + unknown.text + "]";
  }
  return got;
}

void compare(const RuleCase& one, const Got& got, std::vector<CaseFailure>& failures) {
  const auto fail = [&](std::string expected, std::string found) {
    failures.push_back({&one, std::move(expected), std::move(found) + got.texts});
  };
  if (!got.in_force) return fail("a rule of the kind in force", "none");
  if (got.finds != one.finds) fail("finds " + joined(one.finds), joined(got.finds));
  if (got.demands != one.demands) fail("demands " + joined(one.demands), joined(got.demands));
  if (got.cannot_tell != one.cannot_tell)
    fail(one.cannot_tell ? "cannot tell" : "everything known", "the other");
  if (!one.severity.empty() && got.severities != std::set{one.severity})
    fail(one.severity, joined(got.severities));
}

// A national rule that every province overrides stands for none.
bool overridden_everywhere(const RuleSet& set, const Rule& rule) {
  return rule.province == 0 && std::ranges::all_of(set.books(), [&](const auto& entry) {
           return std::ranges::any_of(entry.second.rules, [&](const Rule& other) {
             return entry.first == 0 || other.kind == rule.kind;
           });
         });
}

}  // namespace

std::vector<RuleSet::File> builtin_case_files() {
  constexpr std::string_view kFolder = "data/rules/cases/";
  std::vector<RuleSet::File> out;
  for (const auto& file : embedded::files())
    if (file.name.starts_with(kFolder))
      out.push_back({std::string(file.name.substr(kFolder.size())), file.bytes});
  return out;
}

Result<std::vector<RuleCase>> read_cases(const RuleSet& set, std::span<const RuleSet::File> files) {
  Problems problems;
  std::map<std::string, Json> parsed;
  for (const auto& file : files) {
    auto json = parse_json(file.text);
    if (json)
      parsed.emplace(file.name, std::move(*json));
    else
      append_under(problems, file.name, json.error());
  }
  Samples samples;
  if (const auto found = parsed.find(std::string(kSamples)); found != parsed.end())
    for (const auto& [name, facts] : found->second["samples"].members())
      samples.emplace(name, facts);
  std::vector<RuleCase> out;
  CaseReader reader(set, samples, problems);
  for (const auto& file : files) {
    const auto json = parsed.find(file.name);
    if (file.name == kSamples || json == parsed.end()) continue;
    auto cases = reader.read(file, json->second);
    std::ranges::move(cases, std::back_inserter(out));
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return out;
}

CaseReport run_cases(const Engine& engine, std::span<const RuleCase> cases) {
  CaseReport report;
  std::set<std::string, std::less<>> passing, failing;
  std::set<const Rule*> tried;
  for (const auto& one : cases) {
    const Verdict verdict = engine.evaluate(one.facts);
    compare(one, got_of(verdict, one), report.failures);
    (one.passes() ? report.passing : report.failing)++;
    if (!one.cannot_tell) (one.passes() ? passing : failing).insert(one.kind);
    for (const Rule* rule : verdict.in_force)
      if (rule->kind->id == one.kind) tried.insert(rule);
  }
  for (const auto& kind : engine.set().kinds())
    if (is_judged(kind) && (!passing.contains(kind.id) || !failing.contains(kind.id)))
      report.kinds_without.push_back(kind.id);
  for (const auto& [province, book] : engine.set().books())
    for (const auto& rule : book.rules)
      if (is_judged(*rule.kind) && !tried.contains(&rule) &&
          !overridden_everywhere(engine.set(), rule))
        report.rules_without.push_back(&rule);
  return report;
}

}  // namespace beian::rules
