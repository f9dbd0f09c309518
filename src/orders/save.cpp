#include "orders/save.hpp"

#include "orders/account_questions.hpp"
#include "orders/document.hpp"
#include "orders/follow_services.hpp"
#include "orders/kind.hpp"
#include "orders/listed.hpp"
#include "orders/locked.hpp"
#include "orders/rejudge.hpp"
#include "orders/shape.hpp"
#include "orders/validate.hpp"

namespace beian::orders {
namespace {

// The pointers that a review (or the authority) found wanting.
std::vector<std::string> marks_of(const Order& order) {
  std::vector<std::string> marks;
  for (const auto& finding : order.findings.items())
    if (finding["verdict"].as_string() != "pass") marks.push_back(finding["field"].as_string());
  return marks;
}

// Other states of the applicant are free: a draft, and what was refused as a whole.
bool limited_to_marks(const Order& order) {
  return order.state == State::needs_changes;
}

}  // namespace

bool is_marked(const Order& order, const std::string& pointer) {
  if (!limited_to_marks(order)) return true;
  for (const auto& mark : marks_of(order))
    if (covers(mark, pointer) || covers(pointer, mark)) return true;
  return false;
}

bool is_material_marked(const Order& order, int purpose, const std::string& owner) {
  if (!limited_to_marks(order)) return true;
  const std::string field = material_field(purpose, owner);
  for (const auto& mark : marks_of(order)) {
    if (covers(mark, field)) return true;
    // A mark on another material of the owner opens only that one.
    if (covers(owner, mark) && !covers(owner + "/materials", mark)) return true;
  }
  return false;
}

Status check_editable(const Order& order, std::string_view action) {
  if (is_editable(order.state)) return {};
  return fail(ProblemCode::event_not_allowed, {},
              {{"state", std::string(title_of(order.state))}, {"event", std::string(action)}});
}

Result<Order> save_in(const Context& context, db::Tx& tx, TimePoint now, const Applicant& who,
                      const std::string& order_id, int64_t version, const Json& document,
                      const std::string& field) {
  // Pictures come without a new version, and some may have to move.
  context.store.lock(tx, order_id);
  auto order = own_order(context, tx, who.account_id, order_id);
  if (!order) return order;
  if (const auto editable = check_editable(*order, "修改"); !editable) return fail(editable);
  if (order->version != version) return fail(ProblemCode::stale_version, "/version");
  Json wanted = normalized(document);
  // It is never shown again, so a form sends it back only when it was typed anew.
  for (const auto name : kSecrets)
    if (const Json* secret = order->document.find(name); secret && !wanted.find(name))
      wanted.set(name, *secret);
  Problems faults, problems;
  check_shape(form_of(kind_of(*order), order->filed), wanted, "", false, faults);
  append_under(problems, field, faults);
  if (faults.empty()) {
    append_under(problems, field, check_locked(*order, wanted));
    for (const auto& changed : changed_fields(order->document, wanted))
      if (!is_marked(*order, changed))
        problems.push_back({ProblemCode::not_marked_for_change, field + changed, {}});
    append_under(problems, field, check_blacklists(context, tx, wanted).problems);
    append_under(problems, field, check_entity(context, tx, asking_of(*order, wanted)));
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (order->document == wanted) return order;
  Json changed = Json::array();
  for (auto& pointer : changed_fields(order->document, wanted)) changed.push(std::move(pointer));
  const auto saved = context.store.save_document(
      tx, now, *order, wanted,
      {Actor::applicant, who.actor_id, "", Json::object({{"changed", std::move(changed)}})});
  if (!saved) return fail(saved);
  follow_services(tx, order_id, order->document, wanted);
  order->document = wanted;
  order->version = *saved;
  order->updated = now;
  keep_judgement(context, tx, *order);
  return order;
}

Result<Order> save(const Context& context, const Applicant& who, const std::string& order_id,
                   int64_t version, const Json& document, const std::string& field) {
  const TimePoint now = context.clock.now();
  return context.database->write_result([&](db::Tx& tx) {
    return save_in(context, tx, now, who, order_id, version, document, field);
  });
}

}  // namespace beian::orders
