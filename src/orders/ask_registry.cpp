#include "orders/ask_registry.hpp"

#include <algorithm>

#include "orders/claim.hpp"
#include "orders/migrate.hpp"
#include "registry/apps.hpp"
#include "registry/filed_entity.hpp"
#include "registry/holders.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using Entity = std::optional<registry::RecordRef>;

// Services under another entity, or of this one: those of a domain that count for the kind. An app
// may share a domain with its entity's other services, so of its own entity none counts.
Known::Name known_domain(db::Tx& tx, const crypto::ColumnCipher& cipher, const Entity& entity,
                         const Question::Name& asked) {
  Known::Name out;
  for (const auto& filed : registry::find_domains(tx, asked.text)) {
    if (!entity || filed.entity_number != entity->filing_number)
      return {Known::Domain::foreign,
              filed.service_number,
              {},
              registry::filed_since(tx, cipher, filed.service_number)};
    const bool counts = asked.kind == china::ServiceKind::website && filed.kind == asked.kind;
    if (!counts || out.how != Known::Domain::free) continue;
    out = {filed.access_here ? Known::Domain::served : Known::Domain::unserved,
           filed.service_number};
  }
  return out;
}

Known::Name known_app(db::Tx& tx, const Entity& entity, const Question::Name& asked,
                      const std::string& told_number) {
  Known::Name out{Known::Domain::free, "", asked.kind};
  const auto filed = registry::find_apps(tx, {asked.text});
  if (filed.empty()) {
    if (told_number.empty()) return out;
    return {Known::Domain::unserved, told_number, asked.kind};
  }
  const auto& best = filed.front();
  const bool own = entity && best.entity_number == entity->filing_number;
  // Mini programs and quick apps have no access that could be added.
  const bool addable = own && !best.served_here && asked.kind == china::ServiceKind::app;
  return {addable ? Known::Domain::unserved
          : own   ? Known::Domain::served
                  : Known::Domain::foreign,
          best.service_number, asked.kind};
}

// Websites only, and nothing but the website.
void ask_about_moving(const Context& context, db::Tx& tx, const std::string& account_id,
                      const Question& question, Known& known) {
  if (std::ranges::none_of(
          known.names, [](const Known::Name& name) { return name.how == Known::Domain::foreign; }))
    return;
  MoveQuestion wanted{question.province, question.nature, {}};
  for (const auto& name : question.names) {
    if (name.app_key || name.kind != china::ServiceKind::website) return;
    wanted.domains.push_back(name.text);
  }
  const auto move = look_at_move(context, tx, account_id, wanted);
  if (move.no.empty())
    known.movable = move.service_number;
  else
    known.immovable = move.no, known.immovable_name = move.domain;
}

}  // namespace

Registered ask_registry(db::Tx& tx, const Context& context, const std::string& account_id,
                        const Question& question) {
  Registered out;
  const auto entity = registry::find_certificate(tx, context.cipher, question.certificate_type,
                                                 question.certificate_number);
  if (entity) {
    const bool own = registry::holds(tx, account_id, entity->province, entity->entity_id);
    out.known.entity = own ? Known::Where::here : Known::Where::elsewhere;
    out.known.entity_number = entity->filing_number;
    out.known.shell = own && registry::is_shell(tx, *entity);
    out.known.unowned = !own && is_served_here(context, tx, *entity);
    if (own) out.key = std::to_string(entity->province) + "-" + std::to_string(entity->entity_id);
  }
  for (const auto& name : question.names)
    out.known.names.push_back(name.app_key ? known_app(tx, entity, name, question.service_number)
                                           : known_domain(tx, context.cipher, entity, name));
  // That a service of that number is filed tells of its entity too.
  if (out.known.entity == Known::Where::nowhere && !question.service_number.empty()) {
    out.known.entity = Known::Where::elsewhere;
    out.known.entity_number = china::parse_filing_number(question.service_number)->entity().text();
  }
  ask_about_moving(context, tx, account_id, question, out.known);
  return out;
}

}  // namespace beian::orders
