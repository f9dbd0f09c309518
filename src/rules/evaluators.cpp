#include "rules/evaluators.hpp"

#include <algorithm>
#include <array>

namespace beian::rules {
namespace {

std::vector<Evaluator> gather() {
  std::vector<Evaluator> all;
  for (const auto group :
       {person_evaluators(), phone_evaluators(), name_evaluators(), domain_evaluators(),
        entity_evaluators(), address_evaluators(), service_evaluators(), order_evaluators(),
        change_evaluators(), material_evaluators(), preapproval_evaluators()})
    all.insert(all.end(), group.begin(), group.end());
  std::ranges::sort(all, {}, &Evaluator::kind);
  return all;
}

}  // namespace

std::span<const Evaluator> evaluators() {
  static const std::vector<Evaluator> all = gather();
  return all;
}

const Evaluator* evaluator_of(std::string_view kind) {
  const auto all = evaluators();
  const auto found = std::ranges::lower_bound(all, kind, {}, &Evaluator::kind);
  return found == all.end() || found->kind != kind ? nullptr : &*found;
}

}  // namespace beian::rules
