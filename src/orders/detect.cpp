#include "orders/detect.hpp"

#include <set>

#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/regions.hpp"
#include "orders/document.hpp"
#include "registry/registry.hpp"

namespace beian::orders {
namespace {

using Kind = FilingStatus::Kind;

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
  if (domains.size() > 20) {
    problems.push_back({ProblemCode::too_many, "/domains", {{"max", "20"}}});
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

// What the registry here knows, at the given fields of the input.
struct Fields {
  std::string certificate;
  std::vector<std::string> domains;
};

Problems ask_registry(const Context& context, db::Tx& tx, const Question& question,
                      const Fields& fields) {
  Problems problems;
  const auto entity = registry::find_entity(tx, context.cipher, question.certificate_type,
                                            question.certificate_number);
  bool all_new = true;
  for (size_t i = 0; i < question.domains.size(); ++i) {
    const auto filed = registry::find_domain(tx, question.domains[i]);
    if (!filed) continue;
    all_new = false;
    if (!entity || filed->entity_number != *entity)
      problems.push_back({ProblemCode::filed_elsewhere, fields.domains[i], {}});
    else if (filed->access_here)
      problems.push_back(
          {ProblemCode::already_filed, fields.domains[i], {{"number", filed->service_number}}});
    else
      problems.push_back(
          {ProblemCode::kind_not_served, fields.domains[i], {{"kind", "add_access"}}});
  }
  if (entity && all_new)
    problems.push_back(
        {ProblemCode::kind_not_served, fields.certificate, {{"kind", "add_service"}}});
  return problems;
}

// A status that is neither filed nor clearly not filed is told with its reason, and does not stop
// the applicant: the authority checks again when the record arrives.
Json status_json(const FilingStatus& status) {
  Json json = Json::object({{"status", status.kind == Kind::not_filed ? "not_filed" : "unknown"}});
  if (status.kind == Kind::unknown) json.set("reason", status.reason);
  json.set("asked", to_rfc3339(status.asked));
  return json;
}

struct Asked {
  FilingStatus certificate;
  std::vector<FilingStatus> domains;
};

Problems judge(const Asked& asked) {
  Problems problems;
  const bool entity_filed = asked.certificate.kind == Kind::filed;
  bool any_domain = false;
  for (size_t i = 0; i < asked.domains.size(); ++i) {
    const FilingStatus& status = asked.domains[i];
    if (status.kind != Kind::filed) continue;
    any_domain = true;
    const std::string field = "/domains/" + std::to_string(i);
    // Same entity, another provider: that website only needs an access here.
    if (entity_filed && status.entity_number == asked.certificate.entity_number)
      problems.push_back({ProblemCode::kind_not_served, field, {{"kind", "add_access"}}});
    else
      problems.push_back({ProblemCode::filed_elsewhere, field, {}});
  }
  if (entity_filed && !any_domain)
    problems.push_back(
        {ProblemCode::kind_not_served, "/certificate/number", {{"kind", "add_service"}}});
  return problems;
}

Json answer(const Context& context, const std::string& account_id, const Question& question,
            const Asked& asked) {
  bool unknown = asked.certificate.kind == Kind::unknown;
  Json domains = Json::array(), names = Json::array();
  for (size_t i = 0; i < question.domains.size(); ++i) {
    unknown = unknown || asked.domains[i].kind == Kind::unknown;
    Json status = status_json(asked.domains[i]);
    status.set("domain", question.domains[i]);
    domains.push(std::move(status));
    names.push(question.domains[i]);
  }
  // The same form as facts_of(document).
  Json document = Json::object(
      {{"entity",
        Json::object({{"nature", question.nature},
                      {"location", Json::object({{"province", question.province}})},
                      {"certificate", Json::object({{"type", question.certificate_type},
                                                    {"number", question.certificate_number}})}})},
       {"services", Json::array({Json::object({{"domains", names}})})}});
  const Json ticket = Json::object(
      {{"account", account_id}, {"at", to_ms(context.clock.now())}, {"facts", facts_of(document)}});
  return Json::object({{"kind", "first"},
                       {"explanation", unknown ? "未查到主体和域名的备案记录，但管局查询未能给出全"
                                                 "部结果，按首次备案办理；管局审核时会再次核对。"
                                               : "主体和域名均未备案，按首次备案办理。"},
                       {"certificate", status_json(asked.certificate)},
                       {"domains", std::move(domains)},
                       {"detection", context.cipher.seal(to_string(ticket), "orders.detection")}});
}

}  // namespace

Result<Json> detect(const Context& context, const std::string& account_id, const Json& body) {
  const auto question = read_question(body, context.clock.now());
  if (!question) return fail(question);
  const std::string authority = context.directory.for_province(question->province);
  if (authority.empty())
    return fail(ProblemCode::no_authority_link, "/province",
                {{"province", china::full_name(question->province)}});

  Fields fields{"/certificate/number", {}};
  for (size_t i = 0; i < question->domains.size(); ++i)
    fields.domains.push_back("/domains/" + std::to_string(i));
  auto problems = context.database->read_value(
      [&](db::Tx& tx) { return ask_registry(context, tx, *question, fields); });
  if (!problems.empty()) return std::unexpected(std::move(problems));

  Asked asked;
  asked.certificate = context.status.certificate(
      authority, static_cast<int>(question->certificate_type), question->certificate_number);
  for (const auto& domain : question->domains)
    asked.domains.push_back(context.status.domain(authority, domain));
  problems = judge(asked);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return answer(context, account_id, *question, asked);
}

Result<Json> open_detection(const Context& context, const std::string& account_id,
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
  return (*ticket)["facts"];
}

Problems check_locked(const Json& locked, const Json& document) {
  if (!locked.is_object()) return {};
  const Json facts = facts_of(document);
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"province", "/entity/location/province"},
      {"nature", "/entity/nature"},
      {"certificate_type", "/entity/certificate/type"},
      {"certificate_number", "/entity/certificate/number"},
      {"domains", "/services/0/domains"},
  };
  Problems problems;
  for (const auto& [fact, field] : kFields)
    if (facts[fact] != locked[fact])
      problems.push_back({ProblemCode::verified_locked, std::string(field), {}});
  return problems;
}

Problems check_registry(const Context& context, db::Tx& tx, const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  Fields fields{"/entity/certificate/number", {}};
  for (const auto& field : domains_of(document)) {
    question.domains.push_back(field.domain);
    fields.domains.push_back(field.pointer);
  }
  return ask_registry(context, tx, question, fields);
}

}  // namespace beian::orders
