#include "sandbox/public_query.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"
#include "sandbox/guard.hpp"
#include "sandbox/manage_parts.hpp"
#include "sandbox/pages.hpp"
#include "sandbox/sms.hpp"

namespace beian::sandbox {
namespace {

Json json_of(const FiledService& s) {
  Json domains = Json::array(), keys = Json::array();
  for (const auto& domain : s.domains) domains.push(china::display_domain(domain));
  for (const auto& key : s.app_keys) keys.push(key);
  return Json::object({{"entity_name", s.entity_name},
                       {"entity_number", s.entity_number},
                       {"service_name", s.service_name},
                       {"service_number", s.service_number},
                       {"kind", china::name_of(s.kind)},
                       {"domains", std::move(domains)},
                       {"app_keys", std::move(keys)},
                       {"first_filed", to_rfc3339(from_ms(s.first_filed))}});
}

http::Response get_query(const Context& context, const http::Request& request) {
  const std::string question(text::trim(request.query_value("q")));
  if (question.empty())
    return http::problem_response(request, Problems{{ProblemCode::required, "/q", {}}});
  Json found = Json::array();
  for (const auto& service : look_up(context, question)) found.push(json_of(service));
  return http::Response::json(Json::object({{"question", question},
                                            {"found", std::move(found)},
                                            {"asked_at", to_rfc3339(context.clock.now())}}));
}

http::Response post_sms(const Context& context, const http::Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  if (auto problems = unknown_fields(*body, {"mobile", "last_six", "code"}); !problems.empty())
    return http::problem_response(request, problems);
  const auto verified = verify_person(context, (*body)["mobile"].as_string(),
                                      (*body)["last_six"].as_string(), (*body)["code"].as_string());
  if (!verified) return http::problem_response(request, verified.error());
  return http::Response::json(Json::object({{"result", "done"}}));
}

}  // namespace

std::vector<FiledService> look_up(const Context& context, const std::string& question) {
  std::vector<FiledService> found;
  context.database->read([&](db::Tx& tx) {
    found.clear();
    if (const auto number = china::parse_filing_number(question)) {
      found = filed_by_number(tx, number->text());
    } else if (const auto name = china::normalise_domain(question)) {
      if (auto filed = filed_by_domain(tx, *name)) found.push_back(std::move(*filed));
    }
    // A package name looks like a domain.
    for (auto& others : {filed_by_app(tx, question), filed_by_name(tx, question)})
      for (const auto& other : others)
        if (std::ranges::find(found, other.service_number, &FiledService::service_number) ==
            found.end())
          found.push_back(other);
  });
  return found;
}

std::vector<http::Route> public_routes(const Context& context) {
  return {
      {"GET", "/public/query", http::kPublic, "What is filed under a number, domain or name",
       [&context](const http::Request& r) { return get_query(context, r); }},
      {"POST", "/public/sms", http::kPublic, "A person's SMS verification",
       same_origin([&context](const http::Request& r) { return post_sms(context, r); })},
      {"POST", "/manage/sms", http::kPublic, "A person's SMS verification",
       guarded(context, [&context](const http::Request& r) { return post_sms(context, r); })},
  };
}

}  // namespace beian::sandbox
