#include "rules/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/embedded.hpp"
#include "rules/cases.hpp"
#include "rules/evaluators.hpp"

namespace beian::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<RuleCase> builtin_cases() {
  const auto files = builtin_case_files();
  auto cases = read_cases(RuleSet::builtin(), files);
  if (!cases) {
    for (const auto& p : cases.error()) ADD_FAILURE() << p.field;
    return {};
  }
  return std::move(*cases);
}

// A sample of data/rules/cases, in a province.
Facts sample(const std::string& name, int64_t province) {
  const auto json = parse_json(embedded::file("data/rules/cases/samples.json"));
  Json facts = (*json)["samples"][name];
  facts.set("province", province);
  return *read_facts(facts);
}

TEST(Evaluate, EveryJudgedKindHasAnEvaluatorAndEveryEvaluatorAKind) {
  const RuleSet& set = RuleSet::builtin();
  EXPECT_THAT(check_evaluators(set), IsEmpty());
  for (const auto& evaluator : evaluators()) EXPECT_NE(set.kind(evaluator.kind), nullptr);
  const auto all = evaluators();
  EXPECT_EQ(std::ranges::adjacent_find(all, {}, &Evaluator::kind), all.end()) << "two of a kind";
}

TEST(Evaluate, EveryMaterialKindIsDemandedBySomebody) {
  for (const auto& kind : RuleSet::builtin().kinds()) {
    const bool demands = std::ranges::find(kind.places, Place::material) != kind.places.end();
    EXPECT_TRUE(!demands || evaluator_of(kind.id) != nullptr) << kind.id;
  }
}

// A province's rule is laid over the national one that fits: there must not be two.
TEST(Evaluate, AtMostOneNationalRuleOfAKindFitsACase) {
  const RuleSet& set = RuleSet::builtin();
  for (int64_t nature = 1; nature <= 20; ++nature) {
    Entity entity;
    entity.nature = nature;
    for (const char* order :
         {"first", "add_service", "add_access", "change_both", "cancel_service", "migrate"})
      for (const char* service : {"website", "app"}) {
        const Case wanted{0, std::string(nature_word(entity)), order, service};
        const auto rules = in_force(set, wanted);
        const auto same = [](const Effective& a, const Effective& b) {
          return a.rule->kind == b.rule->kind;
        };
        const auto two = std::ranges::adjacent_find(rules, same);
        EXPECT_EQ(two, rules.end()) << wanted.nature << " " << order << " " << service;
      }
  }
}

TEST(Evaluate, EveryCaseOfTheDataIsAsItSays) {
  const auto cases = builtin_cases();
  const CaseReport report = run_cases(Engine::builtin(), cases);
  for (const auto& failure : report.failures)
    ADD_FAILURE() << failure.of->file << "/cases/" << failure.of->index << " " << failure.of->kind
                  << " (" << failure.of->why << "): expected " << failure.expected << ", got "
                  << failure.got;
  EXPECT_THAT(report.kinds_without, IsEmpty()) << "kinds without a passing and a failing case";
  for (const Rule* rule : report.rules_without)
    ADD_FAILURE() << "no case for " << rule->kind->id << " of " << rule->province;
}

TEST(Evaluate, WordsThatAnEvaluatorDoesNotKnowAreFaults) {
  const std::string_view kinds =
      R"({"kinds": [{"id": "phone-province", "title": {"zh": "号", "en": "n"}, "place": ["judged"],
          "params": {"strength": "text", "scope": "texts", "colour": "text"}},
         {"id": "nobody-judges", "title": {"zh": "无", "en": "n"}, "place": ["judged"],
          "params": {}}]})";
  const std::string_view book =
      R"({"province": 0, "name": "样例", "authority": "样例", "silent": [], "rules": [
          {"kind": "phone-province", "severity": "refuse", "text": {"zh": "文", "en": "t"},
           "source": "样例 2025", "as_of": "2025", "confidence": "high",
           "params": {"strength": "mild", "scope": ["home_province", "火星"], "colour": "red"}}]})";
  const std::vector<RuleSet::File> files{{"national.json", book}};
  const auto set = RuleSet::read(kinds, files);
  ASSERT_TRUE(set);
  std::vector<std::string> fields;
  for (const auto& p : check_evaluators(*set)) fields.push_back(p.field);
  EXPECT_THAT(
      fields,
      ElementsAre("kinds.json/nobody-judges", "national.json/rules/0/params/scope/1",
                  "national.json/rules/0/params/strength", "national.json/rules/0/params/colour"));
}

TEST(Evaluate, AFindingCitesTheRuleThatNamesTheParam) {
  // Guangxi only bars 市辖区; that an address goes down to the door is the national advice.
  Facts facts = sample("enterprise", 450000);
  facts.entity.address = "市辖区样例路";
  const Verdict verdict = Engine::builtin().evaluate(facts);
  std::vector<std::pair<int64_t, Severity>> told;
  for (const auto& f : verdict.findings)
    if (f.rule->kind->id == "contact-address-detail")
      told.emplace_back(f.rule->province, f.severity);
  EXPECT_THAT(told, testing::UnorderedElementsAre(std::pair(0, Severity::warn),
                                                  std::pair(450000, Severity::refuse)));
}

TEST(Evaluate, AProvinceThatNarrowsIsNotWidenedByTheNation) {
  // Nationally a shareholder may hold the domain with a proof; Guangdong names two holders only.
  Facts facts = sample("enterprise", 440000);
  facts.services[0].domains[0].holder = "样例丁";
  const Verdict verdict = Engine::builtin().evaluate(facts);
  EXPECT_TRUE(std::ranges::any_of(verdict.findings, [](const Finding& f) {
    return f.rule->kind->id == "domain-holder" && f.severity == Severity::refuse;
  }));
}

TEST(Evaluate, WithoutFactsNothingIsRefusedThatTheyWouldDecide) {
  Facts facts = sample("enterprise", 110000);
  for (auto& person : facts.persons) {
    Person bare;
    bare.at = person.at;
    bare.role = person.role;
    bare.name = person.name;
    bare.certificate_number = person.certificate_number;
    bare.certificate_type = 999;
    person = bare;
  }
  for (auto& domain : facts.services[0].domains) {
    Domain bare;
    bare.at = domain.at;
    bare.name = domain.name;
    domain = bare;
  }
  facts.materials.reset();
  const Verdict verdict = Engine::builtin().evaluate(facts);
  for (const auto& f : verdict.findings)
    EXPECT_TRUE(f.at == "/services/0/manager/mobile" || f.at.starts_with("/entity")) << f.text;
  EXPECT_GT(verdict.cannot_tell.size(), 5u);
  // Materials that nobody looked at are demanded, and not missed.
  for (const auto& demand : verdict.demands) EXPECT_FALSE(demand.there.has_value());
}

TEST(Evaluate, AnswersTakeQuestionsAway) {
  Facts facts = sample("enterprise", 440000);
  const auto asks = [&](const char* kind) {
    const auto verdict = Engine::builtin().evaluate(facts);
    return std::ranges::any_of(verdict.questions,
                               [&](const Rule* rule) { return rule->kind->id == kind; });
  };
  EXPECT_TRUE(asks("domain-without-website"));
  facts.answers["domain-without-website"] = "no";
  EXPECT_FALSE(asks("domain-without-website"));
}

TEST(Evaluate, EveryServiceIsJudgedByTheRulesForItsKind) {
  Facts facts = sample("enterprise", 440000);
  auto app = sample("enterprise-app", 440000).services[0];
  app.at = "/services/1";
  app.name = "计算器";
  facts.services.push_back(app);
  const Verdict verdict = Engine::builtin().evaluate(facts);
  std::vector<std::string> at;
  for (const auto& f : verdict.findings)
    if (f.rule->kind->id == "app-name" || f.rule->kind->id == "website-name") at.push_back(f.at);
  EXPECT_THAT(at, testing::Each("/services/1/name"));
  EXPECT_THAT(at, testing::Not(IsEmpty()));
  const Json json = to_json(verdict);
  EXPECT_EQ(json["findings"].size(), verdict.findings.size());
  EXPECT_FALSE(json["findings"].at(0)["source"].as_string().empty());
}

}  // namespace
}  // namespace beian::rules
