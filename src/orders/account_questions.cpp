#include "orders/account_questions.hpp"

#include <algorithm>
#include <set>

#include "accounts/accounts.hpp"
#include "accounts/identity.hpp"
#include "base/personal.hpp"
#include "base/text.hpp"
#include "china/codes.hpp"
#include "china/narrow.hpp"
#include "domains/facts.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/rule_facts.hpp"
#include "registry/holders.hpp"
#include "rules/evaluate.hpp"
#include "rules/select.hpp"

namespace beian::orders {
namespace {

std::string claim_of(const Context& context, int64_t type, const std::string& number) {
  return entity_claim(
      context.cipher,
      Json::object(
          {{"entity",
            Json::object({{"certificate", Json::object({{"type", type}, {"number", number}})}})}}));
}

std::string name_of_entity(const Order& order) {
  const Json subject = subject_of(order);
  const std::string& name = subject["entity"]["name"].as_string();
  return china::is_individual(subject["entity"]["nature"].as_int()) ? mask_name(name) : name;
}

// What the account holds or is about to, other than the entity that it asks about.
struct Others {
  size_t count = 0;
  std::string name;  // of one of them
};
Others other_entities(const Context& context, db::Tx& tx, const Asking& asking,
                      const std::string& index) {
  Others out;
  for (const auto& held : registry::holdings(tx, asking.account_id)) {
    if (held.certificate_index == index && held.certificate_type == asking.certificate_type)
      continue;
    if (out.count++ == 0) out.name = held.display_name;
  }
  // Open orders that bring in an entity; what is filed here was counted above. A migration has what
  // it comes from in `filed`, and the entity beside it only when that is filed here.
  std::set<std::string> coming;
  for (const auto& row : tx.query(
           "SELECT c.claim AS claim, c.order_id AS id, o.filed AS filed FROM order_claims c "
           "JOIN orders o ON o.id = c.order_id WHERE c.kind = 'entity' "
           "AND (o.filed = '' OR o.kind = 'migrate') "
           "AND o.account_id = :account AND c.order_id <> :self AND c.claim <> :claim",
           {{"account", asking.account_id},
            {"self", asking.order_id},
            {"claim", claim_of(context, asking.certificate_type, asking.certificate_number)}})) {
    if (coming.contains(row.text("claim"))) continue;
    std::optional<Order> order;
    if (out.count == 0 || !row.text("filed").empty())
      order = context.store.load(tx, row.text("id"));
    if (order && order->filed.find("entity")) continue;
    coming.insert(row.text("claim"));
    if (out.count++ == 0 && order) out.name = name_of_entity(*order);
  }
  return out;
}

std::string told_account(const Context& context, db::Tx& tx, const std::string& account_id) {
  if (!context.options.accounts.tell_other_account) return "***";
  const auto owner = accounts::find_account(tx, account_id);
  return mask_name(owner ? owner->name : "");
}

bool begins(const AccountQuestions& questions, db::Tx& tx, const std::string& account_id,
            const std::string& order_id) {
  return !questions.one_open_order ||
         !tx.query_one(
             "SELECT id FROM orders WHERE account_id = :account AND id <> :self "
             "AND state NOT IN ('completed', 'abandoned') LIMIT 1",
             {{"account", account_id}, {"self", order_id}});
}

// Whom the province's rule of holders admits beside the entity.
struct Admitted {
  bool persons = false, organisations = false;
};
Admitted admitted(const Context& context, db::Tx& tx, const Order& order) {
  const rules::Facts facts = rule_facts(context, tx, order);
  const auto& engine = rules::Engine::builtin();
  // Without a province and a nature nobody can say which rule is in force.
  if (!rules::check(engine.set(), rules::case_of(facts, "website")).empty()) return {true, true};
  const rules::Rule* rule = nullptr;
  for (const auto* one : engine.evaluate(facts).in_force)
    if (one->kind->id == "domain-holder" && (rule == nullptr || one->province != 0)) rule = one;
  Admitted out{rule == nullptr, rule == nullptr};
  if (rule == nullptr) return out;
  for (const auto* list : {"allowed", "allowed_with_proof", "disputed"})
    for (const auto& who : rule->params[list].items()) {
      const std::string& word = who.as_string();
      out.organisations = out.organisations || word == "shareholder";
      out.persons = out.persons || word == "shareholder" || word == "legal_representative" ||
                    word == "senior_manager";
    }
  return out;
}

// Names of persons are short, or have a dot between their parts. Whether it is the right person
// nobody can see here: the rules ask for a proof.
bool may_be_person(std::string_view name) {
  return text::length(name) <= 4 || name.find("·") != std::string_view::npos;
}

}  // namespace

Asking asking_of(const Order& order, const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  return {order.account_id, order.id, certificate["type"].as_int(),
          normal_certificate(certificate["number"].as_string()), "/entity/certificate/number"};
}

Problems check_entity(const Context& context, db::Tx& tx, const Asking& asking) {
  Problems problems;
  const auto& questions = context.options.accounts;
  if (asking.certificate_number.empty()) return problems;
  if (questions.identity_is_entity &&
      !accounts::is_identity(tx, context.cipher, asking.account_id, asking.certificate_type,
                             asking.certificate_number))
    problems.push_back({ProblemCode::identity_differs, asking.field, {}});
  const auto entity = registry::find_certificate(tx, context.cipher, asking.certificate_type,
                                                 asking.certificate_number);
  if (entity) {
    const auto all = registry::holders(tx, entity->province, entity->entity_id);
    if (std::ranges::find(all, asking.account_id) != all.end()) return problems;
    if (static_cast<int64_t>(all.size()) >= questions.accounts_per_entity) {
      problems.push_back({ProblemCode::entity_of_other_account,
                          asking.field,
                          {{"account", told_account(context, tx, all.front())}}});
      return problems;
    }
  }
  const auto others = other_entities(
      context, tx, asking, registry::certificate_index(context.cipher, asking.certificate_number));
  if (static_cast<int64_t>(others.count) >= questions.entities_per_account)
    problems.push_back({ProblemCode::account_has_entity, asking.field, {{"name", others.name}}});
  return problems;
}

Problems check_open_orders(const Context& context, db::Tx& tx, const Asking& asking) {
  const auto claimed = tx.query_one(
      "SELECT order_id FROM order_claims WHERE kind = 'entity' AND claim = :claim "
      "AND order_id <> :self",
      {{"claim", claim_of(context, asking.certificate_type, asking.certificate_number)},
       {"self", asking.order_id}});
  if (claimed || !begins(context.options.accounts, tx, asking.account_id, asking.order_id))
    return {{ProblemCode::open_order_exists, asking.field, {}}};
  return {};
}

Problems check_may_begin(const Context& context, db::Tx& tx, const std::string& account_id,
                         const std::string& order_id, const std::string& field) {
  if (begins(context.options.accounts, tx, account_id, order_id)) return {};
  return {{ProblemCode::open_order_exists, field, {}}};
}

Problems check_domain_holders(const Context& context, db::Tx& tx, const Order& order) {
  using Holder = AccountQuestions::DomainHolder;
  Problems problems;
  const Holder wanted = context.options.accounts.domain_holder;
  if (wanted == Holder::anyone || !context.options.domains || is_cancellation(kind_of(order)))
    return problems;
  const std::string name = china::squeeze(order.document["entity"]["name"].as_string());
  if (name.empty()) return problems;
  std::optional<Admitted> others;
  for (const auto& field : domains_of(order.document)) {
    const auto kept = domains::kept_registration(*context.options.domains, tx, field.domain);
    if (!kept || kept->kind != domains::Registration::Kind::registered) continue;
    const std::string holder = china::squeeze(kept->holder);
    if (holder.empty() || holder == name) continue;
    if (!others) others = wanted == Holder::entity ? Admitted{} : admitted(context, tx, order);
    if (may_be_person(holder) ? others->persons : others->organisations) continue;
    problems.push_back({ProblemCode::domain_holder_differs,
                        field.pointer,
                        {{"domain", field.domain}, {"holder", kept->holder}}});
  }
  return problems;
}

void ask_domain_holders(const Context& context, const Json& document) {
  if (!context.options.domains || context.options.domains->options.rdap_url.empty()) return;
  for (const auto& [domain, pointer] : domains_of(document))
    (void)domains::registration(*context.options.domains, domain);
}

}  // namespace beian::orders
