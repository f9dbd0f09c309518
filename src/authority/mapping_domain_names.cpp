// Records of domain registrars (YM: XZBA, XGBA, SCBA). Our words for the fields are the wire
// model's.
#include <array>

#include "authority/mapping_parts.hpp"

namespace beian::authority {
namespace {

constexpr auto kFields = std::to_array<std::string_view>({"name",
                                                          "type",
                                                          "registered",
                                                          "registrant_name",
                                                          "registrant_organisation",
                                                          "registrant_address",
                                                          "registrant_province",
                                                          "registrant_city",
                                                          "registrant_email",
                                                          "registrant_phone",
                                                          "admin_name",
                                                          "admin_organisation",
                                                          "admin_address",
                                                          "admin_province",
                                                          "admin_city",
                                                          "admin_email",
                                                          "admin_phone",
                                                          "payer_name",
                                                          "payer_organisation",
                                                          "payer_address",
                                                          "payer_province",
                                                          "payer_city",
                                                          "payer_email",
                                                          "payer_phone",
                                                          "registrar",
                                                          "name_server",
                                                          "valid_until"});

constexpr std::string_view kScope = "domain_names";
constexpr int64_t kNew = 1, kChange = 2, kDeletion = 3;  // Czlx

}  // namespace

Result<MappedRecord> map_domain_name(const MapInput& in) {
  MappedRecord out;
  const int64_t id = in.body["id"].as_int();
  const auto mark = [&](int64_t code, int64_t named) {
    out.marks.push_back({std::string(kScope), code, std::to_string(named)});
  };
  if (in.operation == "domain_names/deletions") {
    out.record = Json::object();
    if (id != 0) {
      out.record.set("id", id);
      mark(kDeletion, id);
    } else if (const auto& name = in.body["name"].as_string(); !name.empty()) {
      // Its result names the authority's id, which nobody here knows: an officer sees it.
      out.record.set("name", name);
    } else {
      return fail(ProblemCode::required, "/id");
    }
    return out;
  }
  out.record = parts::pick(in.body, kFields);
  if (in.operation == "domain_names/changes") {
    if (id == 0) return fail(ProblemCode::required, "/id");
    out.record.set("id", id);
    mark(kChange, id);
  } else {
    out.record.set("provider_record_id", in.ids.record);
    mark(kNew, in.ids.record);
  }
  return out;
}

}  // namespace beian::authority
