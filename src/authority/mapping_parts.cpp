#include "authority/mapping_parts.hpp"

#include <arpa/inet.h>

#include <array>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/app.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::authority {

Result<int64_t> ipv4_number(const std::string& text) {
  in_addr parsed{};
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) return fail(ProblemCode::bad_ip_address);
  const int64_t number = ntohl(parsed.s_addr);
  if (number == 0) return fail(ProblemCode::bad_ip_address);  // the interface begins at 1
  return number;
}

namespace parts {
namespace {

constexpr auto kEntityFields =
    std::to_array<std::string_view>({"name", "nature", "investor", "remark"});
constexpr auto kLocationFields =
    std::to_array<std::string_view>({"province", "city", "county", "address"});
constexpr auto kCertificateFields = std::to_array<std::string_view>({"type", "number", "address"});
constexpr auto kPersonFields =
    std::to_array<std::string_view>({"name", "office_phone", "mobile", "email", "msn", "qq",
                                     "certificate_type", "certificate_number"});
constexpr auto kServiceFields =
    std::to_array<std::string_view>({"name", "contents", "languages", "home_url", "remark"});
constexpr auto kAccessFields =
    std::to_array<std::string_view>({"locations", "methods", "authority_access_id"});
constexpr auto kPreApprovalFields =
    std::to_array<std::string_view>({"content_type", "number", "files"});
constexpr auto kAddressIds = std::to_array<std::string_view>({"authority_address_id"});
constexpr auto kAppFields = std::to_array<std::string_view>(
    {"contents", "applet_id", "host_platform", "icon", "stores", "sdks"});
constexpr auto kPlatformFields = std::to_array<std::string_view>(
    {"platform", "package_id", "fingerprint", "public_key", "launch_scheme", "domains"});
constexpr auto kDomainFields = std::to_array<std::string_view>({"name", "authority_domain_id"});

Json address(const Json& from, int64_t id, const std::string& path, Problems& problems) {
  Json out = pick(from, kAddressIds);
  out.set("provider_address_id", id);
  int64_t numbers[2] = {0, 0};
  const std::string_view names[2] = {"from", "to"};
  for (size_t i = 0; i < 2; ++i) {
    const auto number = address_number(from[names[i]]);
    if (!number) {
      append_under(problems, path + "/" + std::string(names[i]), number.error());
      continue;
    }
    numbers[i] = *number;
    out.set(names[i], *number);
  }
  if (numbers[0] && numbers[1] && numbers[0] > numbers[1])
    problems.push_back({ProblemCode::bad_ip_range, path, {}});
  return out;
}

}  // namespace

bool is_blank(const Json& value) {
  return value.is_null() || (value.is_string() && value.as_string().empty()) ||
         (value.is_array() && value.size() == 0);
}

Json pick(const Json& from, Names names) {
  Json out = Json::object();
  for (const auto name : names)
    if (const Json* value = from.find(name); value && !is_blank(*value)) out.set(name, *value);
  return out;
}

std::string at(std::string_view prefix, size_t index) {
  return std::string(prefix) + "/" + std::to_string(index);
}

Result<int64_t> address_number(const Json& from) {
  constexpr int64_t kLast = 4'294'967'295;
  if (!from.is_int()) return ipv4_number(from.as_string());
  if (from.as_int() < 1 || from.as_int() > kLast) return fail(ProblemCode::bad_ip_address);
  return from.as_int();
}

Named named(const Json& from, std::string_view id_name, const std::string& path,
            Problems& problems) {
  Named out{from[id_name].as_int(), from["filing_number"].as_string()};
  if (out.empty())
    problems.push_back({ProblemCode::required, path + "/" + std::string(id_name), {}});
  return out;
}

Json choice(const Named& named, std::string_view id_name) {
  Json out = Json::object();
  if (named.id != 0)
    out.set(id_name, named.id);
  else
    out.set("filing_number", named.number);
  return out;
}

void mark_by(const Named& named, int64_t code, MappedRecord& out) {
  if (named.id != 0) out.marks.push_back({"icp/results", code, std::to_string(named.id)});
  if (!named.number.empty()) out.marks.push_back({"icp/results", code, named.number});
}

Json person(const Json& from) {
  return pick(from, kPersonFields);
}
Json location(const Json& from) {
  return pick(from, kLocationFields);
}
Json certificate(const Json& from) {
  return pick(from, kCertificateFields);
}

Json addresses(const Json& from, const std::vector<int64_t>& ids, const std::string& path,
               Problems& problems) {
  Json out = Json::array();
  for (size_t i = 0; i < from.size(); ++i)
    out.push(address(from.at(i), ids.at(i), at(path, i), problems));
  return out;
}

Json access(const Json& from, const RecordIds::Access& ids, const std::string& path,
            Problems& problems) {
  Json out = pick(from, kAccessFields);
  out.set("addresses", addresses(from["addresses"], ids.addresses, path + "/addresses", problems));
  return out;
}

Json domains(const Json& from, const std::vector<int64_t>& ids) {
  Json out = Json::array();
  for (size_t i = 0; i < from.size(); ++i) {
    Json domain = pick(from.at(i), kDomainFields);
    if (from.at(i).is_string()) domain.set("name", from.at(i));
    domain.set("provider_domain_id", ids.at(i));
    out.push(std::move(domain));
  }
  return out;
}

Json pre_approvals(const Json& from, const std::string& path,
                   const std::vector<Attached>& attached) {
  Json out = Json::array();
  for (size_t i = 0; i < from.size(); ++i) {
    Json approval = pick(from.at(i), kPreApprovalFields);
    Json files = approval["files"];
    for (const auto& a : attached)
      if (a.owner == at(path, i)) files.push(base64_encode(a.bytes));
    approval.set("files", files.is_null() ? Json::array() : std::move(files));
    out.push(std::move(approval));
  }
  return out;
}

Json service(const Json& from, const RecordIds::Service& ids, const std::string& path,
             const std::vector<Attached>& attached, Problems& problems) {
  Json out = pick(from, kServiceFields);
  if (Json approvals = pre_approvals(from["pre_approvals"], path + "/pre_approvals", attached);
      approvals.size() > 0)
    out.set("pre_approvals", std::move(approvals));
  const auto kind =
      china::service_kind_named(from["kind"].as_string()).value_or(china::ServiceKind::website);
  const bool website = kind == china::ServiceKind::website;
  if (!website) out.set("app", app(from["app"], kind, path + "/app", attached));
  if (Json names = domains(from["domains"], ids.domains); website || names.size() > 0)
    out.set("domains", std::move(names));
  Json accesses = Json::array();
  for (size_t i = 0; i < from["accesses"].size(); ++i)
    accesses.push(
        access(from["accesses"].at(i), ids.accesses.at(i), at(path + "/accesses", i), problems));
  if (website || accesses.size() > 0) out.set("accesses", std::move(accesses));
  out.set("manager", person(from["manager"]));
  return out;
}

Json app(const Json& from, china::ServiceKind kind, const std::string& path,
         const std::vector<Attached>& attached) {
  Json out = Json::object({{"kind", china::service_type_of(kind)}});
  Json members = pick(from, kAppFields);
  for (auto& [name, value] : members.members()) out.set(name, std::move(value));
  Json platforms = Json::array();
  for (const auto& given : from["platforms"].items()) {
    Json platform = pick(given, kPlatformFields);
    if (const auto algorithm = china::fingerprint_algorithm(given["fingerprint"].as_string());
        !algorithm.empty())
      platform.set("fingerprint_algorithm", algorithm);
    platforms.push(std::move(platform));
  }
  if (platforms.size() > 0) out.set("platforms", std::move(platforms));
  for (const auto* flag : {"provides_sdk", "uses_sdk"})
    if (const Json& value = from[flag]; value.is_bool()) out.set(flag, value.as_bool() ? 1 : 0);
  for (const auto& a : attached)
    if (a.owner == path)
      out.set("icon", Json::object({{"format", a.format}, {"content", base64_encode(a.bytes)}}));
  return out;
}

Json entity(const Json& from) {
  Json out = pick(from, kEntityFields);
  out.set("location", location(from["location"]));
  out.set("certificate", certificate(from["certificate"]));
  out.set("manager", person(from["manager"]));
  return out;
}

Json attachment(const Attached& from, Json owner) {
  Json out = Json::object();
  out.set("format", from.format);
  out.set("purpose", from.purpose);
  out.set("content", base64_encode(from.bytes));
  out.set("owner", std::move(owner));
  if (!from.remark.empty()) out.set("remark", from.remark);
  return out;
}

Json owner_of(int64_t kind, const Named& named) {
  Json out = choice(named, "id");
  out.set("kind", kind);
  return out;
}

Json owner_of(int64_t kind, int64_t id) {
  return owner_of(kind, Named{id, ""});
}

void set_password(const Json& body, Json& record) {
  const auto& password = body["filing_password"].as_string();
  if (password.empty()) return;
  const auto bytes = text::to_gbk(password);
  record.set("icp_password_md5", hex_encode(crypto::md5(bytes ? *bytes : password)));
}

}  // namespace parts
}  // namespace beian::authority
