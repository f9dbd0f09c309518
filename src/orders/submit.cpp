#include "orders/submit.hpp"

#include "china/regions.hpp"
#include "orders/account_questions.hpp"
#include "orders/check_registry.hpp"
#include "orders/claim.hpp"
#include "orders/code_names.hpp"
#include "orders/document.hpp"
#include "orders/judgement.hpp"
#include "orders/kind.hpp"
#include "orders/listed.hpp"
#include "orders/locked.hpp"
#include "orders/migrate.hpp"
#include "orders/rejudge.hpp"
#include "orders/reviewed.hpp"
#include "orders/stands_on.hpp"
#include "registry/codes.hpp"

namespace beian::orders {
namespace {

Result<Order> moved(const Context& context, db::Tx& tx, const std::string& order_id,
                    const Result<State>& state) {
  if (!state) return fail(state);
  auto order = context.store.load(tx, order_id);
  if (!order) return fail(ProblemCode::not_found);
  return std::move(*order);
}

// What cannot be checked passes.
Status verdict_of(const PasswordVerdict& verdict, const std::string& field) {
  using Kind = PasswordVerdict::Kind;
  if (verdict.kind == Kind::wrong) return fail(ProblemCode::filing_password_wrong, field);
  if (verdict.kind == Kind::limited)
    return fail(ProblemCode::filing_password_limited, field, {{"reason", verdict.reason}});
  return {};
}

// The one of the old holder, where no account can agree for him.
Status check_old_password(const Context& context, const Order& order,
                          const std::string& authority) {
  const Json& from = order.filed["from"];
  const Secret password(order.document["old_filing_password"].as_string());
  if (!kind_of(order).moves || order.parts > 0 || !from["account"].as_string().empty() ||
      password.reveal().empty())
    return {};
  return verdict_of(
      context.passwords.password(authority, from["entity"]["filing_number"].as_string(), password),
      "/old_filing_password");
}

// A person has just asked for it, so the filing password is asked of the authority, before the
// transaction: it may take its time. What cannot be checked now is checked there on arrival, and of
// a claim, which never arrives there, by the reviewer: so the history tells what came of it.
Result<Json> check_password(const Context& context, const std::string& account_id,
                            const std::string& order_id) {
  const auto order = context.database->read_value(
      [&](db::Tx& tx) { return own_order(context, tx, account_id, order_id); });
  // Whatever else is wrong is told with all the rest.
  if (!order || !next_state(order->state, Event::submit, Actor::applicant)) return Json();
  const Secret password(order->document["filing_password"].as_string());
  const Json& number = order->document.find("entity_number")
                           ? order->document["entity_number"]
                           : order->filed["entity"]["filing_number"];
  const std::string authority = context.directory.for_province(province_of(*order));
  if (authority.empty()) return Json();
  if (const auto old = check_old_password(context, *order, authority); !old) return fail(old);
  if (number.as_string().empty()) return Json();
  if (password.reveal().empty()) {
    if (kind_of(*order).end == End::review && context.passwords.offered(authority))
      return fail(ProblemCode::required, "/filing_password");
    return Json();
  }
  const auto verdict = context.passwords.password(authority, number.as_string(), password);
  if (const auto passed = verdict_of(verdict, "/filing_password"); !passed) return fail(passed);
  if (verdict.kind == PasswordVerdict::Kind::right)
    return Json::object({{"filing_password", "right"}});
  return Json::object({{"filing_password", "unknown"}, {"reason", verdict.reason}});
}

// What would be reported must have words there.
Problems check_service_kinds(const Context& context, const Order& order, int64_t province) {
  Problems problems;
  const auto part = kind_of(order).services;
  const std::string authority = context.directory.for_province(province);
  if ((part != Part::asked && part != Part::edited) || authority.empty() ||
      context.directory.takes_apps(authority))
    return problems;
  const auto& services = order.document["services"].items();
  for (size_t i = 0; i < services.size(); ++i) {
    const auto kind = service_kind(services[i]).value_or(china::ServiceKind::website);
    if (kind != china::ServiceKind::website)
      problems.push_back({ProblemCode::service_kind_not_taken,
                          "/services/" + std::to_string(i) + "/kind",
                          {{"kind", std::string(china::title_of(kind))}}});
  }
  return problems;
}

// What the reviewer will see marked: nothing when nobody reviewed it before.
Json changes_of(const Context& context, db::Tx& tx, const Order& order) {
  const auto review = last_review(tx, context.cipher, order.id);
  if (!review) return {};
  Json changed = Json::array();
  for (auto& field : changed_since(*review, order, materials::of_order(tx, order.id)))
    changed.push(std::move(field));
  return Json::object({{"changed", std::move(changed)}});
}

}  // namespace

Findings findings_of(const Context& context, db::Tx& tx, const Order& order) {
  registry::CodeBook codes(tx);
  return findings_of(context, tx, order, materials::of_order(tx, order.id), codes);
}

Findings findings_of(const Context& context, db::Tx& tx, const Order& order,
                     const std::vector<materials::Material>& materials, registry::CodeBook& codes) {
  Findings findings = validate(
      order, materials, context.clock.now(),
      [&](std::string_view table, int64_t code) { return codes.check(std::string(table), code); },
      {.services_per_order = context.options.services_per_order});
  Findings listed = check_blacklists(context, tx, order.document);
  append_under(findings.problems, "", std::move(listed.problems));
  append_under(findings.warnings, "", std::move(listed.warnings));
  append_under(findings.problems, "", check_locked(order, order.document));
  append_under(findings.problems, "", check_resources(context, tx, order));
  // The look-ups below need sound numbers and names.
  const bool sound = findings.problems.empty();
  if (const auto verdict = judge_by_rules(context, tx, order))
    add_rule_findings(order, *verdict, materials, findings);
  if (!sound) return findings;
  Problems accounts;
  // A claim tells nothing of whose it is before it is proved (claim.hpp).
  const bool claim = kind_of(order).end == End::review;
  if (!is_cancellation(kind_of(order)) && !claim)
    accounts = check_entity(context, tx, asking_of(order, subject_of(order)));
  // Another account's entity is no ground for what the registry would say.
  if (accounts.empty()) accounts = check_registry(context, tx, order);
  if (claim && accounts.empty())
    accounts = check_entity(context, tx, asking_of(order, subject_of(order)));
  append_under(findings.problems, "", std::move(accounts));
  append_under(findings.problems, "", check_domain_holders(context, tx, order));
  const int64_t province = province_of(order);
  append_under(findings.problems, "", check_service_kinds(context, order, province));
  if (kind_of(order).end != End::review && context.directory.for_province(province).empty())
    findings.problems.push_back({ProblemCode::no_authority_link,
                                 "/entity/location/province",
                                 {{"province", china::full_name(province)}}});
  return findings;
}

Result<Order> submit(const Context& context, const Applicant& who, const std::string& order_id,
                     std::optional<int64_t> version) {
  const auto checked = check_password(context, who.account_id, order_id);
  if (!checked) return fail(checked);
  const auto before = context.database->read_value(
      [&](db::Tx& tx) { return own_order(context, tx, who.account_id, order_id); });
  if (before) ask_domain_holders(context, before->document);
  auto submitted = context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    // Materials are not part of the version: nobody may add or remove one while they are judged.
    context.store.lock(tx, order_id);
    auto order = own_order(context, tx, who.account_id, order_id);
    if (!order) return order;
    if (version && *version != order->version) return fail(ProblemCode::stale_version, "/version");
    if (!next_state(order->state, Event::submit, Actor::applicant))
      return fail(ProblemCode::event_not_allowed, {},
                  {{"state", std::string(title_of(order->state))},
                   {"event", std::string(title_of(Event::submit))}});
    auto findings = findings_of(context, tx, *order);
    if (!findings.problems.empty()) return std::unexpected(std::move(findings.problems));
    if (auto open =
            check_may_begin(context, tx, who.account_id, order_id, "/entity/certificate/number");
        !open.empty())
      return std::unexpected(std::move(open));
    if (const auto claimed = context.store.claim(tx, *order); !claimed) return fail(claimed);
    keep_judgement(context, tx, *order);
    if (const auto taken = take_resources(context, tx, *order); !taken) return fail(taken);
    registry::CodeBook codes(tx);
    context.store.set_code_names(tx, order_id, code_names(codes, order->document));
    if (kind_of(*order).end == End::review)
      if (const auto claimed = look_up_claimed(context, tx, *order))
        context.store.set_filed(tx, order_id, claimed->filed);
    Json details = changes_of(context, tx, *order);
    for (const auto& [name, value] : checked->members()) {
      if (!details.is_object()) details = Json::object();
      details.set(name, value);
    }
    const auto state =
        context.store.apply(tx, context.clock.now(), order_id, Event::submit,
                            {Actor::applicant, who.actor_id, "", details}, order->version);
    return moved(context, tx, order_id, state);
  });
  if (submitted) context.told();
  return submitted;
}

Result<Order> act(const Context& context, const Applicant& who, const std::string& order_id,
                  Event event, std::optional<int64_t> version) {
  auto done = context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    const auto order = own_order(context, tx, who.account_id, order_id);
    if (!order) return order;
    const auto state = context.store.apply(tx, context.clock.now(), order_id, event,
                                           {Actor::applicant, who.actor_id, "", {}}, version);
    if (state && *state == State::abandoned) close_old_filing(tx, context.clock.now(), *order);
    return moved(context, tx, order_id, state);
  });
  if (done) context.told();
  return done;
}

}  // namespace beian::orders
