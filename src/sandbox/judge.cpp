#include "sandbox/judge.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"
#include "china/regions.hpp"
#include "sandbox/contact_checks.hpp"
#include "wire/returns.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kIdentityCard = 2;

struct Judge {
  const Circumstances& circumstances;
  Outcomes found;

  void say(int code, std::string_view where) { found.push_back(outcome(code, where)); }
  void unless(bool good, int code, std::string_view where) {
    if (!good) say(code, where);
  }
};

bool known(std::string_view table, int64_t code) {
  return china::check_code(table, code).has_value();
}

// Every code of `list` stands in the table.
bool all_known(std::string_view table, const Json& list) {
  return std::ranges::all_of(list.items(),
                             [&](const Json& item) { return known(table, item.as_int()); });
}

void judge_number(Judge& judge, int64_t type, const std::string& number, std::string_view where) {
  judge.unless(china::check_certificate_number(type, number, judge.circumstances.now).has_value(),
               type == kIdentityCard ? 1015 : 1008, where);
}

void judge_person_certificate(Judge& judge, int64_t type, const std::string& number,
                              std::string_view where) {
  if (china::is_person_certificate(type))
    judge_number(judge, type, number, where);
  else
    judge.say(1008, where);
}

void judge_person(Judge& judge, const Json& person, const Json& entity, bool entity_manager,
                  std::string_view where) {
  const std::string title(where);
  const bool organisation = !is_individual(entity);
  if (entity_manager && organisation)
    judge.unless(!person["name"].as_string().empty(), 1044, title);
  const std::string& phone = person["office_phone"].as_string();
  if (phone.empty() && organisation)
    judge.say(entity_manager ? 1010 : 1031, title);
  else if (!phone.empty())
    judge.unless(valid_office_phones(phone), 1010, title);
  judge.unless(valid_mobiles(person["mobile"].as_string()), 1011, title);
  judge.unless(valid_emails(person["email"].as_string()), 1009, title);
  if (const Json* msn = person.find("msn"))
    judge.unless(valid_emails(msn->as_string()), 1012, title);
  if (const Json* qq = person.find("qq")) judge.unless(valid_qq(qq->as_string()), 1013, title);

  const std::string& number = person["certificate_number"].as_string();
  if (!number.empty())
    judge_person_certificate(judge, person["certificate_type"].as_int(), number, title);
  else if (judge.circumstances.person_numbers &&
           person_number(person, entity, entity_manager).empty())
    judge.say(1008, title + "缺少证件号码");
}

void judge_entity(Judge& judge, const Json& entity) {
  const int64_t type = entity["certificate"]["type"].as_int();
  const std::string number = certificate_key(entity["certificate"]["number"].as_string());
  const Json* nature = entity.find("nature");
  if (nature == nullptr)
    judge.unless(is_individual(entity), 1014, "单位主办时必填");
  else
    judge.unless(known("entity_nature", nature->as_int()), 1014, "主体");
  const bool fits = nature == nullptr || !known("entity_nature", nature->as_int()) ||
                    china::certificate_fits(nature->as_int(), type);
  if (!known("certificate_type", type) || !fits)
    judge.say(1008, "主体证件类型");
  else
    judge_number(judge, type, number, "主体");

  const Json& place = entity["location"];
  const int64_t province = place["province"].as_int();
  const Json* county = place.find("county");
  const bool exists = china::check_place(province, place["city"].as_int(),
                                         county ? std::optional(county->as_int()) : std::nullopt)
                          .empty() &&
                      !china::filing_prefix_of(province).empty();
  judge.unless(exists, 1019, "主体");
  if (exists && judge.circumstances.province != 0)
    judge.unless(china::province_of(judge.circumstances.province) == province, 1045, "");
  judge_person(judge, entity["manager"], entity, true, "主体负责人");
}

// A range on the wire: two numbers of 32 bits.
std::optional<china::IpRange> range_of(const Json& address) {
  const auto from = china::ip_from_number(address["from"].as_int());
  const auto to = china::ip_from_number(address["to"].as_int());
  if (!from || !to || *to < *from) return std::nullopt;
  if (!china::is_servable(*from) || !china::is_servable(*to)) return std::nullopt;
  return china::IpRange{*from, *to};
}

void judge_accesses(Judge& judge, const Json& service, const std::string& title) {
  std::vector<Json> seen;
  for (const auto& access : service["accesses"].items()) {
    judge.unless(all_known("server_location", access["locations"]), 1036, title);
    judge.unless(all_known("access_method", access["methods"]), 1035, title);
    std::vector<china::IpRange> ranges;
    Json plain = Json::array();
    for (const auto& address : access["addresses"].items()) {
      plain.push(Json::array({address["from"], address["to"]}));
      const auto range = range_of(address);
      if (!range) {
        judge.say(1006, title);
        continue;
      }
      const bool twice =
          std::ranges::any_of(ranges, [&](const auto& other) { return other.overlaps(*range); });
      judge.unless(!twice, 1024, title + " " + range->text());
      ranges.push_back(*range);
    }
    judge.unless(std::ranges::find(seen, plain) == seen.end(), 1029, title);
    seen.push_back(std::move(plain));
  }
}

void judge_home_url(Judge& judge, const Json& service, const std::string& title) {
  const Json* url = service.find("home_url");
  if (url == nullptr) return;
  for (const auto& part : text::split(url->as_string(), ';')) {
    const std::string host = host_of_url(text::trim(part));
    if (host.empty()) {
      judge.say(1022, title);
      continue;
    }
    const bool covered = std::ranges::any_of(service["domains"].items(), [&](const Json& domain) {
      const std::string name = domain_key(domain["name"].as_string());
      return host == name || host.ends_with("." + name);
    });
    judge.unless(covered, 1041, title);
  }
}

void judge_service(Judge& judge, const Json& service, const Json& entity, size_t index) {
  const std::string title = "网站" + std::to_string(index + 1);
  for (const auto& domain : service["domains"].items())
    judge.unless(china::check_independent_domain(domain["name"].as_string()).has_value(), 1004,
                 domain["name"].as_string());
  for (const auto& approval : service["pre_approvals"].items())
    judge.unless(known("preapproval_content", approval["content_type"].as_int()), 1033, title);
  judge.unless(all_known("service_content", service["contents"]), 1034, title);
  judge.unless(all_known("language", service["languages"]), 1066, title);
  judge_accesses(judge, service, title);
  judge_home_url(judge, service, title);
  judge_person(judge, service["manager"], entity, false, title + "负责人");
}

// Names, service ids and domains may not come twice in one record.
void judge_repeats(Judge& judge, const Json& record) {
  std::set<std::string> names;
  std::set<std::string> domains;
  std::set<int64_t> ids;
  for (const auto& service : record["services"].items()) {
    const std::string& name = service["name"].as_string();
    judge.unless(names.insert(name).second, 1020, name);
    judge.unless(ids.insert(service["provider_service_id"].as_int()).second, 1037, name);
    for (const auto& domain : service["domains"].items())
      judge.unless(domains.insert(domain_key(domain["name"].as_string())).second, 1039,
                   domain["name"].as_string());
  }
}

bool owner_exists(const Json& owner, const Json& record) {
  const int64_t id = owner["id"].as_int();
  if (owner["kind"].as_int() == 1) return record["entity"]["provider_entity_id"].as_int() == id;
  if (owner["kind"].as_int() != 2) return false;
  return std::ranges::any_of(record["services"].items(), [&](const Json& service) {
    return service["provider_service_id"].as_int() == id;
  });
}

void judge_attachments(Judge& judge, const Json& record) {
  size_t index = 0;
  for (const auto& attachment : record["attachments"].items()) {
    const std::string title = "附件" + std::to_string(++index);
    const int64_t format = attachment["format"].as_int();
    const china::CodeRow* purpose =
        china::code_table("attachment_purpose").find(attachment["purpose"].as_int());
    judge.unless(known("attachment_format", format), 1056, title);
    judge.unless(purpose != nullptr && owner_exists(attachment["owner"], record), 1057, title);
    const auto bytes = base64_decode(attachment["content"].as_string());
    if (!bytes || !has_magic(*bytes, format))
      judge.say(5010, title);
    else if (purpose != nullptr)
      judge.unless(static_cast<int64_t>(bytes->size()) <= purpose->more["max_bytes"].as_int(), 5010,
                   title + "过大");
  }
}

}  // namespace

Outcome outcome(int code, std::string_view where) {
  std::string text(wire::code_text(code));
  if (!where.empty()) text += "（" + std::string(where) + "）";
  while (text::length(text) > 255) {  // drop whole characters from the end
    size_t end = text.size() - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
  }
  return {code, std::move(text)};
}

bool is_individual(const Json& entity) {
  const Json* nature = entity.find("nature");
  if (nature != nullptr && known("entity_nature", nature->as_int()))
    return china::is_individual(nature->as_int());
  return china::is_person_certificate(entity["certificate"]["type"].as_int());
}

std::string person_number(const Json& person, const Json& entity, bool entity_manager) {
  const std::string& own = person["certificate_number"].as_string();
  if (!own.empty()) return certificate_key(own);
  if (entity_manager && is_individual(entity))
    return certificate_key(entity["certificate"]["number"].as_string());
  return {};
}

std::string certificate_key(std::string_view number) {
  std::string key;
  for (const char c : text::upper_ascii(number))
    if (c != ' ' && c != '\t') key += c;
  return key;
}

std::string domain_key(std::string_view name) {
  const auto normal = china::normalise_domain(name);
  return normal ? *normal : text::lower_ascii(name);
}

Outcomes inspect(const Json& record, const Circumstances& circumstances) {
  Judge judge{circumstances, {}};
  const Json& entity = record["entity"];
  judge_entity(judge, entity);
  size_t index = 0;
  for (const auto& service : record["services"].items())
    judge_service(judge, service, entity, index++);
  judge_repeats(judge, record);
  judge_attachments(judge, record);
  return std::move(judge.found);
}

Outcomes conflicts(const Json& record, const Library& library) {
  Outcomes found;
  const Json& entity = record["entity"];
  const int64_t type = entity["certificate"]["type"].as_int();
  const std::string number = certificate_key(entity["certificate"]["number"].as_string());
  if (library.entity_blacklisted(number)) found.push_back(outcome(1065));
  if (library.entity_in_process(entity["provider_entity_id"].as_int()))
    found.push_back(outcome(1037, "主体正在审核"));
  if (library.certificate_in_process(type, number))
    found.push_back(outcome(1003, "同一证件正在审核"));
  else if (library.certificate_filed(type, number))
    found.push_back(outcome(1003, "同一证件已备案"));
  for (const auto& service : record["services"].items()) {
    for (const auto& domain : service["domains"].items()) {
      const std::string name = domain_key(domain["name"].as_string());
      if (library.domain_blacklisted(name)) found.push_back(outcome(1064, name));
      if (library.domain_in_process(name))
        found.push_back(outcome(1039, name));
      else if (library.domain_filed(name))
        found.push_back(outcome(1005, name));
    }
    for (const auto& url : text::split(service["home_url"].as_string(), ';'))
      if (!url_key(url).empty() && library.home_url_filed(url_key(url)))
        found.push_back(outcome(1021, url));
  }
  return found;
}

}  // namespace beian::sandbox
