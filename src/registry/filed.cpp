#include "registry/filed.hpp"

#include "base/text.hpp"
#include "china/app.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"

namespace beian::registry {

namespace {

constexpr int64_t kCounty = 10000;  // digits of a region code below the province

class Reader {
 public:
  int64_t id(const Json& object, std::string_view key, const std::string& at) {
    const Json* value = member(object, key, at, true);
    if (value == nullptr) return 0;
    if (!value->is_int()) add(ProblemCode::wrong_type, at, key, "integer");
    return value->as_int();
  }
  std::string text(const Json& object, std::string_view key, const std::string& at,
                   bool required = true) {
    const Json* value = member(object, key, at, required);
    if (value == nullptr) return {};
    if (!value->is_string()) add(ProblemCode::wrong_type, at, key, "string");
    const std::string trimmed(text::trim(value->as_string()));
    if (required && value->is_string() && trimmed.empty()) add(ProblemCode::required, at, key);
    return trimmed;
  }
  const Json& object(const Json& parent, std::string_view key, const std::string& at) {
    const Json* value = member(parent, key, at, true);
    if (value == nullptr) return null_;
    if (!value->is_object()) add(ProblemCode::wrong_type, at, key, "object");
    return *value;
  }
  const Json::Array& list(const Json& parent, std::string_view key, const std::string& at,
                          bool required = true) {
    const Json* value = member(parent, key, at, required);
    if (value == nullptr) return null_.items();
    if (!value->is_array())
      add(ProblemCode::wrong_type, at, key, "array");
    else if (value->size() == 0 && required)
      add(ProblemCode::required, at, key);
    return value->items();
  }
  void add(ProblemCode code, const std::string& at, std::string_view key,
           const char* expected = nullptr) {
    Problem problem{code, at + "/" + std::string(key), {}};
    if (expected != nullptr) problem.args.emplace_back("expected", expected);
    problems_.push_back(std::move(problem));
  }
  Problems problems() && { return std::move(problems_); }

 private:
  const Json* member(const Json& object, std::string_view key, const std::string& at,
                     bool required) {
    const Json* value = object.find(key);
    if (value != nullptr && value->is_null()) value = nullptr;
    // What is missing inside something missing was told once.
    if (value == nullptr && required && object.is_object()) add(ProblemCode::required, at, key);
    return value;
  }
  const Json null_;
  Problems problems_;
};

std::string normal_number(std::string text) {
  const auto parsed = china::parse_filing_number(text);
  return parsed ? parsed->text() : std::move(text);
}

std::string normal_name(std::string text) {
  auto normal = china::normalise_domain(text);
  return normal ? std::move(*normal) : text::lower_ascii(text);
}

// As its record says, or its number: an authority of V.3.0 has no other word for it.
china::ServiceKind kind_of(const Json& service, const std::string& number) {
  if (service["app"].is_object()) return china::service_kind_of_app(service["app"]);
  const auto parsed = china::parse_filing_number(number);
  return parsed && parsed->service ? parsed->service->kind : china::ServiceKind::website;
}

Filed::Service read_service(Reader& reader, const Json& json, const std::string& at,
                            bool documents) {
  Filed::Service out;
  out.id = reader.id(json, "authority_service_id", at);
  out.name = reader.text(json, "name", at);
  out.number = normal_number(reader.text(json, "filing_number", at, false));
  out.kind = kind_of(json, out.number);
  out.app_keys = china::app_keys(out.kind, json["app"]);
  out.reported_here = json["provider_service_id"].is_int();
  const bool website = out.kind == china::ServiceKind::website;
  size_t i = 0;
  for (const auto& item : reader.list(json, "domains", at, website)) {
    const std::string here = at + "/domains/" + std::to_string(i++);
    out.domains.push_back({reader.id(item, "authority_domain_id", here),
                           normal_name(reader.text(item, "name", here))});
  }
  i = 0;
  for (const auto& item : reader.list(json, "accesses", at, website)) {
    const std::string here = at + "/accesses/" + std::to_string(i++);
    out.accesses.push_back({reader.id(item, "authority_access_id", here),
                            reader.id(item, "provider", here), documents ? item : Json()});
  }
  if (documents) out.document = json;
  return out;
}

// Entities without a number of their own in the record: the service's without its suffix.
std::string entity_number(const Filed& filed) {
  for (const auto& service : filed.services) {
    const auto parsed = china::parse_filing_number(service.number);
    if (parsed) return parsed->entity().text();
  }
  return {};
}

}  // namespace

std::string certificate_key(std::string_view number) {
  std::string out;
  for (const char c : text::upper_ascii(number)) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

Result<Filed> read_filed(const Json& record, bool documents) {
  if (!record.is_object()) return fail(ProblemCode::wrong_type, "", {{"expected", "object"}});
  Reader reader;
  Filed out;
  const Json& entity = reader.object(record, "entity", "");
  const std::string at = "/entity";
  out.id = reader.id(entity, "authority_entity_id", at);
  out.name = reader.text(entity, "name", at);
  const Json& location = reader.object(entity, "location", at);
  out.province = reader.id(location, "province", at + "/location") / kCounty * kCounty;
  const Json& certificate = reader.object(entity, "certificate", at);
  out.certificate_type = reader.id(certificate, "type", at + "/certificate");
  out.certificate_number = reader.text(certificate, "number", at + "/certificate");
  out.nature = entity["nature"].as_int();
  out.name_is_private = china::name_is_private(out.nature, out.certificate_type);
  size_t i = 0;
  for (const auto& item : reader.list(record, "services", "")) {
    const std::string here = "/services/" + std::to_string(i++);
    if (!item.is_object())
      reader.add(ProblemCode::wrong_type, "/services", std::to_string(i - 1), "object");
    else
      out.services.push_back(read_service(reader, item, here, documents));
  }
  out.number = normal_number(reader.text(entity, "filing_number", at, false));
  if (out.number.empty()) out.number = entity_number(out);
  if (out.number.empty() && entity.is_object())
    reader.add(ProblemCode::required, at, "filing_number");
  if (documents) out.document = entity;
  if (auto problems = std::move(reader).problems(); !problems.empty())
    return std::unexpected(std::move(problems));
  return out;
}

}  // namespace beian::registry
