#include "rules/select.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace beian::rules {
namespace {

struct Named {
  std::string_view word, group;
};
// Our kinds of order, and what the rule files call them.
constexpr std::array<Named, 10> kOrders{{{"first", "first"},
                                         {"add_service", "add_service"},
                                         {"add_access", "add_access"},
                                         {"change_entity", "change"},
                                         {"change_service", "change"},
                                         {"change_both", "change"},
                                         {"cancel_entity", "cancel"},
                                         {"cancel_service", "cancel"},
                                         {"cancel_access", "cancel"},
                                         {"migrate", "migrate"}}};
// Natures, and the wider name beside their own; individuals have none.
constexpr auto kNatures = std::to_array<Named>({{"individual", ""},
                                                {"enterprise", "organization"},
                                                {"sole_proprietor", "organization"},
                                                {"government", "organization"},
                                                {"public_institution", "organization"},
                                                {"social_organization", "organization"},
                                                {"military", "organization"},
                                                {"private_non_enterprise", "organization"},
                                                {"foundation", "organization"},
                                                {"law_firm", "organization"},
                                                {"religious", "organization"},
                                                {"medical", "organization"},
                                                {"notary", "organization"},
                                                {"forensic", "organization"},
                                                {"arbitration", "organization"},
                                                {"rural_collective", "organization"},
                                                {"mass_organization", "organization"},
                                                {"foreign_cultural_centre", "organization"},
                                                {"overseas", "organization"}});
constexpr std::array<Named, 4> kServices{
    {{"website", ""}, {"app", ""}, {"mini_program", "app"}, {"quick_app", "app"}}};

const Named* find(std::span<const Named> words, std::string_view word) {
  const auto found = std::ranges::find(words, word, &Named::word);
  return found == words.end() ? nullptr : &*found;
}

bool names(const std::vector<std::string>& list, std::string_view word, std::string_view group) {
  return list.empty() || std::ranges::any_of(list, [&](const std::string& item) {
           return item == word || (!group.empty() && item == group);
         });
}

bool applies(const Rule& rule, const Case& wanted, std::string_view order) {
  const Named* nature = find(kNatures, wanted.nature);
  const Named* service = find(kServices, wanted.service);
  return names(rule.applies_to.order, order, {}) &&
         names(rule.applies_to.entity, wanted.nature, nature ? nature->group : "") &&
         names(rule.applies_to.service, wanted.service, service ? service->group : "");
}

// Does the province say something else that this param belongs to?
bool replaced(const Rule& rule, std::string_view param) {
  return std::ranges::any_of(rule.kind->together, [&](const auto& group) {
    return std::ranges::find(group, param) != group.end() &&
           std::ranges::any_of(group,
                               [&](const auto& name) { return rule.params.find(name) != nullptr; });
  });
}

Effective overlay(const Rule& rule, const Rule* national) {
  Effective out{&rule, national, rule.params};
  if (national != nullptr)
    for (const auto& [name, value] : national->params.members())
      if (out.params.find(name) == nullptr && !replaced(rule, name)) out.params.set(name, value);
  return out;
}

// Those about whom the province says nothing.
std::vector<std::string> left_alone(const Kind& kind, const std::vector<const Rule*>& own) {
  auto out = kind.each;
  for (const Rule* rule : own) {
    const Json* whom = rule->params.find(kind.about);
    if (whom == nullptr || std::erase(out, whom->as_string()) == 0) return {};  // all of them
  }
  return out;
}

}  // namespace

Problems check(const RuleSet& set, const Case& wanted) {
  Problems problems;
  if (wanted.province == 0 || set.book(wanted.province) == nullptr)
    problems.push_back({ProblemCode::unknown_region, "/province", {}});
  const auto word = [&](const auto& known, const std::string& value, const char* field) {
    if (value.empty())
      problems.push_back({ProblemCode::required, field, {}});
    else if (find(known, value) == nullptr)
      problems.push_back({ProblemCode::code_unknown, field, {{"code", value}}});
  };
  word(kNatures, wanted.nature, "/nature");
  word(kOrders, wanted.order, "/kind");
  word(kServices, wanted.service, "/service");
  return problems;
}

std::vector<Effective> in_force(const RuleSet& set, const Case& wanted) {
  const Named* order = find(kOrders, wanted.order);
  const std::string_view group = order ? order->group : std::string_view(wanted.order);
  const RuleBook* book = wanted.province == 0 ? nullptr : set.book(wanted.province);
  std::vector<Effective> out;
  for (const Kind& kind : set.kinds()) {
    const auto of = [&](const RuleBook& from) {
      std::vector<const Rule*> found;
      for (const Rule& rule : from.rules)
        if (rule.kind == &kind && applies(rule, wanted, group)) found.push_back(&rule);
      return found;
    };
    const auto national = of(set.national());
    const auto own = book ? of(*book) : std::vector<const Rule*>{};
    if (own.empty())
      for (const Rule* rule : national) out.push_back(overlay(*rule, nullptr));
    for (const Rule* rule : own)
      out.push_back(overlay(*rule, national.empty() ? nullptr : national.front()));
    if (own.empty() || national.empty() || kind.about.empty()) continue;
    for (auto& whom : left_alone(kind, own)) {
      out.push_back(overlay(*national.front(), nullptr));
      out.back().params.set(kind.about, std::move(whom));
    }
  }
  return out;
}

}  // namespace beian::rules
