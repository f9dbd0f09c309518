// New filings, new services of a filed entity, new accesses of a filed service (XZBA, XZWZ, XZJR).
#include <array>

#include "authority/mapping_parts.hpp"

namespace beian::authority {
namespace {

using namespace parts;

constexpr int64_t kNewFiling = 1, kNewService = 2, kNewAccess = 3;  // Czlx

constexpr auto kNewAccessFields = std::to_array<std::string_view>({"locations", "methods"});

Json services_of(const MapInput& in, Problems& problems) {
  const Json& services = in.body["services"];
  if (services.size() == 0) problems.push_back({ProblemCode::required, "/services", {}});
  Json out = Json::array();
  for (size_t i = 0; i < services.size(); ++i) {
    const auto& ids = in.ids.services.at(i);
    Json one = service(services.at(i), ids, at("/services", i), in.attached, problems);
    one.set("provider_service_id", ids.id);
    for (size_t j = 0; j < ids.accesses.size(); ++j)
      one.find("accesses")->items()[j].set("provider_access_id", ids.accesses[j].id);
    out.push(std::move(one));
  }
  return out;
}

// Attachments of the entity and of services that are new here.
Json attachments_of(const MapInput& in, const Json& entity_owner) {
  Json out = Json::array();
  for (const auto& a : in.attached) {
    if (a.owner == "/entity") out.push(attachment(a, entity_owner));
    for (size_t i = 0; i < in.ids.services.size(); ++i)
      if (a.owner == at("/services", i))
        out.push(attachment(a, owner_of(kOwnerService, in.ids.services[i].id)));
  }
  return out;
}

}  // namespace

Result<MappedRecord> map_new_filing(const MapInput& in) {
  Problems problems;
  if (!in.body["entity"].is_object()) problems.push_back({ProblemCode::required, "/entity", {}});
  MappedRecord out;
  Json owner = entity(in.body["entity"]);
  owner.set("provider_entity_id", in.ids.record);
  owner.set("reporting_method", kReportedByProvider);
  out.record = Json::object();
  out.record.set("entity", std::move(owner));
  out.record.set("services", services_of(in, problems));
  out.record.set("attachments", attachments_of(in, owner_of(kOwnerEntity, in.ids.record)));
  const auto mark = std::to_string(in.ids.record);
  out.marks = {{"icp/results", kNewFiling, mark}, {"icp/decisions", kNewFiling, mark}};
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

Result<MappedRecord> map_new_service(const MapInput& in) {
  Problems problems;
  const auto owner = named(in.body["entity"], "authority_entity_id", "/entity", problems);
  MappedRecord out;
  out.record = Json::object();
  out.record.set("entity", choice(owner, "authority_entity_id"));
  out.record.set("services", services_of(in, problems));
  if (Json list = attachments_of(in, owner_of(kOwnerEntity, owner)); list.size() > 0)
    out.record.set("attachments", std::move(list));
  set_password(in.body, out.record);
  mark_by(owner, kNewService, out);
  for (const auto& service : in.ids.services)
    out.marks.push_back({"icp/decisions", kNewService, std::to_string(service.id)});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

Result<MappedRecord> map_new_access(const MapInput& in) {
  Problems problems;
  const auto to = named(in.body["service"], "authority_service_id", "/service", problems);
  const Json& wanted = in.body["access"];
  MappedRecord out;
  out.record = pick(wanted, kNewAccessFields);
  out.record.set("service", choice(to, "authority_service_id"));
  out.record.set("provider_access_id", in.ids.record);
  out.record.set("addresses",
                 addresses(wanted["addresses"], in.ids.addresses, "/access/addresses", problems));
  Json list = Json::array();
  for (const auto& a : in.attached)
    if (a.owner == "/service") list.push(attachment(a, owner_of(kOwnerService, to)));
  if (list.size() > 0) out.record.set("attachments", std::move(list));
  set_password(in.body, out.record);
  if (!out.record.find("icp_password_md5"))  // the schema demands it here
    problems.push_back({ProblemCode::required, "/filing_password", {}});
  out.marks.push_back({"icp/results", kNewAccess, std::to_string(in.ids.record)});
  out.marks.push_back({"icp/decisions", kNewAccess, std::to_string(in.ids.record)});
  if (!to.number.empty()) out.marks.push_back({"icp/results", kNewAccess, to.number});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

}  // namespace beian::authority
