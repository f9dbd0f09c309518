#include "sandbox/judge_ym.hpp"

#include <array>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "sandbox/contact_checks.hpp"
#include "sandbox/domain_records.hpp"
#include "sandbox/judge_parts.hpp"
#include "sandbox/judge_places.hpp"

namespace beian::sandbox {
namespace {

// The schema asks for these; texts of blanks are as good as none.
struct Needed {
  std::string_view field;
  int code;
};
constexpr std::array<Needed, 14> kNeeded{{
    {"registered", 3002},
    {"valid_until", 3003},
    {"name_server", 3005},
    {"registrar", 3006},
    {"registrant_name", 3008},
    {"registrant_organisation", 3009},
    {"registrant_email", 3012},
    {"registrant_phone", 3014},
    {"registrant_address", 3016},
    {"admin_name", 3017},
    {"admin_organisation", 3018},
    {"admin_email", 3021},
    {"admin_phone", 3023},
    {"admin_address", 3025},
}};

// The three parties and the codes of what may be malformed in them.
struct Party {
  std::string_view prefix;
  int email, phone, place;
};
constexpr std::array<Party, 3> kParties{{
    {"registrant", 3013, 3015, 3028},
    {"admin", 3022, 3024, 3029},
    {"payer", 3034, 3033, 3030},
}};

bool is_blank(const Json& record, std::string_view field) {
  return text::trim(record[field].as_string()).empty();
}

void judge_party(Judge& judge, const Json& record, const Party& party) {
  const std::string prefix(party.prefix);
  const auto field = [&](const char* name) { return prefix + "_" + name; };
  if (!is_blank(record, field("email")))
    judge.unless(valid_emails(record[field("email")].as_string()), party.email, {});
  if (!is_blank(record, field("phone")))
    judge.unless(valid_office_phones(record[field("phone")].as_string()), party.phone, {});
  const Json* province = record.find(field("province"));
  const Json* city = record.find(field("city"));
  if (province == nullptr && city == nullptr) return;  // a payer may be left out
  judge.unless(
      province != nullptr && city != nullptr && is_place(province->as_int(), city->as_int()),
      party.place, {});
}

// A name is words, in whatever script, and what stands between them in one.
bool is_plain_name(std::string_view name) {
  return name.find_first_of("<>{}[]|\\^~`\"$%*=;@#!?") == std::string_view::npos;
}

void judge_dates(Judge& judge, const Json& record) {
  const std::string today = china_date(judge.circumstances.now);
  const std::string& registered = record["registered"].as_string();
  const std::string& until = record["valid_until"].as_string();
  if (!is_blank(record, "registered")) {
    if (!is_date(registered))
      judge.say(3031, registered);
    else
      judge.unless(registered <= today, 3035, registered);
  }
  if (!is_blank(record, "valid_until")) {
    if (!is_date(until))
      judge.say(3032, until);
    else
      judge.unless(until >= today, 3004, until);
  }
}

}  // namespace

Outcomes inspect_domain(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  if (circumstances.province != 0) judge.say(3036, {});
  // No code of its own says that a name is none.
  judge.unless(china::normalise_domain(record["name"].as_string()).has_value(), 3999, "无效域名");
  judge.unless(known("domain_type", record["type"].as_int()), 3001, {});
  for (const auto& needed : kNeeded)
    if (is_blank(record, needed.field)) judge.say(needed.code, {});
  if (!is_blank(record, "registrar"))
    judge.unless(is_plain_name(record["registrar"].as_string()), 3007, {});
  judge_dates(judge, record);
  for (const auto& party : kParties) judge_party(judge, record, party);
  judge_characters(judge, record);
  return std::move(judge.found);
}

Outcomes domain_conflicts(db::Tx& tx, const Json& record, int64_t provider_id,
                          std::optional<int64_t> id) {
  Outcomes found;
  const auto other = find_domain(tx, domain_key(record["name"].as_string()));
  if (other && other->id != id.value_or(0))
    found.push_back(
        outcome(3999, other->provider_id == provider_id ? "域名已报备" : "域名已由其他单位报备"));
  return found;
}

}  // namespace beian::sandbox
