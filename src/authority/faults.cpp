#include "authority/faults.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "wire/returns.hpp"

namespace beian::authority {
namespace {

struct FaultField {
  int code;
  std::string_view field;
};

// Interface V.3.0, table 5 (result codes of ICP records), read against the fields of our document.
constexpr auto kFields = std::to_array<FaultField>({
    {1003, "/entity"},
    {1004, "/services/0/domains"},
    {1005, "/services/0/domains"},
    {1006, "/services/0/accesses"},
    {1007, "/entity/manager"},
    {1008, "/entity/certificate/number"},
    {1009, "/entity/manager/email"},
    {1010, "/entity/manager/office_phone"},
    {1011, "/entity/manager/mobile"},
    {1012, "/entity/manager"},
    {1013, "/entity/manager"},
    {1014, "/entity/nature"},
    {1015, "/entity/manager/certificate_number"},
    {1018, "/filing_password"},
    {1019, "/entity/location"},
    {1020, "/services/0/name"},
    {1021, "/services/0/home_url"},
    {1022, "/services/0/home_url"},
    {1024, "/services/0/accesses"},
    {1026, "/reason"},
    {1029, "/services/0/accesses"},
    {1031, "/services/0/manager/office_phone"},
    {1033, "/services/0/pre_approvals"},
    {1034, "/services/0/contents"},
    {1035, "/services/0/accesses"},
    {1036, "/services/0/accesses"},
    {1037, "/services/0"},
    {1038, "/services/0/accesses"},
    {1039, "/services/0/domains"},
    {1040, "/services/0/accesses"},
    {1041, "/services/0/home_url"},
    {1044, "/entity/manager/name"},
    {1045, "/entity/location/province"},
    {1046, "/entity/location/province"},
    {1055, "/services/0/materials/1"},  // the verification sheet (核验单)
    {1061, "/services/0/materials/1"},
    {1063, "/services/0/accesses"},
    {1064, "/services/0/domains"},
    {1065, "/entity"},
    {1066, "/services/0/languages"},
});
static_assert(std::ranges::is_sorted(kFields, {}, &FaultField::code));

}  // namespace

std::string field_of_fault(int code, size_t services) {
  const auto* row = std::ranges::lower_bound(kFields, code, {}, &FaultField::code);
  if (row == kFields.end() || row->code != code) return {};
  if (services > 1 && row->field.starts_with("/services/0")) return "/services";
  return std::string(row->field);
}

bool is_success_code(int code) {
  return wire::code_reaction(code) == wire::Reaction::success;
}

}  // namespace beian::authority
