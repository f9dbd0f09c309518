#include "authority/mapping.hpp"

#include <arpa/inet.h>

#include <array>
#include <span>
#include <string_view>

#include "base/encoding.hpp"

namespace beian::authority {
namespace {

// Interface V.3.0, values known from the field.
constexpr int64_t kReportedByProvider = 1;  // Bbfs: 代为报备
constexpr int64_t kJpeg = 1;                // Fjwjgs
constexpr int64_t kOwnerEntity = 1, kOwnerService = 2;

using Names = std::span<const std::string_view>;

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
constexpr auto kAccessFields = std::to_array<std::string_view>({"locations", "methods"});
constexpr auto kPreApprovalFields = std::to_array<std::string_view>({"content_type", "number"});

// An empty text or null is what a form sends for "nothing"; the wire has no empty elements.
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

Json person(const Json& from) {
  return pick(from, kPersonFields);
}

std::string at(std::string_view prefix, size_t index) {
  return std::string(prefix) + "/" + std::to_string(index);
}

Json address(const Json& from, int64_t id, const std::string& path, Problems& problems) {
  Json out = Json::object();
  out.set("provider_address_id", id);
  int64_t numbers[2] = {0, 0};
  const std::string_view names[2] = {"from", "to"};
  for (size_t i = 0; i < 2; ++i) {
    const auto number = ipv4_number(from[names[i]].as_string());
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

Json access(const Json& from, const RecordIds::Access& ids, const std::string& path,
            Problems& problems) {
  Json out = pick(from, kAccessFields);
  out.set("provider_access_id", ids.id);
  Json addresses = Json::array();
  for (size_t i = 0; i < from["addresses"].size(); ++i)
    addresses.push(address(from["addresses"].at(i), ids.addresses.at(i), at(path + "/addresses", i),
                           problems));
  out.set("addresses", std::move(addresses));
  return out;
}

Json attachment(const AttachedMaterial& from, int64_t kind, int64_t id) {
  Json out = Json::object();
  out.set("format", kJpeg);
  out.set("purpose", from.material.purpose);
  out.set("content", base64_encode(from.bytes));
  Json owner = Json::object();
  owner.set("kind", kind);
  owner.set("id", id);
  out.set("owner", std::move(owner));
  return out;
}

Json service(const Json& from, const RecordIds::Service& ids, const std::string& path,
             const std::vector<AttachedMaterial>& attachments, Problems& problems) {
  Json out = pick(from, kServiceFields);
  out.set("provider_service_id", ids.id);

  Json approvals = Json::array();
  for (size_t i = 0; i < from["pre_approvals"].size(); ++i) {
    Json approval = pick(from["pre_approvals"].at(i), kPreApprovalFields);
    Json files = Json::array();
    for (const auto& a : attachments)
      if (a.material.owner == at(path + "/pre_approvals", i)) files.push(base64_encode(a.bytes));
    approval.set("files", std::move(files));
    approvals.push(std::move(approval));
  }
  if (approvals.size() > 0) out.set("pre_approvals", std::move(approvals));

  Json domains = Json::array();
  for (size_t i = 0; i < from["domains"].size(); ++i) {
    Json domain = Json::object();
    domain.set("provider_domain_id", ids.domains.at(i));
    domain.set("name", from["domains"].at(i));
    domains.push(std::move(domain));
  }
  out.set("domains", std::move(domains));

  Json accesses = Json::array();
  for (size_t i = 0; i < from["accesses"].size(); ++i)
    accesses.push(
        access(from["accesses"].at(i), ids.accesses.at(i), at(path + "/accesses", i), problems));
  out.set("accesses", std::move(accesses));
  out.set("manager", person(from["manager"]));
  return out;
}

Json entity(const Json& from, int64_t id) {
  Json out = pick(from, kEntityFields);
  out.set("provider_entity_id", id);
  out.set("location", pick(from["location"], kLocationFields));
  out.set("certificate", pick(from["certificate"], kCertificateFields));
  out.set("manager", person(from["manager"]));
  out.set("reporting_method", kReportedByProvider);
  return out;
}

}  // namespace

Json RecordIds::to_json() const {
  Json list = Json::array();
  for (const auto& s : services) {
    Json domains = Json::array();
    for (const int64_t d : s.domains) domains.push(d);
    Json accesses = Json::array();
    for (const auto& a : s.accesses) {
      Json addresses = Json::array();
      for (const int64_t ip : a.addresses) addresses.push(ip);
      Json one = Json::object();
      one.set("id", a.id);
      one.set("addresses", std::move(addresses));
      accesses.push(std::move(one));
    }
    Json one = Json::object();
    one.set("id", s.id);
    one.set("domains", std::move(domains));
    one.set("accesses", std::move(accesses));
    list.push(std::move(one));
  }
  Json out = Json::object();
  out.set("entity", entity);
  out.set("services", std::move(list));
  return out;
}

RecordIds deal_ids(const Json& document, int64_t first) {
  RecordIds ids;
  ids.entity = first++;
  for (const auto& s : document["services"].items()) {
    RecordIds::Service service_ids;
    service_ids.id = first++;
    for (size_t i = 0; i < s["domains"].size(); ++i) service_ids.domains.push_back(first++);
    for (const auto& a : s["accesses"].items()) {
      RecordIds::Access access_ids;
      access_ids.id = first++;
      for (size_t i = 0; i < a["addresses"].size(); ++i) access_ids.addresses.push_back(first++);
      service_ids.accesses.push_back(std::move(access_ids));
    }
    ids.services.push_back(std::move(service_ids));
  }
  return ids;
}

int64_t ids_needed(const Json& document) {
  int64_t n = 1;
  for (const auto& s : document["services"].items()) {
    n += 1 + static_cast<int64_t>(s["domains"].size());
    for (const auto& a : s["accesses"].items())
      n += 1 + static_cast<int64_t>(a["addresses"].size());
  }
  return n;
}

Result<int64_t> ipv4_number(const std::string& text) {
  in_addr parsed{};
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) return fail(ProblemCode::bad_ip_address);
  const int64_t number = ntohl(parsed.s_addr);
  if (number == 0) return fail(ProblemCode::bad_ip_address);  // the interface begins at 1
  return number;
}

Result<Json> first_filing_record(const Json& document, const RecordIds& ids,
                                 const std::vector<AttachedMaterial>& attachments) {
  Problems problems;
  if (!document["entity"].is_object() || document["services"].size() != ids.services.size())
    return fail(ProblemCode::bad_format);

  Json services = Json::array();
  for (size_t i = 0; i < ids.services.size(); ++i)
    services.push(service(document["services"].at(i), ids.services[i], at("/services", i),
                          attachments, problems));

  Json attached = Json::array();
  for (const auto& a : attachments) {
    if (a.material.owner == "/entity") {
      attached.push(attachment(a, kOwnerEntity, ids.entity));
      continue;
    }
    for (size_t i = 0; i < ids.services.size(); ++i)
      if (a.material.owner == at("/services", i))
        attached.push(attachment(a, kOwnerService, ids.services[i].id));
  }

  Json record = Json::object();
  record.set("entity", entity(document["entity"], ids.entity));
  record.set("services", std::move(services));
  record.set("attachments", std::move(attached));
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return record;
}

}  // namespace beian::authority
