#include "rules/override.hpp"

#include <algorithm>
#include <vector>

namespace beian::rules {

std::string_view name_of(Effect effect) {
  return effect == Effect::warn ? "warn" : "off";
}

std::optional<Effect> effect_named(std::string_view name) {
  for (const Effect effect : {Effect::warn, Effect::off})
    if (name_of(effect) == name) return effect;
  return std::nullopt;
}

bool concerns(const Override& one, int64_t province, const std::string& order, Day today) {
  return (one.province == 0 || one.province == province) &&
         (one.order.empty() || one.order == order) && (!one.until || today <= *one.until);
}

void apply_overrides(Verdict& verdict, std::span<const Override> overrides, const Facts& facts,
                     const std::string& order) {
  std::vector<const Override*> mine;
  for (const auto& one : overrides)
    if (concerns(one, facts.province, order, facts.today)) mine.push_back(&one);
  if (mine.empty()) return;
  std::ranges::stable_sort(mine, [](const Override* a, const Override* b) {
    if (a->order.empty() != b->order.empty()) return b->order.empty();
    return a->effect == Effect::off && b->effect == Effect::warn;
  });
  for (auto& finding : verdict.findings) {
    const auto found = std::ranges::find_if(mine, [&](const Override* one) {
      return one->rule.empty() || one->rule == finding.rule->kind->id;
    });
    if (found == mine.end()) continue;
    const bool off = (*found)->effect == Effect::off;
    if (!off && finding.severity == Severity::warn) continue;
    finding.passed = Passed{(*found)->id, (*found)->reason, off};
  }
}

}  // namespace beian::rules
