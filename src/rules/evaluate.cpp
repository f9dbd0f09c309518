#include "rules/evaluate.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>

#include "rules/evaluators.hpp"

namespace beian::rules {

// Effective rules stand still in memory: judges and findings point to them.
struct Prepared {
  struct Judged {
    const Effective* rule;
    Judge judge;
  };
  std::vector<Effective> rules;
  std::vector<Judged> judges;
  std::vector<const Rule*> questions, checklist, in_force;
};

namespace {

// The place in a list that a pointer goes through, "" where it goes through none: of
// "/services/0/domains/1" in "/services/" it is "/services/0".
std::string_view place_in(std::string_view pointer, std::string_view list) {
  const size_t start = pointer.find(list);
  if (start == pointer.npos) return {};
  return pointer.substr(0, pointer.find('/', start + list.size()));
}

// Do both go through the list, each through another place?
bool apart(std::string_view a, std::string_view b) {
  for (const std::string_view list : {"/services/", "/domains/"}) {
    const auto one = place_in(a, list), other = place_in(b, list);
    if (!one.empty() && !other.empty() && one != other) return true;
  }
  return false;
}

bool stands(const Rule& rule, Place place) {
  return std::ranges::find(rule.kind->places, place) != rule.kind->places.end();
}

template <class T>
void add_once(std::vector<T>& into, const T& value) {
  if (std::ranges::find(into, value) == into.end()) into.push_back(value);
}

std::shared_ptr<const Prepared> prepare_case(const RuleSet& set, const Case& wanted) {
  auto out = std::make_shared<Prepared>();
  out->rules = in_force(set, wanted);
  for (const auto& effective : out->rules) {
    const Rule& rule = *effective.rule;
    out->in_force.push_back(&rule);
    if (stands(rule, Place::question)) out->questions.push_back(&rule);
    if (stands(rule, Place::checklist)) out->checklist.push_back(&rule);
    const Evaluator* evaluator = evaluator_of(rule.kind->id);
    if (evaluator == nullptr) continue;
    Problems unread;  // told when the rules were loaded
    Params params(effective.params, unread);
    out->judges.push_back({&effective, evaluator->make(params)});
  }
  return out;
}

Json about(const Rule& rule) {
  Json out = Json::object({{"kind", rule.kind->id},
                           {"title", rule.kind->title_zh},
                           {"province", rule.province},
                           {"source", rule.source}});
  if (!rule.as_of.empty()) out.set("as_of", rule.as_of);
  out.set("confidence", name_of(rule.confidence));
  return out;
}

Json lines(const std::vector<const Rule*>& rules) {
  Json out = Json::array();
  for (const Rule* rule : rules) {
    Json line = about(*rule);
    line.set("text", rule->text_zh);
    out.push(std::move(line));
  }
  return out;
}

}  // namespace

bool Verdict::refused() const {
  return std::ranges::any_of(
      findings, [](const Finding& f) { return f.severity == Severity::refuse && !f.passed; });
}

Json to_json(const Verdict& verdict) {
  Json findings = Json::array(), unknown = Json::array(), demands = Json::array();
  for (const auto& f : verdict.findings) {
    Json one = about(*f.rule);
    one.set("severity", name_of(f.severity));
    one.set("at", f.at);
    one.set("text", f.text);
    if (!f.material.empty()) one.set("material", f.material);
    if (f.passed)
      one.set("overridden", Json::object({{"id", f.passed->id},
                                          {"effect", f.passed->off ? "off" : "warn"},
                                          {"reason", f.passed->reason}}));
    findings.push(std::move(one));
  }
  for (const auto& u : verdict.cannot_tell) {
    Json one = about(*u.rule);
    one.set("at", u.at);
    one.set("text", u.text);
    unknown.push(std::move(one));
  }
  for (const auto& d : verdict.demands) {
    Json one = about(*d.rule);
    one.set("material", d.material);
    one.set("at", d.at);
    if (d.there) one.set("there", *d.there);
    demands.push(std::move(one));
  }
  return Json::object({{"findings", std::move(findings)},
                       {"cannot_tell", std::move(unknown)},
                       {"demands", std::move(demands)},
                       {"questions", lines(verdict.questions)},
                       {"checklist", lines(verdict.checklist)}});
}

Engine::Engine(const RuleSet& set) : set_(set) {}
Engine::~Engine() = default;

const Engine& Engine::builtin() {
  static const Engine engine(RuleSet::builtin());
  return engine;
}

std::shared_ptr<const Prepared> Engine::prepare(const Case& wanted) const {
  const auto key = std::tuple(wanted.province, wanted.nature, wanted.order, wanted.service);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = prepared_.find(key); found != prepared_.end()) return found->second;
  }
  auto made = prepare_case(set_, wanted);
  // Words come from documents: what nobody knows is not kept, or the table would grow with them.
  if (!check(set_, wanted).empty()) return made;
  const std::unique_lock lock(mutex_);
  return prepared_.emplace(key, std::move(made)).first->second;
}

Verdict Engine::evaluate(const Facts& facts) const {
  std::vector<std::string_view> kinds;
  for (const auto& service : facts.services) add_once<std::string_view>(kinds, service.kind);
  if (kinds.empty()) kinds.emplace_back("website");
  Verdict out;
  Findings findings(facts, out);
  for (const auto kind : kinds) {
    const auto prepared = prepare(case_of(facts, kind));
    const View view{facts, kind};
    for (const auto& judged : prepared->judges) {
      findings.begin(*judged.rule);
      judged.judge(view, findings);
    }
    const bool first = kind == kinds.front();
    const auto take = [first](std::vector<const Rule*>& into,
                              const std::vector<const Rule*>& from) {
      if (first)
        into = from;
      else
        for (const Rule* rule : from) add_once(into, rule);
    };
    take(out.in_force, prepared->in_force);
    take(out.questions, prepared->questions);
    take(out.checklist, prepared->checklist);
  }
  std::erase_if(out.questions,
                [&](const Rule* rule) { return facts.answers.contains(rule->kind->id); });
  return out;
}

Problems check_evaluators(const RuleSet& set) {
  Problems problems;
  for (const auto& kind : set.kinds()) {
    const bool judged = std::ranges::find(kind.places, Place::judged) != kind.places.end();
    if (judged && evaluator_of(kind.id) == nullptr)
      problems.push_back({ProblemCode::not_found, "kinds.json/" + kind.id, {}});
  }
  for (const auto& [province, book] : set.books()) {
    const std::string file = province == 0 ? "national.json" : std::to_string(province) + ".json";
    for (size_t i = 0; i < book.rules.size(); ++i) {
      const Evaluator* evaluator = evaluator_of(book.rules[i].kind->id);
      if (evaluator == nullptr) continue;
      Problems found;
      Params params(book.rules[i].params, found);
      evaluator->make(params);
      params.end();
      append_under(problems, file + "/rules/" + std::to_string(i) + "/params", std::move(found));
    }
  }
  return problems;
}

// ---- what evaluators are given

bool View::individual() const {
  return nature_word(facts.entity) == "individual";
}

bool View::is_order(std::string_view group) const {
  return facts.order == group ||
         (facts.order.starts_with(group) && facts.order.size() > group.size() &&
          facts.order[group.size()] == '_' && (group == "change" || group == "cancel"));
}

const Person* View::entity_manager() const {
  const auto found = std::ranges::find(facts.persons, Role::entity_manager, &Person::role);
  return found == facts.persons.end() ? nullptr : &*found;
}

bool View::manages(const Person& person) const {
  return std::ranges::any_of(facts.services, [&](const Service& service) {
    return service.kind == kind && person.at.starts_with(service.at) &&
           person.at.substr(service.at.size()).starts_with("/");
  });
}

const Rule* Findings::rule_of(std::string_view param) const {
  const bool inherited = rule_->national != nullptr && rule_->rule->params.find(param) == nullptr &&
                         rule_->national->params.find(param) != nullptr;
  return inherited ? rule_->national : rule_->rule;
}

void Findings::add(const Finding& finding) {
  // Two rules of a province may stand over the same national one.
  add_once(into_.findings, finding);
}

void Findings::wrong(std::string_view param, std::string at, std::string text) {
  const Rule* rule = rule_of(param);
  const Severity severity =
      rule->severity == Severity::material ? Severity::refuse : rule->severity;
  add({rule, severity, std::move(at), std::move(text), {}, {}});
}

void Findings::advise(std::string_view param, std::string at, std::string text) {
  add({rule_of(param), Severity::warn, std::move(at), std::move(text), {}, {}});
}

void Findings::unknown(std::string_view param, std::string at, std::string text) {
  add_once(into_.cannot_tell, CannotTell{rule_of(param), std::move(at), std::move(text)});
}

bool Findings::demand(std::string_view param, std::string at, std::string text,
                      std::string_view material) {
  const Rule* rule = rule_of(param);
  std::string wanted = material.empty() ? rule->material : std::string(material);
  if (wanted.empty() && rule_->national != nullptr) wanted = rule_->national->material;
  if (wanted.empty()) return true;  // the rule only tells
  Demand demand{rule, wanted, at, {}};
  if (facts_.materials) demand.there = has(wanted, at);
  const bool there = demand.there.value_or(true);
  add_once(into_.demands, demand);
  if (!there) add({rule, Severity::material, std::move(at), std::move(text), wanted, {}});
  return there;
}

bool Findings::has(std::string_view material) const {
  return has(material, {});
}

bool Findings::has(std::string_view material, std::string_view at) const {
  return facts_.materials && std::ranges::any_of(*facts_.materials, [&](const Material& one) {
           return one.id == material && !apart(one.at, at);
         });
}

}  // namespace beian::rules
