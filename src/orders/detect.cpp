#include "orders/detect.hpp"

#include <algorithm>
#include <set>

#include "china/app.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"
#include "china/regions.hpp"
#include "orders/account_questions.hpp"
#include "orders/claim.hpp"
#include "orders/decide_kind.hpp"
#include "orders/document.hpp"
#include "orders/migrate.hpp"
#include "orders/prefill.hpp"
#include "orders/shape.hpp"
#include "registry/apps.hpp"
#include "registry/filed_entity.hpp"
#include "registry/holders.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using Kind = FilingStatus::Kind;

// Of all services of an order; each is a question to the authority.
constexpr size_t kMostDomains = 50;

struct Question {
  int64_t province = 0, nature = 0, certificate_type = 0;
  std::string certificate_number;
  // By what services are known: domains first, then what tells apps apart.
  struct Name {
    std::string text;         // a domain, or a key of china::app_keys
    china::ServiceKind kind;  // of the service whose it is
    bool app_key = false;
  };
  std::vector<Name> names;
  KnownFields fields;
  Json service;                // "kind" and "app" as they were asked about; null of a website
  std::string service_number;  // of an app that is filed elsewhere, as the applicant knows it
};

const Json& member(const Json& body, std::string_view name, const std::string& field,
                   bool (Json::*is)() const, const char* expected, Problems& problems) {
  const Json& value = body[name];
  if (value.is_null())
    problems.push_back({ProblemCode::required, field, {}});
  else if (!(value.*is)())
    problems.push_back({ProblemCode::wrong_type, field, {{"expected", expected}}});
  return value;
}

void append(Problems& into, const std::string& field, const Problems& part) {
  append_under(into, field, part);
}

void read_certificate(const Json& body, TimePoint now, Question& question, Problems& problems) {
  const Json& certificate =
      member(body, "certificate", "/certificate", &Json::is_object, "object", problems);
  if (!certificate.is_object()) return;
  const Json& type =
      member(certificate, "type", "/certificate/type", &Json::is_int, "integer", problems);
  const Json& number =
      member(certificate, "number", "/certificate/number", &Json::is_string, "string", problems);
  if (!type.is_int()) return;
  question.certificate_type = type.as_int();
  if (const auto known = china::check_code("certificate_type", type.as_int()); !known) {
    append(problems, "/certificate/type", known.error());
    return;
  }
  if (question.nature != 0 && !china::certificate_fits(question.nature, type.as_int()))
    problems.push_back({ProblemCode::nature_certificate_mismatch, "/certificate/type", {}});
  if (!number.is_string()) return;
  auto checked = china::check_certificate_number(type.as_int(), number.as_string(), now);
  if (!checked)
    append(problems, "/certificate/number", checked.error());
  else
    question.certificate_number = std::move(*checked);
}

void add_name(Question& question, Question::Name name, const std::string& field) {
  question.names.push_back(std::move(name));
  question.fields.names.push_back(field);
}

void read_domains(const Json& body, Question& question, Problems& problems) {
  const auto kind = service_kind(question.service).value_or(china::ServiceKind::website);
  const bool website = kind == china::ServiceKind::website;
  if (!website && body["domains"].is_null()) return;
  const Json& domains = member(body, "domains", "/domains", &Json::is_array, "array", problems);
  if (!domains.is_array()) return;
  if (website && domains.size() == 0) problems.push_back({ProblemCode::required, "/domains", {}});
  if (!website && kind != china::ServiceKind::app && domains.size() > 0)
    problems.push_back({ProblemCode::not_applicable,
                        "/domains",
                        {{"when", "服务类型为" + std::string(china::title_of(kind))}}});
  if (domains.size() > kMostDomains) {
    problems.push_back(
        {ProblemCode::too_many, "/domains", {{"max", std::to_string(kMostDomains)}}});
    return;
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < domains.size(); ++i) {
    const std::string field = "/domains/" + std::to_string(i);
    auto name = china::check_independent_domain(domains.at(i).as_string());
    if (!name)
      append(problems, field, name.error());
    else if (!seen.insert(*name).second)
      problems.push_back({ProblemCode::duplicate, field, {}});
    else
      add_name(question, {std::move(*name), kind}, field);
  }
}

// "kind" and "app", of the latter what tells it apart.
void read_service(const Json& body, Question& question, Problems& problems) {
  const Json& named = body["kind"];
  if (!named.is_null() && !named.is_string())
    return problems.push_back({ProblemCode::wrong_type, "/kind", {{"expected", "string"}}});
  const auto kind = service_kind(body);
  if (!kind)
    return problems.push_back(
        {ProblemCode::kind_not_served, "/kind", {{"kind", named.as_string()}}});
  const Json& app = body["app"];
  if (*kind == china::ServiceKind::website) {
    for (const auto* only : {"app", "service_number"})
      if (!body[only].is_null())
        problems.push_back(
            {ProblemCode::not_applicable, "/" + std::string(only), {{"when", "服务类型为网站"}}});
    return;
  }
  question.service = Json::object({{"kind", china::name_of(*kind)}});
  if (app.is_null()) return problems.push_back({ProblemCode::required, "/app", {}});
  Problems faults;
  check_shape(kAskedApp, app, "/app", true, faults);
  const bool sound = faults.empty();
  append_under(problems, "", std::move(faults));
  if (sound) question.service.set("app", app);
}

void read_app(const Json& body, Question& question, Problems& problems) {
  const auto kind = service_kind(question.service).value_or(china::ServiceKind::website);
  if (kind == china::ServiceKind::website || question.service["app"].is_null()) return;
  const Json one = Json::object({{"services", Json::array({question.service})}});
  const auto found = apps_of(one);
  constexpr std::string_view kAt = "/services/0";
  for (const auto& app : found)
    add_name(question, {app.key, kind, true}, app.pointer.substr(kAt.size()));
  if (found.empty())
    problems.push_back({ProblemCode::required,
                        kind == china::ServiceKind::app ? "/app/platforms" : "/app/applet_id",
                        {}});
  const Json& number = body["service_number"];
  if (number.is_null()) return;
  const auto parsed = china::parse_filing_number(number.as_string());
  if (!parsed || !parsed->service || parsed->service->kind != kind)
    problems.push_back({ProblemCode::bad_filing_number, "/service_number", {}});
  else
    question.service_number = parsed->text();
}

Result<Question> read_question(const Json& body, TimePoint now) {
  constexpr std::string_view kMembers[] = {"province", "nature", "certificate",   "domains",
                                           "kind",     "app",    "service_number"};
  Problems problems;
  Question question;
  question.fields.certificate = "/certificate/number";
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(kMembers, name) == std::end(kMembers))
      problems.push_back({ProblemCode::unknown_field, "/" + pointer_token(name), {}});
  const Json& province = member(body, "province", "/province", &Json::is_int, "integer", problems);
  if (province.is_int()) {
    question.province = province.as_int();
    const auto* region = china::find_region(question.province);
    if (!region || region->level != china::RegionLevel::province)
      problems.push_back({ProblemCode::unknown_region, "/province", {}});
  }
  const Json& nature = member(body, "nature", "/nature", &Json::is_int, "integer", problems);
  if (nature.is_int()) {
    if (const auto known = china::check_code("entity_nature", nature.as_int()); known)
      question.nature = nature.as_int();
    else
      append(problems, "/nature", known.error());
  }
  read_certificate(body, now, question, problems);
  read_service(body, question, problems);
  read_domains(body, question, problems);
  read_app(body, question, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return question;
}

struct Registered {
  Known known;
  std::string key;  // of the entity, when it is this account's: "440000-17"
};

using Entity = std::optional<registry::RecordRef>;

// Services under another entity, or of this one: those of a domain that count for the kind. An app
// may share a domain with its entity's other services, so of its own entity none counts.
Known::Name known_domain(db::Tx& tx, const Entity& entity, const Question::Name& asked) {
  Known::Name out;
  for (const auto& filed : registry::find_domains(tx, asked.text)) {
    if (!entity || filed.entity_number != entity->filing_number)
      return {Known::Domain::foreign, filed.service_number};
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

// What the registry here knows. Whether the account may file the entity: account_questions.
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
                                           : known_domain(tx, entity, name));
  // That a service of that number is filed tells of its entity too.
  if (out.known.entity == Known::Where::nowhere && !question.service_number.empty()) {
    out.known.entity = Known::Where::elsewhere;
    out.known.entity_number = china::parse_filing_number(question.service_number)->entity().text();
  }
  ask_about_moving(context, tx, account_id, question, out.known);
  return out;
}

struct Asked {
  FilingStatus certificate;
  std::vector<FilingStatus> domains;  // of the question's names, which begin with them
};

china::ServiceKind kind_of_number(const std::string& text) {
  const auto number = china::parse_filing_number(text);
  return number && number->service ? number->service->kind : china::ServiceKind::website;
}

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

// By what the document's services are known.
void read_names(const Json& document, Question& question) {
  const auto& services = document["services"].items();
  for (const auto& field : domains_of(document)) {
    const size_t service = index_of_service(field.pointer);
    add_name(question,
             {field.domain, service_kind(services[service]).value_or(china::ServiceKind::website)},
             field.pointer);
  }
  for (auto& app : apps_of(document))
    add_name(question, {std::move(app.key), app.kind, true}, app.pointer);
}

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

namespace {

// Of a migration: the website, and that the entity that it goes to stands as it did.
Problems check_target(const Context& context, db::Tx& tx, const Order& order, Problems problems) {
  append_under(problems, "", check_move(context, tx, order));
  const std::string field = "/entity/certificate/number";
  const Json subject = subject_of(order);
  const Json& certificate = subject["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  const auto registered = ask_registry(tx, context, order.account_id, question);
  if (registered.known.entity == Known::Where::here && !order.filed.find("entity"))
    problems.push_back({ProblemCode::migration_not_taken,
                        field,
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
  const Json subject = subject_of(order);
  const Json& certificate = subject["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  question.fields.certificate = "/entity/certificate/number";
  read_names(order.document, question);
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

Result<Needed> needed_here(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  question.fields.certificate = "/entity/certificate/number";
  read_names(document, question);
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
