// What answers the authority: attachments alone, results of verification tasks, what was done about
// unfiled sites (XZHYD, HSJG, WBACLJG).
#include <array>

#include "authority/mapping_parts.hpp"

namespace beian::authority {
namespace {

using namespace parts;

constexpr int64_t kAttachmentAlone = 35;      // Czlx
constexpr int64_t kPassed = 0, kRefused = 1;  // Hsjg

constexpr auto kResultFields =
    std::to_array<std::string_view>({"verifier", "opinion", "fault", "reporting_unit"});
constexpr auto kVerifiedEntityFields = std::to_array<std::string_view>(
    {"authority_entity_id", "name", "nature", "investor", "remark"});
constexpr auto kVerifiedServiceFields = std::to_array<std::string_view>(
    {"authority_service_id", "name", "contents", "home_url", "remark", "app"});
constexpr auto kVerifiedDomainFields =
    std::to_array<std::string_view>({"authority_domain_id", "name"});
constexpr auto kVerifiedAccessFields = std::to_array<std::string_view>(
    {"authority_access_id", "locations", "methods", "reporting_method"});
constexpr auto kActionFields = std::to_array<std::string_view>(
    {"domain", "carrier", "provider", "province", "result", "opinion", "listed", "due", "reporter",
     "reporter_phone", "reporter_email"});

// Results of these have no operation number in V.3.0's schema: a Bz that names the element and the
// record is all that can tell them.
void mark_by_remark(std::string remark, MappedRecord& out) {
  out.marks.push_back({"icp/remarks", 0, std::move(remark)});
}

Json verified_access(const Json& from, const std::string& path, Problems& problems) {
  Json out = pick(from, kVerifiedAccessFields);
  if (!out.find("reporting_method")) out.set("reporting_method", kReportedByProvider);
  const std::vector<int64_t> no_ids(from["addresses"].size());
  Json list = addresses(from["addresses"], no_ids, path + "/addresses", problems);
  for (auto& address : list.items()) address.erase("provider_address_id");
  out.set("addresses", std::move(list));
  return out;
}

Json verified_service(const Json& from, const std::string& path, Problems& problems) {
  Json out = pick(from, kVerifiedServiceFields);
  if (Json approvals = pre_approvals(from["pre_approvals"], path, {}); approvals.size() > 0)
    out.set("pre_approvals", std::move(approvals));
  Json names = Json::array();
  for (const auto& domain : from["domains"].items())
    names.push(pick(domain, kVerifiedDomainFields));
  const bool website = !out.find("app");
  if (website || names.size() > 0) out.set("domains", std::move(names));
  Json accesses = Json::array();
  for (size_t i = 0; i < from["accesses"].size(); ++i)
    accesses.push(verified_access(from["accesses"].at(i), at(path + "/accesses", i), problems));
  if (website || accesses.size() > 0) out.set("accesses", std::move(accesses));
  out.set("manager", person(from["manager"]));
  return out;
}

Json verified_entity(const Json& from) {
  Json out = pick(from, kVerifiedEntityFields);
  out.set("location", location(from["location"]));
  out.set("certificate", certificate(from["certificate"]));
  out.set("manager", person(from["manager"]));
  return out;
}

}  // namespace

Result<MappedRecord> map_verification_attachment(const MapInput& in) {
  Problems problems;
  const bool of_service = in.body.find("service") != nullptr;
  const std::string path = of_service ? "/service" : "/entity";
  const auto whose =
      named(in.body[path.substr(1)], of_service ? "authority_service_id" : "authority_entity_id",
            path, problems);
  if (in.attached.size() != 1)
    problems.push_back({ProblemCode::required, "/attachments/0", {}});
  else if (in.attached[0].owner != path)
    problems.push_back({ProblemCode::material_owner, "/attachments/0/owner", {{"owner", path}}});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  MappedRecord out;
  out.record =
      attachment(in.attached[0], owner_of(of_service ? kOwnerService : kOwnerEntity, whose));
  mark_by(whose, kAttachmentAlone, out);
  if (whose.id != 0) mark_by_remark("XZHYD " + std::to_string(whose.id), out);
  if (!whose.number.empty()) mark_by_remark("XZHYD " + whose.number, out);
  return out;
}

Result<MappedRecord> map_verification_result(const MapInput& in) {
  Problems problems;
  MappedRecord out;
  out.record = pick(in.body, kResultFields);
  if (!in.body["passed"].is_bool()) problems.push_back({ProblemCode::required, "/passed", {}});
  out.record.set("result", in.body["passed"].as_bool() ? kPassed : kRefused);
  out.record.set("time", in.body["date"]);
  if (!out.record.find("reporting_unit")) out.record.set("reporting_unit", in.provider_id);
  const Json& record = in.body["record"];
  Json services = Json::array();
  for (size_t i = 0; i < record["services"].size(); ++i)
    services.push(verified_service(record["services"].at(i), at("/record/services", i), problems));
  Json verified = Json::object();
  verified.set("entity", verified_entity(record["entity"]));
  verified.set("services", std::move(services));
  out.record.set("record", std::move(verified));
  const int64_t id = record["entity"]["authority_entity_id"].as_int();
  mark_by_remark("HSJG " + std::to_string(id), out);
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

Result<MappedRecord> map_unfiled_site_action(const MapInput& in) {
  MappedRecord out;
  out.record = pick(in.body, kActionFields);
  if (!out.record.find("provider")) out.record.set("provider", in.provider_id);
  const auto address = address_number(in.body["address"]);
  if (!address) {
    Problems problems;
    append_under(problems, "/address", address.error());
    return std::unexpected(std::move(problems));
  }
  out.record.set("address", *address);
  mark_by_remark("WBACLJG " + in.body["domain"].as_string(), out);
  return out;
}

}  // namespace beian::authority
