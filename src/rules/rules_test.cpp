#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/embedded.hpp"
#include "rules/explain.hpp"
#include "rules/materials.hpp"
#include "rules/select.hpp"

namespace beian::rules {
namespace {

constexpr std::string_view kKinds = R"({"kinds": [
  {"id": "age", "title": {"zh": "年龄", "en": "Age"}, "place": ["judged"],
   "params": {"min": "integer|null", "who": "text"}},
  {"id": "letter", "title": {"zh": "承诺书", "en": "Letter"}, "place": ["material"], "params": {}}]})";

std::string book(int64_t province, const std::string& rules) {
  return R"({"province": )" + std::to_string(province) +
         R"(, "name": "样例", "authority": "样例管局", "silent": [], "rules": [)" + rules + "]}";
}
std::string rule(const std::string& kind, const std::string& more) {
  return R"({"kind": ")" + kind +
         R"(", "severity": "refuse", "text": {"zh": "文", "en": "text"},)" +
         R"("source": "样例 2025", "as_of": "2025", "confidence": "high", )" + more + "}";
}
Result<RuleSet> read(const std::string& national, const std::string& own = {}) {
  const std::string first = book(0, national), second = book(440000, own);
  const std::vector<RuleSet::File> files{{"national.json", first}, {"440000.json", second}};
  return RuleSet::read(kKinds, files);
}
std::vector<std::string> faults(const Result<RuleSet>& set) {
  std::vector<std::string> out;
  if (!set)
    for (const auto& p : set.error()) out.push_back(p.field);
  return out;
}

TEST(Rules, EveryRuleOfTheDataHasItsPlace) {
  const RuleSet& set = RuleSet::builtin();
  EXPECT_EQ(set.kinds().size(), 130u);
  EXPECT_EQ(set.national().rules.size(), 70u);
  size_t provincial = 0;
  std::set<const Kind*> used;
  for (const auto& [province, book] : set.books()) {
    if (province != 0) provincial += book.rules.size();
    for (const auto& r : book.rules) {
      used.insert(r.kind);
      EXPECT_FALSE(r.kind->places.empty()) << r.kind->id;
    }
  }
  EXPECT_EQ(set.books().size(), 32u);
  EXPECT_EQ(provincial, 674u);
  EXPECT_EQ(used.size(), set.kinds().size());
}

TEST(Rules, AProvinceOverridesKeyByKey) {
  const auto set =
      read(rule("age", R"("params": {"min": 18, "who": "all"})"),
           rule("age", R"("params": {"min": 16}, "applies_to": {"entity": ["organization"]})"));
  ASSERT_TRUE(set) << testing::PrintToString(faults(set));
  const auto own = in_force(*set, {440000, "enterprise", "first", "website"});
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0].params["min"].as_int(), 16);
  EXPECT_EQ(own[0].params["who"].as_string(), "all");
  EXPECT_EQ(own[0].rule->province, 440000);
  EXPECT_NE(own[0].national, nullptr);
  const auto person = in_force(*set, {440000, "individual", "first", "website"});
  ASSERT_EQ(person.size(), 1u);
  EXPECT_EQ(person[0].params["min"].as_int(), 18);
}

TEST(Rules, RulesOfOneProvinceAddUp) {
  const auto set = read(
      "", rule("age", R"("params": {"min": 16})") + "," + rule("age", R"("params": {"min": 18})"));
  ASSERT_TRUE(set);
  EXPECT_EQ(in_force(*set, {440000, "individual", "first", "website"}).size(), 2u);
}

TEST(Rules, OrdersAndServicesGoByTheirGroup) {
  const auto set =
      read(rule("age", R"("params": {}, "applies_to": {"order": ["change"], "service": ["app"]})"));
  ASSERT_TRUE(set);
  const auto count = [&](const char* order, const char* service) {
    return in_force(*set, {440000, "enterprise", order, service}).size();
  };
  EXPECT_EQ(count("change_both", "app"), 1u);
  EXPECT_EQ(count("change_entity", "mini_program"), 1u);
  EXPECT_EQ(count("change_both", "website"), 0u);
  EXPECT_EQ(count("first", "app"), 0u);
}

TEST(Rules, EveryFaultOfAFileIsTold) {
  EXPECT_THAT(
      faults(read(rule("age", R"("params": {"max": 3, "min": "x"})") + "," +
                  rule("nothing", R"("params": {}, "colour": 1)") + "," + R"({"kind": "letter"})")),
      testing::IsSupersetOf({"national.json/rules/0/params/max", "national.json/rules/0/params/min",
                             "national.json/rules/1/kind", "national.json/rules/1/colour",
                             "national.json/rules/2/params", "national.json/rules/2/severity",
                             "national.json/rules/2/text", "national.json/rules/2/source",
                             "national.json/rules/2/confidence"}));
  EXPECT_THAT(faults(read(rule("age", R"("params": {}, "applies_to": {"order": ["frist"]})"))),
              testing::ElementsAre("national.json/rules/0/applies_to/order/0"));
  const std::string material =
      R"({"kind": "letter", "severity": "material", "text": {"zh": "文", "en": "t"}, "params": {},)"
      R"("source": "样例", "as_of": "25", "confidence": "high"})";
  EXPECT_THAT(faults(read(material)),
              testing::UnorderedElementsAre("national.json/rules/0/material",
                                            "national.json/rules/0/as_of"));
}

TEST(Rules, UnknownWordsOfACaseAreTold) {
  std::vector<std::string> told;
  for (const auto& p : check(RuleSet::builtin(), {1, "x", "", "z"}))
    told.push_back(p.field + " " + std::string(spec_of(p.code).name));
  EXPECT_THAT(told, testing::ElementsAre("/province unknown_region", "/nature code_unknown",
                                         "/kind required", "/service code_unknown"));
  EXPECT_TRUE(check(RuleSet::builtin(), {440000, "enterprise", "first", "website"}).empty());
}

TEST(Rules, GuangdongTakesNobodyButTheLegalRepresentative) {
  const Json told = requirements(RuleSet::builtin(), {440000, "enterprise", "first", "website"});
  const auto& rules = told["rules"].items();
  const auto found = std::ranges::find_if(
      rules, [](const Json& r) { return r["kind"].as_string() == "entity-manager-legal-rep"; });
  ASSERT_NE(found, rules.end());
  EXPECT_EQ((*found)["params"]["requirement"].as_string(), "required");
  EXPECT_EQ((*found)["severity"].as_string(), "refuse");
  EXPECT_EQ((*found)["province"].as_int(), 440000);
}

// Everything that may be asked stands in its list.
TEST(Rules, RequirementsSayMaterialsQuestionsChecklistAndWarnings) {
  const RuleSet& set = RuleSet::builtin();
  const auto kinds = [](const Json& list, const char* name) {
    std::vector<std::string> out;
    for (const Json& one : list.items()) out.push_back(one[name].as_string());
    return out;
  };
  const Json told = requirements(set, {440000, "enterprise", "first", "website"});
  EXPECT_THAT(
      kinds(told["materials"], "material"),
      testing::IsSupersetOf({"filing-commitment-letter", "employment-proof", "preapproval-document",
                             "site-construction-plan", "access-contract", "domain-certificate"}));
  for (const Json& one : told["materials"].items()) {
    EXPECT_GT(one["purposes"].size(), 0u);
    EXPECT_GT(one["rules"].size(), 0u);
  }
  EXPECT_THAT(kinds(told["warnings"], "kind"), testing::Contains("phone-province"));
  EXPECT_THAT(kinds(told["checklist"], "kind"), testing::Not(testing::IsEmpty()));
  for (const auto& [province, book] : set.books()) {
    if (province == 0) continue;
    const Json one = requirements(set, {province, "individual", "first", "website"});
    for (const Json& rule : one["rules"].items())
      for (const auto& [place, list] :
           {std::pair{"question", "questions"}, std::pair{"checklist", "checklist"}}) {
        bool stands = false;
        for (const Json& word : rule["place"].items()) stands = stands || word.as_string() == place;
        const auto listed = kinds(one[list], "kind");
        EXPECT_EQ(std::ranges::find(listed, rule["kind"].as_string()) != listed.end(), stands)
            << province << " " << rule["kind"].as_string();
      }
  }
}

TEST(Rules, EveryMaterialOfTheRulesHasAPlaceInAnOrder) {
  const RuleSet& set = RuleSet::builtin();
  for (const auto& [province, book] : set.books())
    for (const auto& rule : book.rules)
      EXPECT_TRUE(rule.material.empty() || material_kind(rule.material) != nullptr)
          << province << " " << rule.material;
  std::set<std::string> ids;
  std::set<int> purposes;
  for (const auto& kind : material_kinds()) {
    EXPECT_TRUE(ids.insert(kind.id).second) << kind.id;
    for (const int purpose : kind.purposes)
      EXPECT_TRUE(kind.all || purposes.insert(purpose).second) << kind.id;
  }
  EXPECT_EQ(material_of_purpose(1)->id, "verification-sheet");
  EXPECT_EQ(material_of_purpose(4)->id, "personal-id");
  EXPECT_EQ(material_of_purpose(7)->id, "app-icon");
  EXPECT_EQ(material_of_purpose(12), nullptr);
}

TEST(Rules, ABookTellsHowSureItIsAndWhereSourcesDisagree) {
  const Json book = book_json(RuleSet::builtin(), 630000);
  const auto& rules = book["rules"].items();
  const auto found = std::ranges::find_if(
      rules, [](const Json& r) { return r["kind"].as_string() == "manager-min-age"; });
  ASSERT_NE(found, rules.end());
  EXPECT_EQ((*found)["confidence"].as_string(), "medium");
  EXPECT_EQ((*found)["note"].as_string(), "阿里的页面只排除未满 14 周岁的负责人。");
  EXPECT_EQ((*found)["note_en"].as_string(), "Alibaba's page only excludes managers under 14.");
  EXPECT_EQ((*found)["applies_to"]["entity"].at(0).as_string(), "organization");
  const std::string told = explain(RuleSet::builtin(), {630000, "enterprise", "first", "website"});
  EXPECT_THAT(told, testing::HasSubstr("分歧：" + (*found)["note"].as_string()));
  EXPECT_THAT(told, testing::HasSubstr("可能需要的材料\n"));
}

// Chongqing says how old an entity manager has to be, and nothing of others.
TEST(Rules, WhatAProvinceSaysOfSomeLeavesTheNationalRuleForTheOthers) {
  const auto rules = in_force(RuleSet::builtin(), {500000, "enterprise", "first", "website"});
  std::vector<std::pair<int64_t, std::string>> who;
  for (const auto& effective : rules)
    if (effective.rule->kind->id == "manager-min-age")
      who.emplace_back(effective.rule->province, effective.params["who"].as_string());
  using Who = std::pair<int64_t, std::string>;
  EXPECT_THAT(who, testing::ElementsAre(Who{500000, "entity_manager"}, Who{0, "service_manager"}));
}

}  // namespace
}  // namespace beian::rules
