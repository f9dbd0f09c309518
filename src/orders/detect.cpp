#include "orders/detect.hpp"

#include <algorithm>

#include "china/regions.hpp"
#include "domains/facts.hpp"
#include "orders/account_questions.hpp"
#include "orders/ask_registry.hpp"
#include "orders/decide_kind.hpp"
#include "orders/document.hpp"

namespace beian::orders {
namespace {

using Kind = FilingStatus::Kind;

struct Asked {
  FilingStatus certificate;
  std::vector<FilingStatus> domains;  // of the question's names, which begin with them
};

// What the registry does not know, the authority may.
void add_answers(const Question& question, const Asked& asked, Known& known) {
  known.unsure = asked.certificate.kind == Kind::unknown;
  if (known.entity == Known::Where::nowhere && asked.certificate.kind == Kind::filed) {
    known.entity = Known::Where::elsewhere;
    known.entity_number = asked.certificate.entity_number;
  }
  for (size_t i = 0; i < asked.domains.size(); ++i) {
    const FilingStatus& status = asked.domains[i];
    known.unsure = known.unsure || status.kind == Kind::unknown;
    if (known.names[i].how != Known::Domain::free || status.kind != Kind::filed) continue;
    const bool same =
        known.entity != Known::Where::nowhere && status.entity_number == known.entity_number;
    // A domain of the entity's own may be shared, unless both are websites.
    if (same && !(question.names[i].kind == china::ServiceKind::website &&
                  kind_of_number(status.service_number) == china::ServiceKind::website))
      continue;
    known.names[i] = {same ? Known::Domain::unserved : Known::Domain::foreign,
                      status.service_number};
    if (!same && known.immovable.empty()) {
      known.immovable = "该网站由其他接入商接入，本系统不能代为注销";
      known.immovable_name = i;
      known.movable.clear();
    }
  }
}

// A domain that is somebody else's on file may be his no more: its registry tells since when it is
// registered. The network is asked, and may not know.
void ask_when_registered(const Context& context, const Question& question, Known& known) {
  if (!context.options.domains) return;
  for (size_t i = 0; i < known.names.size(); ++i) {
    auto& name = known.names[i];
    if (name.how != Known::Domain::foreign || question.names[i].app_key || name.filed_since.empty())
      continue;
    name.registered =
        domains::registration(*context.options.domains, question.names[i].text).registered;
  }
}

// A status that is neither filed nor clearly not filed is told with its reason, and does not stop
// the applicant: the authority checks again when the record arrives.
Json status_json(const FilingStatus& status) {
  Json json = Json::object({{"status", status.kind == Kind::filed       ? "filed"
                                       : status.kind == Kind::not_filed ? "not_filed"
                                                                        : "unknown"}});
  if (status.kind == Kind::unknown) json.set("reason", status.reason);
  json.set("asked", to_rfc3339(status.asked));
  return json;
}

// The facts that are verified now, in the form of facts_of(document).
Json verified(const Question& question, const Registered& registered, const Decision& decision) {
  Json service = question.service.is_null() ? Json::object() : question.service;
  Json names = Json::array();
  for (const auto& name : question.names)
    if (!name.app_key) names.push(name.text);
  service.set("domains", std::move(names));
  Json document = Json::object(
      {{"entity",
        Json::object({{"nature", question.nature},
                      {"location", Json::object({{"province", question.province}})},
                      {"certificate", Json::object({{"type", question.certificate_type},
                                                    {"number", question.certificate_number}})}})},
       {"services", Json::array({service})}});
  if (decision.password && !registered.known.entity_number.empty())
    document.set("entity_number", registered.known.entity_number);
  if (!decision.service_number.empty()) document.set("service_number", decision.service_number);
  Json facts = facts_of(document);
  if (!question.service.is_null()) facts.set("service", std::move(service));
  return facts;
}

Json answer(const Context& context, const std::string& account_id, const Question& question,
            const Asked& asked, const Registered& registered, const Decision& decision) {
  Json domains = Json::array();
  for (size_t i = 0; i < asked.domains.size(); ++i) {
    Json status = status_json(asked.domains[i]);
    status.set("domain", question.names[i].text);
    domains.push(std::move(status));
  }
  const Json ticket = Json::object({{"account", account_id},
                                    {"at", to_ms(context.clock.now())},
                                    {"kind", decision.kind->name},
                                    {"entity", registered.key},
                                    {"facts", verified(question, registered, decision)}});
  Json out = Json::object({{"kind", decision.kind->name},
                           {"title", decision.kind->title},
                           {"explanation", decision.explanation},
                           {"certificate", status_json(asked.certificate)},
                           {"domains", std::move(domains)}});
  if (!registered.known.entity_number.empty())
    out.set("entity_number", registered.known.entity_number);
  if (!decision.service_number.empty()) out.set("service_number", decision.service_number);
  out.set("filing_password", decision.password);
  out.set("detection", context.cipher.seal(to_string(ticket), "orders.detection"));
  return out;
}
}  // namespace

Result<Json> detect(const Context& context, const std::string& account_id, const Json& body) {
  const auto question = read_question(body, context.clock.now());
  if (!question) return fail(question);
  const std::string authority = context.directory.for_province(question->province);
  if (authority.empty())
    return fail(ProblemCode::no_authority_link, "/province",
                {{"province", china::full_name(question->province)}});

  auto registered = context.database->read_value([&](db::Tx& tx) -> Result<Registered> {
    const Asking asking{account_id, "", question->certificate_type, question->certificate_number,
                        question->fields.certificate};
    Problems problems = check_entity(context, tx, asking);
    append_under(problems, "", check_open_orders(context, tx, asking));
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return ask_registry(tx, context, account_id, *question);
  });
  if (!registered) return fail(registered);
  ask_when_registered(context, *question, registered->known);
  // What stands in the way here needs no question to the authority.
  if (const auto known_here = decide_kind(registered->known, question->fields); !known_here)
    return fail(known_here);

  Asked asked;
  asked.certificate = context.status.certificate(
      authority, static_cast<int>(question->certificate_type), question->certificate_number);
  for (const auto& name : question->names)
    if (!name.app_key) asked.domains.push_back(context.status.domain(authority, name.text));
  add_answers(*question, asked, registered->known);
  const auto decision = decide_kind(registered->known, question->fields);
  if (!decision) return fail(decision);
  return answer(context, account_id, *question, asked, *registered, *decision);
}

Result<Detection> open_detection(const Context& context, const std::string& account_id,
                                 const std::string& detection) {
  const auto expired = [] { return fail(ProblemCode::detection_expired, "/detection"); };
  std::string plain;
  try {
    plain = context.cipher.open(detection, "orders.detection");
  } catch (const std::exception&) {
    return expired();  // not ours, or cut short on its way
  }
  const auto ticket = parse_json(plain);
  if (!ticket || (*ticket)["account"].as_string() != account_id) return expired();
  if (context.clock.now() - from_ms((*ticket)["at"].as_int()) > context.options.detection_life)
    return expired();
  const OrderKind* kind = find_kind((*ticket)["kind"].as_string());
  if (!kind) return expired();
  return Detection{kind, (*ticket)["entity"].as_string(), (*ticket)["facts"]};
}

Result<Needed> needed_here(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& document) {
  Question question = question_of(document);
  add_names_of(document, question);
  const Asking asking{account_id, "", question.certificate_type, question.certificate_number,
                      question.fields.certificate};
  if (auto problems = check_entity(context, tx, asking); !problems.empty())
    return std::unexpected(std::move(problems));
  const auto registered = ask_registry(tx, context, account_id, question);
  const auto decision = decide_kind(registered.known, question.fields);
  if (!decision) return fail(decision);
  return Needed{decision->kind, registered.key, decision->password};
}

}  // namespace beian::orders
