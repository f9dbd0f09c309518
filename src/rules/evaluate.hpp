// The judgement of an order by the rules in force: what is wrong, what cannot be told, what has to
// be handed in, asked and looked at.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <tuple>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "rules/facts.hpp"
#include "rules/rule.hpp"

namespace beian::rules {

// What lets a finding pass (rules/override.hpp).
struct Passed {
  std::string id, reason;
  bool off = false;  // not even told as an advice

  bool operator==(const Passed&) const = default;
};

// Pointers to rules live as long as the set.
struct Finding {
  const Rule* rule = nullptr;  // whose param is not kept: a province's or the national one
  Severity severity = Severity::refuse;  // refuse, warn, or material: it is missing
  std::string at;                        // JSON pointer into the order's document
  std::string text;                      // Chinese: what is wrong and what to do
  std::string material;                  // that is demanded; empty: none
  std::optional<Passed> passed;          // an administrator lets it pass

  bool operator==(const Finding&) const = default;
};

// A fact is missing (or the sources do not say): neither kept nor broken.
struct CannotTell {
  const Rule* rule = nullptr;
  std::string at, text;

  bool operator==(const CannotTell&) const = default;
};

struct Demand {
  const Rule* rule = nullptr;
  std::string material, at;
  Known<bool> there;  // nothing: the materials were not looked at

  bool operator==(const Demand&) const = default;
};

struct Verdict {
  std::vector<Finding> findings;
  std::vector<CannotTell> cannot_tell;
  std::vector<Demand> demands;
  std::vector<const Rule*> questions;  // to the applicant, not answered yet
  std::vector<const Rule*> checklist;  // for the reviewer
  std::vector<const Rule*> in_force;   // all, in the order of the kinds

  bool refused() const;  // a finding of severity refuse that nobody lets pass
};

// {"findings": [{"kind","province","severity","at","text","source","as_of"?,"confidence",
// "material"?, "overridden"?: {"id","effect","reason"}}], "cannot_tell": [{"kind",…,"at","text"}],
// "demands":
// [{…,"material","at","there"?}], "questions": [{"kind","text","source",…}], "checklist": […]}
Json to_json(const Verdict& verdict);

// What was prepared for a case.
struct Prepared;

// Prepares the rules of a case once, and judges many orders by them. Thread-safe; the set must
// outlive it.
class Engine {
 public:
  explicit Engine(const RuleSet& set);
  ~Engine();
  static const Engine& builtin();

  // Every kind of service of the order is judged by the rules for that kind. An order without
  // services counts as one of websites.
  Verdict evaluate(const Facts& facts) const;

  const RuleSet& set() const { return set_; }

 private:
  std::shared_ptr<const Prepared> prepare(const Case& wanted) const;

  const RuleSet& set_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::tuple<int64_t, std::string, std::string, std::string>,
                   std::shared_ptr<const Prepared>>
      prepared_;
};

// Params that the evaluators do not understand, kinds to be judged that have no evaluator, at
// "440000.json/rules/3/params/scope/0" and "kinds.json/ID".
Problems check_evaluators(const RuleSet& set);

}  // namespace beian::rules
