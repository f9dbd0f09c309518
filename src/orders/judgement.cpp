#include "orders/judgement.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "orders/document.hpp"
#include "orders/overrides.hpp"
#include "orders/prefill.hpp"
#include "orders/shape.hpp"
#include "rules/materials.hpp"
#include "rules/select.hpp"

namespace beian::orders {
namespace {

using rules::Severity;

std::string province_of(const rules::Rule& rule) {
  return rule.province == 0 ? "全国" : china::full_name(rule.province);
}

std::string text_of(const rules::Finding& finding) {
  return finding.passed ? finding.text + "；管理员已放行：" + finding.passed->reason : finding.text;
}

// Does the form have that field? What lies below a text or a number is no field of any form.
bool form_has(const Shape& form, std::string_view pointer) {
  const Shape* shape = &form;
  for (const auto& token : text::split(pointer.empty() ? pointer : pointer.substr(1), '/')) {
    if (token.empty()) continue;
    if (shape->kind == Kind::list) {
      if (!text::all_digits(token)) return false;
      shape = shape->item;
    } else if (shape->kind == Kind::object) {
      const auto member = std::ranges::find(shape->members, token, &Member::name);
      if (member == shape->members.end()) return false;
      shape = member->shape;
    } else {
      return false;
    }
  }
  return true;
}

// Is it the order, the entity or a service as a whole? Those are what an order is about, whatever
// of them is filed already.
bool names_a_whole(std::string_view pointer) {
  const auto depth = std::ranges::count(pointer, '/');
  return depth <= 1 || (depth == 2 && pointer.starts_with("/services/"));
}

class RuleFindings {
 public:
  RuleFindings(const Order& order, const std::vector<materials::Material>& materials,
               Findings& findings)
      : kind_(kind_of(order)),
        order_(order),
        form_(form_of(kind_, order.filed)),
        start_(order.filed.is_null() ? Json() : prefilled(kind_, order.filed)),
        own_(findings.problems),
        into_(findings) {
    for (const auto& material : materials)
      there_.insert(material_field(material.purpose, material.owner));
  }

  void add(const rules::Finding& finding) {
    if (finding.passed && finding.passed->off) return;
    if (finding.severity == Severity::material)
      material(finding);
    else
      field(finding);
  }

 private:
  void field(const rules::Finding& finding) {
    if (!form_has(form_, finding.at) || told_already(finding.at)) return;
    const bool refuses =
        finding.severity == Severity::refuse && !finding.passed && !as_filed(finding.at);
    const rules::Rule& rule = *finding.rule;
    (refuses ? into_.problems : into_.warnings)
        .push_back({ProblemCode::rule_refuses,
                    finding.at,
                    {{"text", text_of(finding)},
                     {"province", province_of(rule)},
                     {"rule", rule.kind->id},
                     {"source", rule.source}}});
  }

  void material(const rules::Finding& finding) {
    const auto* kind = rules::material_kind(finding.material);
    if (kind == nullptr) return;
    const rules::Rule& rule = *finding.rule;
    const bool refuses =
        rule.severity != Severity::warn && !finding.passed && !as_filed(finding.at);
    for (const int purpose : kind->purposes) {
      const auto* row = material_row(purpose);
      const std::string owner = row ? owner_of(row->owner, finding.at) : std::string();
      const std::string pointer = material_field(purpose, owner);
      if (!row || !takes_material(kind_, purpose) || there_.contains(pointer)) continue;
      // Once, however many rules ask for it.
      if (!asked_.insert(pointer).second || told_already(pointer)) continue;
      (refuses ? into_.problems : into_.warnings)
          .push_back({ProblemCode::material_missing,
                      pointer,
                      {{"material", std::string(row->title) + "（" + text_of(finding) + "；" +
                                        province_of(rule) + "规则，依据：" + rule.source + "）"}}});
      if (!kind->all) return;
    }
  }

  // The owner of a material that is asked for at a pointer.
  static std::string owner_of(Owner owner, const std::string& at) {
    if (owner == Owner::entity) return "/entity";
    const auto parts = text::split(at, '/');  // "", "services", "0", "domains", "1"
    const bool in_service = parts.size() > 2 && parts[1] == "services";
    const std::string service = "/services/" + (in_service ? parts[2] : "0");
    if (owner == Owner::service) return service;
    if (owner == Owner::app) return service + "/app";
    if (owner == Owner::pre_approval) return service + "/pre_approvals/0";
    const bool in_domain = in_service && parts.size() > 4 && parts[3] == "domains";
    return service + "/domains/" + (in_domain ? parts[4] : "0");
  }

  // Filed already and left as it is: nobody could mend it here.
  bool as_filed(const std::string& pointer) const {
    if (names_a_whole(pointer)) return false;
    const Json* before = start_.pointer(pointer);
    const Json* now = order_.document.pointer(pointer);
    return before && now && *before == *now;
  }

  bool told_already(const std::string& pointer) const {
    return std::ranges::any_of(own_, [&](const Problem& problem) {
      return !problem.field.empty() && covers(problem.field, pointer);
    });
  }

  const OrderKind& kind_;
  const Order& order_;
  const Shape& form_;
  const Json start_;  // the document as it is filed, or null
  const Problems own_;
  std::set<std::string> there_, asked_;
  Findings& into_;
};

std::optional<rules::Verdict> verdict_of(db::Tx& tx, const Order& order,
                                         const rules::Facts& facts) {
  const auto& engine = rules::Engine::builtin();
  if (!rules::check(engine.set(), rules::case_of(facts, "website")).empty()) return std::nullopt;
  rules::Verdict verdict = engine.evaluate(facts);
  if (is_cancellation(kind_of(order))) {
    const auto other = [](const auto& told) {
      const auto& orders = told.rule->applies_to.order;
      return std::ranges::find(orders, "cancel") == orders.end();
    };
    std::erase_if(verdict.findings, other);
    std::erase_if(verdict.cannot_tell, other);
    std::erase_if(verdict.demands, other);
  }
  apply_overrides(verdict, overrides_in_force(tx, facts.today), facts, order.id);
  return verdict;
}

}  // namespace

std::optional<rules::Verdict> judge_by_rules(const Context& context, db::Tx& tx, const Order& order,
                                             const Resolved& resolved) {
  return verdict_of(tx, order, rule_facts(context, tx, order, resolved));
}

std::string rules_said(const Context& context, db::Tx& tx, const Order& order) {
  rules::Facts facts = rule_facts(context, tx, order);
  facts.materials.reset();  // all that is demanded, whether it is there or not
  const auto verdict = verdict_of(tx, order, facts);
  if (!verdict) return {};
  std::set<std::string> lines;
  for (const auto& finding : verdict->findings)
    if (!finding.passed)
      lines.insert(std::string(name_of(finding.severity)) + " " + finding.rule->kind->id + " " +
                   finding.at);
  for (const auto& demand : verdict->demands)
    lines.insert("demand " + demand.rule->kind->id + " " + demand.at + " " + demand.material);
  return text::join({lines.begin(), lines.end()}, "\n");
}

void add_rule_findings(const Order& order, const rules::Verdict& verdict,
                       const std::vector<materials::Material>& materials, Findings& findings) {
  RuleFindings into(order, materials, findings);
  for (const auto& finding : verdict.findings) into.add(finding);
}

}  // namespace beian::orders
