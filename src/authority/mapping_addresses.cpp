// Records of addresses (IP: XZBA, XGBA, SCBA, each of sources, assignments, broadcasts and own
// addresses). Our words for the fields are the wire model's; ends of ranges are texts or numbers.
#include "authority/mapping_parts.hpp"

namespace beian::authority {
namespace {

struct Change {
  std::string_view path;
  int64_t code;  // Czlx
};
constexpr Change kChanges[] = {{"new_filings", 1}, {"changes", 2}, {"deletions", 3}};

}  // namespace

Result<MappedRecord> map_address(const MapInput& in) {
  Problems problems;
  MappedRecord out;
  out.record = Json::object();
  for (const auto& [name, value] : in.body.members()) {
    if (parts::is_blank(value)) continue;
    if (name != "from" && name != "to" && name != "gateway") {
      out.record.set(name, value);
      continue;
    }
    if (const auto number = parts::address_number(value))
      out.record.set(name, *number);
    else
      append_under(problems, "/" + name, number.error());
  }
  // "ip/new_filings/sources"
  const auto first = in.operation.find('/'), last = in.operation.rfind('/');
  const auto change = in.operation.substr(first + 1, last - first - 1);
  const std::string scope = "ip" + std::string(in.operation.substr(last));
  for (const auto& row : kChanges) {
    if (row.path != change) continue;
    if (row.code == 1) out.record.set("provider_record_id", in.ids.record);
    const int64_t id = row.code == 1 ? in.ids.record : in.body["id"].as_int();
    if (id == 0) problems.push_back({ProblemCode::required, "/id", {}});
    out.marks.push_back({scope, row.code, std::to_string(id)});
  }
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return out;
}

}  // namespace beian::authority
