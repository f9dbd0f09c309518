#include "orders/shape.hpp"

#include <array>

#include "base/text.hpp"
#include "china/app.hpp"
#include "china/filing_number.hpp"
#include "china/ip.hpp"
#include "china/phone.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"

namespace beian::orders {
namespace {

using Normal = std::string (*)(const std::string&);
constexpr Shape text_of(int64_t min, int64_t max, Normal normal = nullptr) {
  return {Kind::text, min, max, {}, nullptr, normal};
}
constexpr Shape number_of(int64_t min, int64_t max) {
  return {Kind::number, min, max, {}, nullptr};
}
constexpr Shape object_of(std::span<const Member> members) {
  return {Kind::object, 0, 0, members, nullptr};
}
constexpr Shape list_of(const Shape& item, int64_t min, int64_t max) {
  return {Kind::list, min, max, {}, &item};
}

// What a check of room china gives back for a good text; a bad one stays as it was typed.
template <auto check>
std::string normal_by(const std::string& text) {
  auto normal = check(text);
  return normal ? std::move(*normal) : text;
}
Result<std::string> check_ip(const std::string& text) {
  const auto address = china::parse_ip(text);
  if (!address) return fail(address);
  return address->text();
}

Result<std::string> check_number(const std::string& text) {
  const auto number = china::parse_filing_number(text);
  if (!number) return fail(number);
  return number->text();
}

// Which platform it is of matters to their judgement (validate_app.hpp), not to the normal form.
std::string normal_fingerprint(const std::string& text) {
  const auto print = china::check_fingerprint("other", text);
  return print ? *print : text;
}
std::string normal_public_key(const std::string& text) {
  const auto key = china::check_public_key("other", text);
  return key ? *key : text;
}

constexpr Shape kBoolean = {Kind::boolean, 0, 0, {}, nullptr};
constexpr Shape kRegion = number_of(100'000, 999'999);
constexpr Shape kCode = number_of(1, 999);
constexpr Shape kText64 = text_of(1, 64);
constexpr Shape kText255 = text_of(1, 255);
constexpr Shape kText512 = text_of(1, 512);
constexpr Shape kText1024 = text_of(1, 1024);
constexpr Shape kText4000 = text_of(1, 4000);
constexpr Shape kUntil = text_of(kLongTerm.size(), 10);  // a day, or without end
constexpr Shape kOrganisationNumber = text_of(1, 255, normal_certificate);
constexpr Shape kPersonNumber = text_of(1, 128, normal_certificate);
constexpr Shape kName = text_of(2, 255);
constexpr Shape kPersonName = text_of(2, 128);
constexpr Shape kServiceName = text_of(2, 512);
constexpr Shape kDomain = text_of(4, 128, normal_domain);
constexpr Shape kUrl = text_of(4, 255);
constexpr Shape kEmail = text_of(6, 128, normal_by<china::check_email>);
constexpr Shape kMobile = text_of(11, 128, normal_by<china::check_mobile>);
constexpr Shape kOfficePhone = text_of(11, 128, normal_by<china::check_office_phones>);
constexpr Shape kAddress = text_of(2, 45, normal_by<check_ip>);
constexpr Shape kFilingNumber = text_of(1, 64, normal_by<check_number>);

constexpr auto kPersonMembers = std::to_array<Member>({
    {"name", &kPersonName, true},
    {"office_phone", &kOfficePhone},
    {"mobile", &kMobile, true},
    {"emergency_mobile", &kMobile},
    {"email", &kEmail, true},
    {"certificate_type", &kCode, true},
    {"certificate_number", &kPersonNumber, true},
    {"certificate_until", &kUntil},
});
constexpr Shape kPerson = object_of(kPersonMembers);

constexpr auto kLocationMembers = std::to_array<Member>({
    {"province", &kRegion, true},
    {"city", &kRegion, true},
    {"county", &kRegion},
    {"address", &kText1024, true},
});
constexpr Shape kLocation = object_of(kLocationMembers);

constexpr auto kCertificateMembers = std::to_array<Member>({
    {"type", &kCode, true},
    {"number", &kOrganisationNumber, true},
    {"address", &kText1024, true},
    {"until", &kUntil},
});
constexpr Shape kCertificate = object_of(kCertificateMembers);

constexpr auto kEntityMembers = std::to_array<Member>({
    {"name", &kName, true},
    {"nature", &kCode, true},
    {"investor", &kText255},
    {"location", &kLocation, true},
    {"certificate", &kCertificate, true},
    {"manager", &kPerson, true},
    {"legal_representative", &kPersonName},
    {"business_scope", &kText4000},
    {"remark", &kText1024},
});
constexpr Shape kEntity = object_of(kEntityMembers);

constexpr auto kPreApprovalMembers = std::to_array<Member>({
    {"content_type", &kCode, true},
    {"number", &kText512, true},
});
constexpr Shape kPreApproval = object_of(kPreApprovalMembers);
constexpr Shape kPreApprovals = list_of(kPreApproval, 0, 64);

constexpr auto kRangeMembers = std::to_array<Member>({
    {"from", &kAddress, true},
    {"to", &kAddress, true},
});
constexpr Shape kRange = object_of(kRangeMembers);
constexpr Shape kRanges = list_of(kRange, 1, 64);
constexpr Shape kCodes = list_of(kCode, 1, 64);
constexpr auto kAccessMembers = std::to_array<Member>({
    {"locations", &kCodes, true},
    {"methods", &kCodes, true},
    {"addresses", &kRanges, true},
});
constexpr Shape kAccess = object_of(kAccessMembers);
constexpr Shape kAccesses = list_of(kAccess, 0, 16);
constexpr Shape kOneAccess = list_of(kAccess, 1, 1);
constexpr Shape kDomains = list_of(kDomain, 0, 100);
constexpr Shape kContents = list_of(kCode, 0, 64);

// An app, mini program or quick app; lengths are those of openbeian-3.1.
constexpr Shape kText128 = text_of(1, 128);
constexpr Shape kText256 = text_of(1, 256);
constexpr Shape kFingerprint = text_of(32, 64, normal_fingerprint);
constexpr Shape kPublicKey = text_of(1, 1250, normal_public_key);
constexpr Shape kAppDomain = text_of(4, 255, normal_domain);
constexpr Shape kAppDomains = list_of(kAppDomain, 0, 100);
constexpr auto kPlatformMembers = std::to_array<Member>({
    {"platform", &kText64, true},
    {"package_id", &kText255, true},
    {"fingerprint", &kFingerprint},
    {"public_key", &kPublicKey},
    {"launch_scheme", &kText128},
    {"domains", &kAppDomains},
});
constexpr Shape kPlatform = object_of(kPlatformMembers);
constexpr Shape kPlatforms = list_of(kPlatform, 0, 32);
constexpr Shape kSdkType = number_of(1, 99);
constexpr Shape kPlatformNames = list_of(kText64, 0, 4);
constexpr auto kSdkMembers = std::to_array<Member>({
    {"name", &kText128, true},
    {"provider", &kText128, true},
    {"type", &kSdkType, true},
    {"platforms", &kPlatformNames},
    {"remark", &kText256},
});
constexpr Shape kSdk = object_of(kSdkMembers);
constexpr Shape kSdks = list_of(kSdk, 0, 256);
constexpr auto kStoreMembers =
    std::to_array<Member>({{"store", &kText64, true}, {"url", &kText512}});
constexpr Shape kStore = object_of(kStoreMembers);
constexpr Shape kStores = list_of(kStore, 0, 64);
constexpr Shape kAppContent = number_of(1, 9999);
constexpr Shape kAppContents = list_of(kAppContent, 0, 5);
constexpr auto kAppMembers = std::to_array<Member>({
    {"contents", &kAppContents},
    {"platforms", &kPlatforms},
    {"applet_id", &kText128},
    {"host_platform", &kText64},
    {"provides_sdk", &kBoolean},
    {"uses_sdk", &kBoolean},
    {"sdks", &kSdks},
    {"stores", &kStores},
});
constexpr Shape kApp = object_of(kAppMembers);

// What a new service stands on: a resource of the account's own, or an authorization code.
constexpr auto kStandsOnMembers = std::to_array<Member>({
    {"source_id", &kText64},
    {"code", &kText64},
});
constexpr Shape kStandsOn = object_of(kStandsOnMembers);

constexpr auto kServiceMembers = std::to_array<Member>({
    {"kind", &kText64},
    {"name", &kServiceName, true},
    {"domains", &kDomains},
    {"home_url", &kUrl},
    {"contents", &kContents},
    {"languages", &kCodes, true},
    {"pre_approvals", &kPreApprovals},
    {"accesses", &kAccesses},
    {"app", &kApp},
    {"manager", &kPerson, true},
    {"resource", &kStandsOn},
    {"remark", &kText1024},
});
constexpr Shape kService = object_of(kServiceMembers);
constexpr Shape kServices = list_of(kService, 1, kMostServices);

// What tells which entity or service it is that is filed elsewhere.
constexpr auto kProvinceMembers = std::to_array<Member>({{"province", &kRegion, true}});
constexpr Shape kProvince = object_of(kProvinceMembers);
constexpr auto kNamedCertificateMembers = std::to_array<Member>({
    {"type", &kCode, true},
    {"number", &kOrganisationNumber, true},
});
constexpr Shape kNamedCertificate = object_of(kNamedCertificateMembers);
constexpr auto kNamedEntityMembers = std::to_array<Member>({
    {"name", &kName},
    {"nature", &kCode, true},
    {"location", &kProvince, true},
    {"certificate", &kNamedCertificate, true},
});
constexpr Shape kNamedEntity = object_of(kNamedEntityMembers);
constexpr auto kNamedPlatformMembers =
    std::to_array<Member>({{"platform", &kText64, true}, {"package_id", &kText255, true}});
constexpr Shape kNamedPlatform = object_of(kNamedPlatformMembers);
constexpr Shape kNamedPlatforms = list_of(kNamedPlatform, 0, 32);
constexpr auto kNamedAppMembers = std::to_array<Member>({{"platforms", &kNamedPlatforms}});
constexpr Shape kNamedApp = object_of(kNamedAppMembers);
constexpr auto kAskedAppMembers = std::to_array<Member>({
    {"platforms", &kNamedPlatforms},
    {"applet_id", &kText128},
    {"host_platform", &kText64},
});
constexpr auto kNamedServiceMembers = std::to_array<Member>({
    {"kind", &kText64},
    {"name", &kServiceName},
    {"domains", &kDomains},
    {"app", &kNamedApp},
    {"accesses", &kOneAccess, true},
    {"resource", &kStandsOn},
});
constexpr Shape kNamedService = object_of(kNamedServiceMembers);
constexpr Shape kOneNamedService = list_of(kNamedService, 1, 1);

constexpr auto kWholeMembers = std::to_array<Member>({
    {"entity", &kEntity, true},
    {"services", &kServices, true},
});
constexpr auto kEntityOnlyMembers = std::to_array<Member>({{"entity", &kEntity, true}});
constexpr auto kElsewhereMembers = std::to_array<Member>({
    {"entity_number", &kFilingNumber, true},
    {"filing_password", &kText64, true},
    {"entity", &kNamedEntity, true},
    {"services", &kServices, true},
});
constexpr auto kAccessFormMembers = std::to_array<Member>({
    {"entity_number", &kFilingNumber, true},
    {"service_number", &kFilingNumber, true},
    {"filing_password", &kText64, true},
    {"entity", &kNamedEntity, true},
    {"services", &kOneNamedService, true},
});
constexpr auto kCancelMembers = std::to_array<Member>({
    {"reason", &kCode, true},
    {"remark", &kText255},
    {"filing_password", &kText64},
});
constexpr auto kCancelAllMembers = std::to_array<Member>({
    {"reason", &kCode, true},
    {"remark", &kText255},
    {"filing_password", &kText64, true},
});
constexpr Shape kOneService = list_of(kService, 1, 1);
constexpr auto kMoveMembers = std::to_array<Member>({
    {"entity", &kEntity, true},
    {"services", &kOneService, true},
    {"old_filing_password", &kText64},  // where no account agrees for the old holder
});
constexpr auto kMoveElsewhereMembers = std::to_array<Member>({
    {"entity_number", &kFilingNumber, true},
    {"filing_password", &kText64, true},
    {"entity", &kNamedEntity, true},
    {"services", &kOneService, true},
    {"old_filing_password", &kText64},
});
constexpr auto kClaimedEntityMembers = std::to_array<Member>({
    {"name", &kName, true},
    {"nature", &kCode, true},
    {"certificate", &kNamedCertificate, true},
});
constexpr Shape kClaimedEntity = object_of(kClaimedEntityMembers);
constexpr auto kClaimMembers = std::to_array<Member>({
    {"entity_number", &kFilingNumber, true},
    {"filing_password", &kText64},  // where the authority checks it (submit.cpp)
    {"entity", &kClaimedEntity, true},
    {"remark", &kText255},
});
// Whatever any form has.
constexpr auto kAnyMembers = std::to_array<Member>({
    {"entity_number", &kFilingNumber},
    {"service_number", &kFilingNumber},
    {"filing_password", &kText64},
    {"old_filing_password", &kText64},
    {"entity", &kEntity},
    {"services", &kServices},
    {"reason", &kCode},
    {"remark", &kText255},
});
constexpr Shape kAny = object_of(kAnyMembers);

const Member* member_named(const Shape& shape, std::string_view name) {
  for (const auto& member : shape.members)
    if (member.name == name) return &member;
  return nullptr;
}

void add(Problems& problems, ProblemCode code, const std::string& pointer,
         std::vector<std::pair<std::string, std::string>> args = {}) {
  problems.push_back({code, pointer, std::move(args)});
}

void check_text(const Shape& shape, const Json& json, const std::string& pointer, bool complete,
                Problems& problems) {
  if (!json.is_string())
    return add(problems, ProblemCode::wrong_type, pointer, {{"expected", "string"}});
  const auto length = static_cast<int64_t>(text::length(json.as_string()));
  if (length > shape.max)
    add(problems, ProblemCode::too_long, pointer, {{"max", std::to_string(shape.max)}});
  else if (complete && length < shape.min)
    add(problems, ProblemCode::too_short, pointer, {{"min", std::to_string(shape.min)}});
}

void check_number(const Shape& shape, const Json& json, const std::string& pointer,
                  Problems& problems) {
  if (!json.is_int())
    return add(problems, ProblemCode::wrong_type, pointer, {{"expected", "integer"}});
  if (json.as_int() < shape.min || json.as_int() > shape.max)
    add(problems, ProblemCode::out_of_range, pointer,
        {{"min", std::to_string(shape.min)}, {"max", std::to_string(shape.max)}});
}

void check_object(const Shape& shape, const Json& json, const std::string& pointer, bool complete,
                  Problems& problems) {
  if (!json.is_object())
    return add(problems, ProblemCode::wrong_type, pointer, {{"expected", "object"}});
  for (const auto& [name, value] : json.members()) {
    const std::string at = pointer + "/" + pointer_token(name);
    const Member* member = member_named(shape, name);
    if (!member)
      add(problems, ProblemCode::unknown_field, at);
    else
      check_shape(*member->shape, value, at, complete, problems);
  }
  if (!complete) return;
  for (const auto& member : shape.members)
    if (member.required && !json.find(member.name))
      add(problems, ProblemCode::required, pointer + "/" + std::string(member.name));
}

void check_list(const Shape& shape, const Json& json, const std::string& pointer, bool complete,
                Problems& problems) {
  if (!json.is_array())
    return add(problems, ProblemCode::wrong_type, pointer, {{"expected", "array"}});
  const auto size = static_cast<int64_t>(json.size());
  if (size > shape.max)
    return add(problems, ProblemCode::too_many, pointer, {{"max", std::to_string(shape.max)}});
  if (complete && size < shape.min) add(problems, ProblemCode::required, pointer);
  for (size_t i = 0; i < json.size(); ++i)
    check_shape(*shape.item, json.at(i), pointer + "/" + std::to_string(i), complete, problems);
}

// Which materials stand under an object; the purposes of materials.hpp.
bool names_material(const Shape& shape, std::string_view last) {
  int64_t purpose = 0;
  if (!text::parse_i64(last, purpose)) return false;
  if (&shape == &kPreApproval) return purpose == 6;
  const auto* row = material_row(static_cast<int>(purpose));
  if (!row) return false;
  if (&shape == &kApp) return row->owner == Owner::app;
  if (&shape != &kEntity && &shape != &kService) return false;
  return row->owner == Owner::entity || row->owner == Owner::service;
}

// "/services/0/domains/1/materials/13", at the fifth.
bool names_domain_material(const std::vector<std::string>& tokens, size_t at) {
  int64_t purpose = 0;
  if (at < 2 || at + 2 != tokens.size() || tokens[at] != "materials" ||
      tokens[at - 2] != "domains" || !text::parse_i64(tokens[at + 1], purpose))
    return false;
  const auto* row = material_row(static_cast<int>(purpose));
  return row && row->owner == Owner::domain;
}

Json normalized_value(const Shape* shape, const Json& json) {
  if (json.is_string()) {
    const std::string trimmed(text::trim(json.as_string()));
    if (shape && shape->normal) return shape->normal(trimmed);
    return trimmed;
  }
  if (json.is_array()) {
    Json out = Json::array();
    for (const auto& item : json.items())
      out.push(normalized_value(shape && shape->kind == Kind::list ? shape->item : nullptr, item));
    return out;
  }
  if (json.is_object()) {
    Json out = Json::object();
    for (const auto& [key, value] : json.members()) {
      const Member* member = shape ? member_named(*shape, key) : nullptr;
      Json item = normalized_value(member ? member->shape : nullptr, value);
      if (item.is_null() || (item.is_string() && item.as_string().empty())) continue;
      out.members().emplace_back(key, std::move(item));
    }
    return out;
  }
  return json;
}

}  // namespace

constexpr Shape kWholeForm = object_of(kWholeMembers);
constexpr Shape kEntityForm = object_of(kEntityOnlyMembers);
constexpr Shape kElsewhereForm = object_of(kElsewhereMembers);
constexpr Shape kAccessForm = object_of(kAccessFormMembers);
constexpr Shape kAskedApp = object_of(kAskedAppMembers);
constexpr Shape kCancelForm = object_of(kCancelMembers);
constexpr Shape kCancelAllForm = object_of(kCancelAllMembers);
constexpr Shape kMoveForm = object_of(kMoveMembers);
constexpr Shape kMoveElsewhereForm = object_of(kMoveElsewhereMembers);
constexpr Shape kClaimForm = object_of(kClaimMembers);

std::span<const NamedShape> named_shapes() {
  static constexpr auto kNamed = std::to_array<NamedShape>({
      {"Person", &kPerson},
      {"Location", &kLocation},
      {"Certificate", &kCertificate},
      {"Entity", &kEntity},
      {"PreApproval", &kPreApproval},
      {"AddressRange", &kRange},
      {"ServiceAccess", &kAccess},
      {"Service", &kService},
      {"NamedEntity", &kNamedEntity},
      {"NamedService", &kNamedService},
      {"WholeForm", &kWholeForm},
      {"EntityForm", &kEntityForm},
      {"ElsewhereForm", &kElsewhereForm},
      {"AccessForm", &kAccessForm},
      {"CancelForm", &kCancelForm},
      {"CancelAllForm", &kCancelAllForm},
      {"Document", &kAny},
  });
  return kNamed;
}

void check_shape(const Shape& shape, const Json& json, const std::string& pointer, bool complete,
                 Problems& problems) {
  switch (shape.kind) {
    case Kind::text:
      return check_text(shape, json, pointer, complete, problems);
    case Kind::number:
      return check_number(shape, json, pointer, problems);
    case Kind::boolean:
      if (!json.is_bool())
        add(problems, ProblemCode::wrong_type, pointer, {{"expected", "boolean"}});
      return;
    case Kind::object:
      return check_object(shape, json, pointer, complete, problems);
    case Kind::list:
      return check_list(shape, json, pointer, complete, problems);
  }
}

bool names_field(const Json& document, std::string_view pointer) {
  if (pointer.empty()) return true;
  if (pointer.front() != '/') return false;
  const Shape* shape = &kAny;
  const Json* json = &document;
  const auto tokens = text::split(pointer.substr(1), '/');
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (shape->kind == Kind::object) {
      if (tokens[i] == "materials" && i + 2 == tokens.size())
        return names_material(*shape, tokens[i + 1]);
      const Member* member = member_named(*shape, tokens[i]);
      if (!member) return false;
      shape = member->shape;
      if (json) json = json->find(tokens[i]);
    } else if (shape->kind == Kind::list) {
      int64_t index = 0;
      if (!json || !text::all_digits(tokens[i]) || !text::parse_i64(tokens[i], index) ||
          static_cast<size_t>(index) >= json->size())
        return false;
      shape = shape->item;
      json = &json->at(static_cast<size_t>(index));
    } else {
      return names_domain_material(tokens, i);
    }
  }
  return true;
}

Json normalized(const Json& document) {
  return normalized_value(&kAny, document);
}

Json cut(const Shape& shape, const Json& json) {
  if (shape.kind == Kind::list && json.is_array()) {
    Json out = Json::array();
    for (const auto& item : json.items()) out.push(cut(*shape.item, item));
    return out;
  }
  if (shape.kind != Kind::object || !json.is_object()) return json;
  Json out = Json::object();
  for (const auto& member : shape.members)
    if (const Json* value = json.find(member.name); value && !value->is_null())
      out.set(member.name, cut(*member.shape, *value));
  return out;
}

}  // namespace beian::orders
