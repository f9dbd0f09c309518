#include "orders/check_registry.hpp"

#include "china/app.hpp"
#include "orders/ask_registry.hpp"
#include "orders/claim.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/migrate.hpp"
#include "orders/prefill.hpp"
#include "registry/apps.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

// The number under which an app is filed elsewhere; "" of a website.
std::string number_of_app(const Json& document) {
  const std::string& number = document["service_number"].as_string();
  return kind_of_number(number) == china::ServiceKind::website ? "" : number;
}

// A change may bring a name, but not one that another service has.
void check_new_keys(db::Tx& tx, const Order& order, Problems& problems) {
  const auto& filed = order.filed["services"].items();
  for (const auto& app : apps_of(order.document)) {
    const size_t service = index_of_service(app.pointer);
    const Json& own = service < filed.size() ? filed[service]["filing_number"] : Json();
    for (const auto& other : registry::find_apps(tx, {app.key}))
      if (other.service_number != own.as_string())
        problems.push_back(
            {ProblemCode::app_filed,
             app.pointer,
             {{"kind", std::string(china::title_of(app.kind))}, {"number", other.service_number}}});
  }
  for (const auto& field : domains_of(order.document)) {
    const size_t service = index_of_service(field.pointer);
    if (service >= filed.size() || service_kind(filed[service]) == china::ServiceKind::website)
      continue;
    for (const auto& other : registry::find_domains(tx, field.domain))
      if (other.entity_number != order.filed["entity"]["filing_number"].as_string())
        return problems.push_back({ProblemCode::filed_elsewhere, field.pointer, {}});
  }
}

// Of a migration: the website, and that the entity that it goes to stands as it did.
Problems check_target(const Context& context, db::Tx& tx, const Order& order, Problems problems) {
  append_under(problems, "", check_move(context, tx, order));
  const Question question = question_of(subject_of(order));
  const auto registered = ask_registry(tx, context, order.account_id, question);
  if (registered.known.entity == Known::Where::here && !order.filed.find("entity"))
    problems.push_back({ProblemCode::migration_not_taken,
                        question.fields.certificate,
                        {{"reason", "新主体已备案，请放弃订单并重新判断备案类型"}}});
  return problems;
}

}  // namespace

Problems check_registry(const Context& context, db::Tx& tx, const Order& order) {
  const auto& kind = kind_of(order);
  if (kind.end == End::review) {
    const auto claimed = look_up_claimed(context, tx, order);
    return claimed ? Problems{} : claimed.error();
  }
  Problems problems = check_still_filed(context, tx, order);
  if (kind.moves) return check_target(context, tx, order, std::move(problems));
  if (kind.services == Part::edited) check_new_keys(tx, order, problems);
  // Only what is new may have been filed meanwhile by somebody else.
  if (kind.services != Part::asked && kind.services != Part::named) return problems;
  Question question = question_of(subject_of(order));
  add_names_of(order.document, question);
  if (kind.services == Part::named) question.service_number = number_of_app(order.document);
  Known known = ask_registry(tx, context, order.account_id, question).known;
  // Another kind than this one would be another order: the detection tells the ways out.
  known.movable.clear();
  known.immovable.clear();
  const auto decision = decide_kind(known, question.fields);
  if (!decision)
    append_under(problems, "", decision.error());
  else if (decision->kind != &kind && kind.services == Part::asked &&
           // Of what is filed elsewhere this registry may know nothing, which contradicts nothing.
           (decision->kind->name != "first" || !order.filed.is_null()))
    problems.push_back({ProblemCode::kind_differs,
                        question.fields.certificate,
                        {{"kind", std::string(decision->kind->title)}}});
  return problems;
}

}  // namespace beian::orders
