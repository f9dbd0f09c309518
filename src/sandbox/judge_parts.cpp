#include "sandbox/judge_parts.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/app.hpp"
#include "china/certificate.hpp"
#include "china/codes.hpp"
#include "china/domain.hpp"
#include "china/regions.hpp"
#include "sandbox/contact_checks.hpp"

namespace beian::sandbox {
namespace {

constexpr int64_t kIdentityCard = 2;

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
    judge.unless(covered || service.find("app") != nullptr, 1041, title);
  }
}

// Codes of the second level say what it does; the first only groups them.
bool second_level(const Json& contents) {
  return std::ranges::all_of(contents.items(), [](const Json& code) {
    const auto* row = china::code_table("app_service_content").find(code.as_int());
    return row != nullptr && row->offered && row->more["parent"].as_int() != 0;
  });
}

void judge_platform(Judge& judge, const Json& platform, const std::string& title) {
  const std::string& name = platform["platform"].as_string();
  const auto given = [&](std::string_view member, auto check, std::string_view what) {
    const Json* value = platform.find(member);
    if (value != nullptr)
      judge.unless(check(name, value->as_string()).has_value(), 1999, title + std::string(what));
  };
  given("package_id", china::check_package_id, "包名格式错误");
  given("fingerprint", china::check_fingerprint, "证书指纹格式错误");
  given("public_key", china::check_public_key, "公钥格式错误");
  for (const auto& domain : platform["domains"].items())
    judge.unless(china::normalise_domain(domain.as_string()).has_value(), 1004, domain.as_string());
}

// An app, mini program or quick app (openbeian-3.1).
void judge_app(Judge& judge, const Json& app, const std::string& title) {
  judge.unless(second_level(app["contents"]), 1034, title);
  const auto kind = china::service_kind_of_app(app);
  judge.unless(!china::app_keys(kind, app).empty(), 1999,
               title + (kind == china::ServiceKind::app ? "缺少运行平台" : "缺少所在平台或标识"));
  for (const auto& platform : app["platforms"].items()) judge_platform(judge, platform, title);
  for (const auto& store : app["stores"].items())
    if (const Json* url = store.find("url"))
      judge.unless(!host_of_url(url->as_string()).empty(), 1022, title);
  const Json* icon = app.find("icon");
  if (icon == nullptr) return;
  const auto bytes = base64_decode((*icon)["content"].as_string());
  judge.unless(bytes && has_magic(*bytes, (*icon)["format"].as_int()), 5010, title + "图标");
}

void judge_accesses(Judge& judge, const Json& service, const std::string& title) {
  std::vector<Json> seen;
  for (const auto& access : service["accesses"].items()) {
    judge_access(judge, access, title);
    Json plain = Json::array();
    for (const auto& address : access["addresses"].items())
      plain.push(Json::array({address["from"], address["to"]}));
    judge.unless(std::ranges::find(seen, plain) == seen.end(), 1029, title);
    seen.push_back(std::move(plain));
  }
}

}  // namespace

bool known(std::string_view table, int64_t code) {
  return china::check_code(table, code).has_value();
}

// A range on the wire: two numbers of 32 bits.
std::optional<china::IpRange> range_of(const Json& address) {
  const auto from = china::ip_from_number(address["from"].as_int());
  const auto to = china::ip_from_number(address["to"].as_int());
  if (!from || !to || *to < *from) return std::nullopt;
  if (!china::is_servable(*from) || !china::is_servable(*to)) return std::nullopt;
  return china::IpRange{*from, *to};
}

void judge_access(Judge& judge, const Json& access, std::string_view title) {
  judge.unless(all_known("server_location", access["locations"]), 1036, title);
  judge.unless(all_known("access_method", access["methods"]), 1035, title);
  std::vector<china::IpRange> ranges;
  for (const auto& address : access["addresses"].items()) {
    const auto range = range_of(address);
    if (!range) {
      judge.say(1006, title);
      continue;
    }
    const bool twice =
        std::ranges::any_of(ranges, [&](const auto& other) { return other.overlaps(*range); });
    judge.unless(!twice, 1024, std::string(title) + " " + range->text());
    ranges.push_back(*range);
  }
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

void judge_service(Judge& judge, const Json& service, const Json& entity,
                   const std::string& title) {
  for (const auto& domain : service["domains"].items())
    judge.unless(china::check_independent_domain(domain["name"].as_string()).has_value(), 1004,
                 domain["name"].as_string());
  for (const auto& approval : service["pre_approvals"].items())
    judge.unless(known("preapproval_content", approval["content_type"].as_int()), 1033, title);
  judge.unless(all_known("service_content", service["contents"]), 1034, title);
  judge.unless(all_known("language", service["languages"]), 1066, title);
  if (const Json* app = service.find("app")) judge_app(judge, *app, title);
  judge_accesses(judge, service, title);
  judge_home_url(judge, service, title);
  judge_person(judge, service["manager"], entity, false, title + "负责人");
}

std::string title_of_service(const Json& service, size_t index) {
  return std::string(china::title_of(china::service_kind_of_app(service["app"]))) +
         std::to_string(index);
}

void judge_repeats(Judge& judge, const Json& services) {
  std::set<std::pair<china::ServiceKind, std::string>> names;
  std::set<std::string> websites;
  std::set<std::string> keys;
  std::set<int64_t> ids;
  for (const auto& service : services.items()) {
    const std::string& name = service["name"].as_string();
    const auto kind = china::service_kind_of_app(service["app"]);
    judge.unless(names.insert({kind, name}).second, 1020, name);
    for (const auto& key : china::app_keys(kind, service["app"]))
      judge.unless(keys.insert(key).second, 1037, name);
    // An app may share a domain with its entity's other services.
    std::set<std::string> own;
    std::set<std::string>& domains = kind == china::ServiceKind::website ? websites : own;
    for (const char* id : {"provider_service_id", "authority_service_id"})
      if (const Json* given = service.find(id))
        judge.unless(ids.insert(given->as_int()).second, 1037, name);
    for (const auto& domain : service["domains"].items())
      judge.unless(domains.insert(domain_key(domain["name"].as_string())).second, 1039,
                   domain["name"].as_string());
  }
}

void judge_attachment(Judge& judge, const Json& attachment, std::string_view title) {
  const int64_t format = attachment["format"].as_int();
  const china::CodeRow* purpose =
      china::code_table("attachment_purpose").find(attachment["purpose"].as_int());
  judge.unless(known("attachment_format", format), 1056, title);
  judge.unless(purpose != nullptr, 1057, title);
  if (purpose != nullptr)
    judge.unless(purpose->more["owner"].as_int() == attachment["owner"]["kind"].as_int(), 1061,
                 title);
  const auto bytes = base64_decode(attachment["content"].as_string());
  if (!bytes || !has_magic(*bytes, format))
    judge.say(5010, title);
  else if (purpose != nullptr)
    judge.unless(static_cast<int64_t>(bytes->size()) <= purpose->more["max_bytes"].as_int(), 5010,
                 std::string(title) + "过大");
}

void judge_attachments(Judge& judge, const Json& record) {
  size_t index = 0;
  for (const auto& attachment : record["attachments"].items())
    judge_attachment(judge, attachment, "附件" + std::to_string(++index));
}

namespace {

// Private use, C1 controls, the replacement character: nobody's keyboard writes them.
bool strange(uint32_t c) {
  return (c >= 0x80 && c <= 0x9F) || c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

bool has_strange(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size();) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    size_t length = 1;
    uint32_t c = first;
    if (first >= 0xF0) {
      length = 4;
      c = first & 0x07U;
    } else if (first >= 0xE0) {
      length = 3;
      c = first & 0x0FU;
    } else if (first >= 0xC0) {
      length = 2;
      c = first & 0x1FU;
    }
    for (size_t k = 1; k < length && i + k < utf8.size(); ++k)
      c = c << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    if (strange(c)) return true;
    i += length;
  }
  return false;
}

bool has_strange(const Json& json) {
  if (json.is_string()) return has_strange(std::string_view(json.as_string()));
  return std::ranges::any_of(json.items(), [](const Json& item) { return has_strange(item); }) ||
         std::ranges::any_of(json.members(), [](const auto& member) {
           return member.first != "attachments" && has_strange(member.second);
         });
}

}  // namespace

void judge_characters(Judge& judge, const Json& record) {
  judge.unless(!has_strange(record), 5008, "");
}

}  // namespace beian::sandbox
