#include "orders/question.hpp"

#include <algorithm>
#include <set>

#include "china/app.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/regions.hpp"
#include "orders/document.hpp"
#include "orders/shape.hpp"

namespace beian::orders {
namespace {

// Of all services of an order; each is a question to the authority.
constexpr size_t kMostDomains = 50;

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

}  // namespace

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

Question question_of(const Json& document) {
  const Json& certificate = document["entity"]["certificate"];
  Question question;
  question.certificate_type = certificate["type"].as_int();
  question.certificate_number = normal_certificate(certificate["number"].as_string());
  question.fields.certificate = "/entity/certificate/number";
  return question;
}

void add_names_of(const Json& document, Question& question) {
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

china::ServiceKind kind_of_number(const std::string& text) {
  const auto number = china::parse_filing_number(text);
  return number && number->service ? number->service->kind : china::ServiceKind::website;
}

}  // namespace beian::orders
