#include "orders/detect.hpp"

#include <set>

#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/regions.hpp"
#include "orders/account_questions.hpp"
#include "orders/decide_kind.hpp"
#include "orders/document.hpp"
#include "orders/prefill.hpp"
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
  std::vector<std::string> domains;
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

void read_domains(const Json& body, Question& question, Problems& problems) {
  const Json& domains = member(body, "domains", "/domains", &Json::is_array, "array", problems);
  if (!domains.is_array()) return;
  if (domains.size() == 0) problems.push_back({ProblemCode::required, "/domains", {}});
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
      question.domains.push_back(std::move(*name));
  }
}

Result<Question> read_question(const Json& body, TimePoint now) {
  Problems problems;
  Question question;
  for (const auto& [name, value] : body.members())
    if (name != "province" && name != "nature" && name != "certificate" && name != "domains")
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
  read_domains(body, question, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return question;
}

struct Registered {
  Known known;
  std::string key;  // of the entity, when it is this account's: "440000-17"
};

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
    if (own) out.key = std::to_string(entity->province) + "-" + std::to_string(entity->entity_id);
  }
  for (const auto& domain : question.domains) {
    auto& name = out.known.names.emplace_back();
    const auto filed = registry::find_domain(tx, domain);
    if (!filed) continue;
    name.service_number = filed->service_number;
    name.how = !entity || filed->entity_number != entity->filing_number ? Known::Domain::foreign
               : filed->access_here                                     ? Known::Domain::served
                                                                        : Known::Domain::unserved;
  }
  return out;
}

struct Asked {
  FilingStatus certificate;
  std::vector<FilingStatus> domains;
};

// What the registry does not know, the authority may.
void add_answers(const Asked& asked, Known& known) {
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
    known.names[i] = {same ? Known::Domain::unserved : Known::Domain::foreign,
                      status.service_number};
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
  Json names = Json::array();
  for (const auto& domain : question.domains) names.push(domain);
  Json document = Json::object(
      {{"entity",
        Json::object({{"nature", question.nature},
                      {"location", Json::object({{"province", question.province}})},
                      {"certificate", Json::object({{"type", question.certificate_type},
                                                    {"number", question.certificate_number}})}})},
       {"services", Json::array({Json::object({{"domains", std::move(names)}})})}});
  if (decision.password && !registered.known.entity_number.empty())
    document.set("entity_number", registered.known.entity_number);
  if (!decision.service_number.empty()) document.set("service_number", decision.service_number);
  return facts_of(document);
}

Json answer(const Context& context, const std::string& account_id, const Question& question,
            const Asked& asked, const Registered& registered, const Decision& decision) {
  Json domains = Json::array();
  for (size_t i = 0; i < question.domains.size(); ++i) {
    Json status = status_json(asked.domains[i]);
    status.set("domain", question.domains[i]);
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

  KnownFields fields{"/certificate/number", {}};
  for (size_t i = 0; i < question->domains.size(); ++i)
    fields.names.push_back("/domains/" + std::to_string(i));
  auto registered = context.database->read_value([&](db::Tx& tx) -> Result<Registered> {
    const Asking asking{account_id, "", question->certificate_type, question->certificate_number,
                        fields.certificate};
    Problems problems = check_entity(context, tx, asking);
    append_under(problems, "", check_open_orders(context, tx, asking));
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return ask_registry(tx, context, account_id, *question);
  });
  if (!registered) return fail(registered);
  // What stands in the way here needs no question to the authority.
  if (const auto known_here = decide_kind(registered->known, fields); !known_here)
    return fail(known_here);

  Asked asked;
  asked.certificate = context.status.certificate(
      authority, static_cast<int>(question->certificate_type), question->certificate_number);
  for (const auto& domain : question->domains)
    asked.domains.push_back(context.status.domain(authority, domain));
  add_answers(asked, registered->known);
  const auto decision = decide_kind(registered->known, fields);
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

Problems check_registry(const Context& context, db::Tx& tx, const Order& order) {
  const auto& kind = kind_of(order);
  Problems problems = check_still_filed(context, tx, order);
  // Only what is new may have been filed meanwhile by somebody else.
  if (kind.services != Part::asked && kind.services != Part::named) return problems;
  const Json subject = subject_of(order);
  const Json& certificate = subject["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  KnownFields fields{"/entity/certificate/number", {}};
  for (const auto& field : domains_of(order.document)) {
    question.domains.push_back(field.domain);
    fields.names.push_back(field.pointer);
  }
  const auto decision =
      decide_kind(ask_registry(tx, context, order.account_id, question).known, fields);
  if (!decision)
    append_under(problems, "", decision.error());
  else if (decision->kind != &kind && kind.services == Part::asked &&
           // Of what is filed elsewhere this registry may know nothing, which contradicts nothing.
           (decision->kind->name != "first" || !order.filed.is_null()))
    problems.push_back({ProblemCode::kind_differs,
                        fields.certificate,
                        {{"kind", std::string(decision->kind->title)}}});
  return problems;
}

Result<Needed> needed_here(const Context& context, db::Tx& tx, const std::string& account_id,
                           const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  KnownFields fields{"/entity/certificate/number", {}};
  for (const auto& field : domains_of(document)) {
    question.domains.push_back(field.domain);
    fields.names.push_back(field.pointer);
  }
  const auto registered = ask_registry(tx, context, account_id, question, fields);
  if (!registered) return fail(registered);
  const auto decision = decide_kind(registered->known, fields);
  if (!decision) return fail(decision);
  return Needed{decision->kind, registered->key, decision->password};
}

}  // namespace beian::orders
