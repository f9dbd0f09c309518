// Cases beside the rules (data/rules/cases): an order's facts, and what a kind of rule says of
// them. A kind that is judged or demands a material has at least one case that passes and one that
// fails.
//
//   samples.json  {"samples": {NAME: FACTS}}: a sample per nature and kind of service that passes
//                 (rules/facts.hpp), changed by the cases
//   others        {"cases": [{"kind", "province", "sample", "order"?, "why",
//                  "set"?: {JSON POINTER: VALUE}, "finds"?: [POINTER], "demands"?: [MATERIAL],
//                  "cannot_tell"?: true, "severity"?}]}
//
// A case is about one kind: what other kinds say of it does not count. It passes when nothing is
// found, demanded or left open.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/evaluate.hpp"

namespace beian::rules {

struct RuleCase {
  std::string file, kind, why;
  size_t index = 0;
  Facts facts;
  std::set<std::string> finds;    // pointers
  std::set<std::string> demands;  // materials that are missing
  bool cannot_tell = false;
  std::string severity;  // of the findings; empty: not told

  bool passes() const { return finds.empty() && demands.empty() && !cannot_tell; }
};

// Problems at "FILE/cases/3/set": unknown_field, required, wrong_type, bad_format, not_found.
Result<std::vector<RuleCase>> read_cases(const RuleSet& set, std::span<const RuleSet::File> files);
std::vector<RuleSet::File> builtin_case_files();

struct CaseFailure {
  const RuleCase* of = nullptr;
  std::string expected, got;
};
struct CaseReport {
  size_t passing = 0, failing = 0;  // cases of each sort, all as expected
  std::vector<CaseFailure> failures;
  // Of kinds with an evaluator: those that are judged, or demand a material.
  std::vector<std::string> kinds_without;  // kinds without a passing or a failing case
  std::vector<const Rule*> rules_without;  // rules that no case has in force
};
CaseReport run_cases(const Engine& engine, std::span<const RuleCase> cases);

}  // namespace beian::rules
