// Letting a rule pass with a reason: what an administrator decided, applied to a verdict.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "rules/evaluate.hpp"

namespace beian::rules {

enum class Effect { warn, off };  // told as an advice; not held against the order at all
std::string_view name_of(Effect effect);
std::optional<Effect> effect_named(std::string_view name);

struct Override {
  std::string id;
  std::string rule;      // kind of rule; empty: every one
  int64_t province = 0;  // of the order; 0: every one
  Effect effect = Effect::warn;
  std::optional<Day> until;  // the last day; nothing: open
  std::string order;         // the only order; empty: all
  std::string reason;        // shown to the applicant
};

// Does it concern this order on that day?
bool concerns(const Override& one, int64_t province, const std::string& order, Day today);

// Marks the findings that an override lets pass; the first that fits counts, one for the order
// alone before one for all, `off` before `warn`. What only advises is left as it is, but for `off`.
void apply_overrides(Verdict& verdict, std::span<const Override> overrides, const Facts& facts,
                     const std::string& order);

}  // namespace beian::rules
