#include "domains/registration.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/http/client.hpp"

namespace beian::domains {
namespace {

constexpr size_t kMostAnswer = 256 * 1024;

// jCard (RFC 7095): ["vcard", [[name, params, type, value], …]].
std::string card_value(const Json& entity, std::string_view name) {
  for (const Json& property : entity["vcardArray"].at(1).items()) {
    if (property.at(0).as_string() != name) continue;
    const Json& value = property.at(3);
    // An organization may come with its units.
    return value.is_array() ? value.at(0).as_string() : value.as_string();
  }
  return {};
}

std::string named(const Json& entity) {
  std::string organization = card_value(entity, "org");
  return organization.empty() ? card_value(entity, "fn") : organization;
}

const Json* entity_with_role(const Json& domain, std::string_view role) {
  for (const Json& entity : domain["entities"].items())
    for (const Json& held : entity["roles"].items())
      if (held.as_string() == role) return &entity;
  return nullptr;
}

Result<std::string> day_of(const Json& domain, std::string_view action) {
  for (const Json& event : domain["events"].items()) {
    if (event["eventAction"].as_string() != action) continue;
    const auto at = parse_rfc3339(event["eventDate"].as_string());
    if (!at) return fail(ProblemCode::bad_format, "/events");
    return china_date(*at);
  }
  return std::string();
}

Registration unknown(std::string reason, TimePoint now) {
  Registration out;
  out.reason = std::move(reason);
  out.asked = now;
  return out;
}

}  // namespace

std::string_view name_of(Registration::Kind kind) {
  switch (kind) {
    case Registration::Kind::registered:
      return "registered";
    case Registration::Kind::free:
      return "free";
    case Registration::Kind::unknown:
      break;
  }
  return "unknown";
}

Result<Registration> read_rdap(std::string_view json) {
  const auto domain = parse_json(json);
  if (!domain) return fail(domain);
  if ((*domain)["objectClassName"].as_string() != "domain")
    return fail(ProblemCode::wrong_type, "/objectClassName", {{"expected", "domain"}});
  Registration out;
  out.kind = Registration::Kind::registered;
  if (const Json* holder = entity_with_role(*domain, "registrant")) out.holder = named(*holder);
  if (const Json* registrar = entity_with_role(*domain, "registrar"))
    out.registrar = named(*registrar);
  auto registered = day_of(*domain, "registration");
  auto expires = day_of(*domain, "expiration");
  if (!registered) return fail(registered);
  if (!expires) return fail(expires);
  out.registered = std::move(*registered);
  out.expires = std::move(*expires);
  for (const Json& word : (*domain)["status"].items()) out.status.push_back(word.as_string());
  return out;
}

Registration ask_rdap(const std::string& base_url, const std::string& domain, TimePoint now) {
  if (base_url.empty()) return unknown("没有配置域名注册信息的查询地址", now);
  const std::string slash = base_url.ends_with('/') ? "" : "/";
  const auto answer = http::send({.url = base_url + slash + "domain/" + domain,
                                  .headers = {{"Accept", "application/rdap+json"}},
                                  .timeout = std::chrono::seconds(10),
                                  .response_limit = kMostAnswer});
  if (!answer) return unknown("域名注册信息查询暂时无法连接", now);
  if (answer->status == 404) {
    Registration out;
    out.kind = Registration::Kind::free;
    out.asked = now;
    return out;
  }
  if (answer->status != 200)
    return unknown("域名注册信息查询返回 " + std::to_string(answer->status), now);
  auto read = read_rdap(answer->body);
  if (!read) return unknown("域名注册信息查询的回答无法识别", now);
  read->asked = now;
  return std::move(*read);
}

Json to_json(const Registration& r) {
  Json status = Json::array();
  for (const auto& word : r.status) status.push(word);
  const auto text = [](const std::string& s) { return s.empty() ? Json() : Json(s); };
  return Json::object({{"state", name_of(r.kind)},
                       {"holder", text(r.holder)},
                       {"registrar", text(r.registrar)},
                       {"registered", text(r.registered)},
                       {"expires", text(r.expires)},
                       {"status", std::move(status)},
                       {"reason", text(r.reason)},
                       {"asked", to_rfc3339(r.asked)}});
}

Registration registration_of(const Json& json) {
  Registration r;
  for (const auto kind : {Registration::Kind::registered, Registration::Kind::free})
    if (name_of(kind) == json["state"].as_string()) r.kind = kind;
  r.holder = json["holder"].as_string();
  r.registrar = json["registrar"].as_string();
  r.registered = json["registered"].as_string();
  r.expires = json["expires"].as_string();
  for (const Json& word : json["status"].items()) r.status.push_back(word.as_string());
  r.reason = json["reason"].as_string();
  if (const auto asked = parse_rfc3339(json["asked"].as_string())) r.asked = *asked;
  return r;
}

}  // namespace beian::domains
