// RDAP (RFC 9082, RFC 9083) over invented registrations, for whoever tests against the sandbox.
#include <algorithm>

#include "base/day.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"

namespace beian::sandbox {
namespace {

constexpr size_t kLongest = 255;
constexpr std::string_view kType = "application/rdap+json";

Result<Json> put_registration(const Context& context, const Json& body) {
  auto problems =
      unknown_fields(body, {"domain", "holder", "registrar", "registered", "expires", "status"});
  const auto domain = china::check_independent_domain(body["domain"].as_string());
  if (!domain) append_under(problems, "/domain", domain.error());
  for (const std::string_view field : {"holder", "registrar"})
    if (text::length(body[field].as_string()) > kLongest)
      problems.push_back(
          {ProblemCode::too_long, "/" + std::string(field), {{"max", std::to_string(kLongest)}}});
  for (const std::string_view field : {"registered", "expires"})
    if (!parse_day(body[field].as_string()))
      problems.push_back({ProblemCode::bad_format, "/" + std::string(field), {}});
  const Json* status = body.find("status");
  const Json words = status ? *status : Json::array({"active"});
  if (!words.is_array() ||
      !std::ranges::all_of(words.items(), [](const Json& word) { return word.is_string(); }))
    problems.push_back({ProblemCode::wrong_type, "/status", {{"expected", "array"}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  context.database->write([&](db::Tx& tx) {
    tx.exec(
        "INSERT INTO registrations (domain, holder, registrar, registered_day, expires_day, "
        "status) VALUES (:domain, :holder, :registrar, :registered, :expires, :status) "
        "ON CONFLICT (domain) DO UPDATE SET holder = excluded.holder, "
        "registrar = excluded.registrar, registered_day = excluded.registered_day, "
        "expires_day = excluded.expires_day, status = excluded.status",
        {{"domain", *domain},
         {"holder", body["holder"].as_string()},
         {"registrar", body["registrar"].as_string()},
         {"registered", body["registered"].as_string()},
         {"expires", body["expires"].as_string()},
         {"status", to_string(words)}});
  });
  return Json::object({{"domain", *domain}});
}

Json registrations(db::Tx& tx, int64_t) {
  Json list = Json::array();
  for (const auto& row : tx.query("SELECT domain, holder, registrar, registered_day, expires_day "
                                  "FROM registrations ORDER BY domain"))
    list.push(Json::object({{"domain", row.text("domain")},
                            {"holder", row.text("holder")},
                            {"registrar", row.text("registrar")},
                            {"registered", row.text("registered_day")},
                            {"expires", row.text("expires_day")}}));
  return list;
}

Json contact(std::string_view role, const std::string& name) {
  return Json::object(
      {{"objectClassName", "entity"},
       {"roles", Json::array({role})},
       {"vcardArray",
        Json::array({"vcard", Json::array({Json::array({"version", Json::object(), "text", "4.0"}),
                                           Json::array({"fn", Json::object(), "text", name})})})}});
}

Json event(std::string_view action, const std::string& day) {
  return Json::object({{"eventAction", action}, {"eventDate", day + "T00:00:00+08:00"}});
}

http::Response answer(int status, Json body) {
  body.set("rdapConformance", Json::array({"rdap_level_0"}));
  http::Response response = http::Response::json(body, status);
  http::set_header(response.headers, "Content-Type", std::string(kType));
  return response;
}

http::Response rdap_domain(const Context& context, const http::Request& request) {
  const auto name = china::normalise_domain(request.param("name"));
  const auto row = context.database->read_value([&](db::Tx& tx) {
    return tx.query_one(
        "SELECT domain, holder, registrar, registered_day, expires_day, status "
        "FROM registrations WHERE domain = :domain",
        {{"domain", name ? *name : std::string()}});
  });
  if (!row) return answer(404, Json::object({{"errorCode", 404}, {"title", "Object not found"}}));
  Json entities = Json::array();
  if (!row->text("holder").empty()) entities.push(contact("registrant", row->text("holder")));
  if (!row->text("registrar").empty()) entities.push(contact("registrar", row->text("registrar")));
  return answer(
      200, Json::object({{"objectClassName", "domain"},
                         {"ldhName", row->text("domain")},
                         {"unicodeName", china::display_domain(row->text("domain"))},
                         {"status", parse_json(row->text("status")).value_or(Json::array())},
                         {"events", Json::array({event("registration", row->text("registered_day")),
                                                 event("expiration", row->text("expires_day"))})},
                         {"entities", std::move(entities)}}));
}

}  // namespace

std::vector<http::Route> registration_routes(const Context& context) {
  return {
      {"POST", "/manage/registrations", http::kPublic, "Create or replace a domain's registration",
       with_body(context, put_registration)},
      {"GET", "/manage/registrations", http::kPublic, "Registered domains",
       reading(context, registrations)},
      {"GET", "/rdap/domain/{name}", http::kPublic, "RDAP: a domain's registration",
       [&context](const http::Request& request) { return rdap_domain(context, request); }},
  };
}

}  // namespace beian::sandbox
