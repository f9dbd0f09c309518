// Which rules are in force for a case.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/rule.hpp"

namespace beian::rules {

struct Case {
  int64_t province = 0;  // six-digit code
  // individual, enterprise, government, public_institution, social_organization, military,
  // sole_proprietor (an enterprise of that kind)
  std::string nature;
  std::string order;  // a kind of order as in domain.md: first, add_service, change_entity, …
  std::string service = "website";  // website, app, mini_program, quick_app
};

// unknown_region at /province; required or code_unknown at /nature, /kind, /service.
Problems check(const RuleSet& set, const Case& wanted);

// A rule as it stands for the case: the province's, with the national params that it does not name.
struct Effective {
  const Rule* rule = nullptr;      // whose severity, material and text stand
  const Rule* national = nullptr;  // the national rule that it overrides; nullptr: none
  Json params;
};
// In the order of the kinds. A rule without `order` in applies_to also counts for changes and
// cancellations. Rules for apps count for mini programs and quick apps too.
std::vector<Effective> in_force(const RuleSet& set, const Case& wanted);

}  // namespace beian::rules
