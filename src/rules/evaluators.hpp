// The evaluators: one function a kind of rule, in one table.
//
// An evaluator reads the params of a rule once and gives a judge: a function of an order's facts
// that tells its findings. Its findings name the param that is not kept, so that a finding cites
// the rule that says it: the province's, or the national one under it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "rules/evaluate.hpp"
#include "rules/facts.hpp"
#include "rules/params.hpp"
#include "rules/select.hpp"

namespace beian::rules {

// An order as the rules for one kind of service see it.
struct View {
  const Facts& facts;
  std::string_view kind;  // of service

  const Entity& entity() const { return facts.entity; }
  bool individual() const;
  bool is_order(std::string_view group) const;  // "first", "change", …: as in the rule files
  const Person* entity_manager() const;         // nullptr: none yet
  // The services of this kind; managers of others are left out as well.
  template <class F>
  void services(F visit) const {
    for (const auto& service : facts.services)
      if (service.kind == kind) visit(service);
  }
  template <class F>
  void domains(F visit) const {
    services([&](const Service& service) {
      for (const auto& domain : service.domains) visit(service, domain);
    });
  }
  template <class F>
  void persons(F visit) const {
    for (const auto& person : facts.persons)
      if (person.role == Role::entity_manager || manages(person)) visit(person);
  }
  // Service managers only.
  template <class F>
  void service_managers(F visit) const {
    persons([&](const Person& person) {
      if (person.role == Role::service_manager) visit(person);
    });
  }

 private:
  bool manages(const Person& person) const;
};

// Collects what the judges of one case tell. Texts are made only when something is told.
class Findings {
 public:
  Findings(const Facts& facts, Verdict& into) : facts_(facts), into_(into) {}

  void begin(const Effective& rule) { rule_ = &rule; }

  // `param` is not kept: with the severity of the rule that names it (of which `material` counts as
  // refuse: the thing itself is wrong).
  void wrong(std::string_view param, std::string at, std::string text);
  // Advice, whatever the rule's severity.
  void advise(std::string_view param, std::string at, std::string text);
  void unknown(std::string_view param, std::string at, std::string text);
  // A material has to be there; a finding when it is known not to be. The rule's own material, or
  // the one named. True: it is there, or nobody looked.
  bool demand(std::string_view param, std::string at, std::string text,
              std::string_view material = {});
  bool has(std::string_view material) const;
  // What belongs to another service, or to another domain of it, is not there for `at`.
  bool has(std::string_view material, std::string_view at) const;

 private:
  const Rule* rule_of(std::string_view param) const;
  void add(const Finding& finding);

  const Facts& facts_;
  Verdict& into_;
  const Effective* rule_ = nullptr;
};

using Judge = std::function<void(const View&, Findings&)>;

struct Evaluator {
  std::string_view kind;
  Judge (*make)(Params&);
};
std::span<const Evaluator> evaluators();
const Evaluator* evaluator_of(std::string_view kind);  // nullptr: none

// By subject; evaluators() is all of them.
std::span<const Evaluator> person_evaluators();
std::span<const Evaluator> phone_evaluators();
std::span<const Evaluator> name_evaluators();
std::span<const Evaluator> domain_evaluators();
std::span<const Evaluator> entity_evaluators();
std::span<const Evaluator> address_evaluators();
std::span<const Evaluator> service_evaluators();
std::span<const Evaluator> order_evaluators();
std::span<const Evaluator> change_evaluators();
std::span<const Evaluator> material_evaluators();
std::span<const Evaluator> preapproval_evaluators();

}  // namespace beian::rules
