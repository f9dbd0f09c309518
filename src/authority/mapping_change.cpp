// Changes of what is filed, and its end (BGBA, ZXBA).
#include <array>

#include "authority/mapping_parts.hpp"

namespace beian::authority {
namespace {

using namespace parts;

constexpr int64_t kChange = 4;  // Czlx

void need_both(const Named& named, std::string_view id_name, const std::string& path,
               Problems& problems) {
  if (named.empty()) return;  // told already
  if (named.id == 0)
    problems.push_back({ProblemCode::required, path + "/" + std::string(id_name), {}});
  if (named.number.empty())
    problems.push_back({ProblemCode::required, path + "/filing_number", {}});
}

struct Ending {
  std::string_view member, id_name;
  int64_t kind;       // Zxlb
  int64_t operation;  // Czlx
};
constexpr auto kEndings = std::to_array<Ending>({
    {"entity", "authority_entity_id", 0, 6},
    {"service", "authority_service_id", 1, 7},
    {"access", "authority_access_id", 2, 5},
});

}  // namespace

Result<MappedRecord> map_change(const MapInput& in) {
  Problems problems;
  MappedRecord out;
  const auto whose = named(in.body["entity"], "authority_entity_id", "/entity", problems);
  need_both(whose, "authority_entity_id", "/entity", problems);
  Json owner = entity(in.body["entity"]);
  owner.set("authority_entity_id", whose.id);
  owner.set("filing_number", whose.number);
  mark_by(whose, kChange, out);
  out.marks.push_back({"icp/decisions", kChange, std::to_string(whose.id)});

  const Json& given = in.body["services"];
  if (given.size() == 0) problems.push_back({ProblemCode::required, "/services", {}});
  Json services = Json::array();
  std::vector<Named> names;
  for (size_t i = 0; i < given.size(); ++i) {
    const auto path = at("/services", i);
    const auto& name =
        names.emplace_back(named(given.at(i), "authority_service_id", path, problems));
    need_both(name, "authority_service_id", path, problems);
    Json one = service(given.at(i), in.ids.services.at(i), path, in.attached, problems);
    one.set("authority_service_id", name.id);
    one.set("filing_number", name.number);
    // Ids of entities and services are counted apart, so only the number is a mark of its own.
    mark_by({0, name.number}, kChange, out);
    services.push(std::move(one));
  }
  out.record = Json::object();
  out.record.set("entity", std::move(owner));
  out.record.set("services", std::move(services));

  Json list = Json::array();
  for (const auto& a : in.attached) {
    if (a.owner == "/entity") list.push(attachment(a, owner_of(kOwnerEntity, whose)));
    for (size_t i = 0; i < names.size(); ++i)
      if (a.owner == at("/services", i))
        list.push(attachment(a, owner_of(kOwnerService, names[i])));
  }
  if (list.size() > 0) out.record.set("attachments", std::move(list));
  set_password(in.body, out.record);
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

Result<MappedRecord> map_cancellation(const MapInput& in) {
  const Ending* ending = nullptr;
  for (const auto& row : kEndings) {
    if (!in.body.find(row.member)) continue;
    if (ending) return fail(ProblemCode::bad_format);  // one thing at a time
    ending = &row;
  }
  if (!ending) return fail(ProblemCode::required, "/service");
  Problems problems;
  const auto path = "/" + std::string(ending->member);
  const auto what = named(in.body[ending->member], ending->id_name, path, problems);
  if (!what.empty() && what.id == 0)  // the schema has no place for the number
    problems.push_back({ProblemCode::required, path + "/" + std::string(ending->id_name), {}});
  if (in.body["reason"].as_int() == 0) problems.push_back({ProblemCode::required, "/reason", {}});

  MappedRecord out;
  out.record = Json::object();
  out.record.set("kind", ending->kind);
  out.record.set("record_id", what.id);
  out.record.set("reason", in.body["reason"]);
  if (const Json& remark = in.body["remark"]; !is_blank(remark))
    out.record.set("reason_text", remark);
  set_password(in.body, out.record);
  if (ending->kind == 0 && !out.record.find("icp_password_md5"))
    problems.push_back({ProblemCode::required, "/filing_password", {}});
  mark_by(what, ending->operation, out);
  out.marks.push_back({"icp/decisions", ending->operation, std::to_string(what.id)});
  out.marks.push_back({"icp/cancelled", ending->kind, std::to_string(what.id)});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

}  // namespace beian::authority
