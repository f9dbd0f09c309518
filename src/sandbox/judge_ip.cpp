// What a record of an IP filing shows by itself.
#include "sandbox/judge_ip.hpp"

#include <array>
#include <string_view>

#include "base/text.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/judge_places.hpp"

namespace beian::sandbox {
namespace {

// Could it stand in a public routing table? Documentation addresses may: samples are made of them.
bool is_public(int64_t number) {
  const auto address = china::ip_from_number(number);
  return address && china::is_servable(*address);
}

// A gateway may be a private address, but must be one machine's.
bool is_host(int64_t number) {
  const auto address = china::ip_from_number(number);
  if (!address) return false;
  switch (china::kind_of(*address)) {
    case china::IpKind::loopback:
    case china::IpKind::multicast:
    case china::IpKind::unspecified:
    case china::IpKind::reserved:
      return false;
    default:
      return true;
  }
}

void judge_range(Judge& judge, const Json& record) {
  const int64_t from = record["from"].as_int(), to = record["to"].as_int();
  judge.unless(is_public(from), 2006, {});
  judge.unless(is_public(to), 2007, {});
  judge.unless(from <= to, 2002, {});
}

// Fields that one way of use asks for, and the code that says that one is missing.
struct Needed {
  std::string_view field;
  int code;
};
constexpr std::array<Needed, 10> kNeededInUse{{
    {"manner", 2032},
    {"assigned", 2030},
    {"name", 2031},
    {"nature", 2034},
    {"province", 2037},
    {"city", 2038},
    {"address", 2036},
    {"contact_name", 2040},
    {"contact_phone", 2039},
    {"contact_email", 2042},
}};

// Texts of blanks are as good as none.
bool is_missing(const Json& record, std::string_view field) {
  const Json* value = record.find(field);
  if (value == nullptr || value->is_null()) return true;
  return value->is_string() && text::trim(value->as_string()).empty();
}

template <class Fields>
void judge_needed(Judge& judge, const Json& record, const Fields& fields) {
  for (const auto& needed : fields)
    if (is_missing(record, needed.field)) judge.say(needed.code, {});
}

void judge_code(Judge& judge, const Json& record, std::string_view field, std::string_view table,
                int code) {
  if (const Json* value = record.find(field))
    judge.unless(known(table, value->as_int()), code, std::to_string(value->as_int()));
}

// Whatever of these is given must be right, asked for or not.
void judge_user(Judge& judge, const Json& record) {
  judge_code(judge, record, "nature", "entity_nature", 2019);
  judge_code(judge, record, "unit_class", "unit_class", 2009);
  judge_code(judge, record, "industry", "industry", 2020);
  judge_place(judge, record, {});
  if (!is_missing(record, "contact_phone"))
    judge.unless(valid_office_phones(record["contact_phone"].as_string()), 2012, {});
  if (!is_missing(record, "contact_email"))
    judge.unless(valid_emails(record["contact_email"].as_string()), 2013, {});
  if (const Json* gateway = record.find("gateway"))
    judge.unless(is_host(gateway->as_int()), 2008, {});
  // No code of its own says that a date is none.
  if (!is_missing(record, "assigned"))
    judge.unless(is_date(record["assigned"].as_string()), 2999, "分配使用时间格式");
  judge_characters(judge, record);
}

}  // namespace

Outcomes inspect_source(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_range(judge, record);
  judge_characters(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_assignment(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_range(judge, record);
  const int64_t use = record["use"].as_int();
  if (use == kAssignedAndUsed) judge_needed(judge, record, kNeededInUse);
  if (use == kOwnUse)
    judge_needed(judge, record, std::array<Needed, 2>{{{"manner", 2032}, {"assigned", 2030}}});
  if (use == kAssignedOnwards) judge.unless(!is_missing(record, "assigned_to"), 2047, {});
  judge_user(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_broadcast(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_range(judge, record);
  judge.unless(record["broadcast_unit"] != record["applicant_unit"], 2053, {});
  judge_characters(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_own_address(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  judge_range(judge, record);
  // The schema asks for all but the gateway of a change; texts may still be blanks.
  judge_needed(judge, record, kNeededInUse);
  judge.unless(!is_missing(record, "gateway"), 2043, {});
  judge.unless(!is_missing(record, "gateway_address"), 2044, {});
  // The schema lets either name of the source stand beside either kind.
  if (record["source_kind"].as_int() == 1)
    judge.unless(!is_missing(record, "source_id"), 2028, {});
  else
    judge.unless(!is_missing(record, "source_name"), 2045, {});
  judge_user(judge, record);
  return std::move(judge.found);
}

Outcomes inspect_deletion(const Json&, const Circumstances&) {
  return {};
}

}  // namespace beian::sandbox
