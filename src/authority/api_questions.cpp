// Questions to an authority by reviewers and officers: counted by account, traced; certificate
// numbers and passwords are neither logged nor kept.
#include <algorithm>

#include "accounts/accounts.hpp"
#include "accounts/attempts.hpp"
#include "authority/api.hpp"
#include "authority/trace.hpp"
#include "china/domain.hpp"
#include "china/filing_number.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;
using Status3 = orders::FilingStatus::Kind;
using Verdict4 = orders::PasswordVerdict::Kind;

// Of one account in ten minutes. The authority counts wrong passwords itself, and sooner.
constexpr int64_t kStatusQueries = 60, kPasswordChecks = 10;
constexpr Millis kWindow{600'000};
constexpr int64_t kMostCertificateTypes = 99;

std::string_view name_of(Status3 kind) {
  return kind == Status3::filed ? "filed" : kind == Status3::not_filed ? "not_filed" : "unknown";
}
std::string_view name_of(Verdict4 kind) {
  switch (kind) {
    case Verdict4::right:
      return "right";
    case Verdict4::wrong:
      return "wrong";
    case Verdict4::limited:
      return "limited";
    case Verdict4::unknown:
      break;
  }
  return "unknown";
}

void trace(const ApiDeps& deps, const http::Request& request, std::string_view what,
           const std::string& text) {
  ledger::Trace row{request.param("id"), to_ms(deps.clock.now()), std::string(what)};
  row.text = text;
  row.actor = request.caller.account_id;
  deps.database->write([&](db::Tx& tx) {
    ledger::ensure_link(tx, row.link);
    ledger::note(tx, row);
  });
}

// The body, when the link is known and the account may still ask.
Result<Json> question(const ApiDeps& deps, const http::Request& request, const std::string& kind,
                      int64_t limit) {
  if (std::ranges::find(deps.links, request.param("id"), &LinkConfig::id) == deps.links.end())
    return fail(ProblemCode::not_found);
  auto body = request.json_body();
  if (!body) return body;
  const auto counted = accounts::count_attempts(
      *deps.database, deps.clock.now(), {{kind + ":" + request.caller.account_id, limit, kWindow}});
  if (!counted) return fail(counted);
  return body;
}

Json status_json(const orders::FilingStatus& status) {
  Json out = Json::object({{"kind", name_of(status.kind)}, {"asked", to_rfc3339(status.asked)}});
  out.set("entity_number", status.entity_number);
  out.set("service_number", status.service_number);
  out.set("service_name", status.service_name);
  out.set("reason", status.reason);
  return out;
}

Result<Json> ask_status(const ApiDeps& deps, const http::Request& request, const Json& body) {
  const std::string& link = request.param("id");
  const bool by_domain = body.find("domain") != nullptr;
  orders::FilingStatus status;
  std::string about;
  if (by_domain) {
    const auto domain = china::normalise_domain(body["domain"].as_string());
    if (!domain) {
      Problems problems;
      append_under(problems, "/domain", domain.error());
      return std::unexpected(std::move(problems));
    }
    about = *domain;
    status = deps.status->domain(link, *domain);
  } else {
    const int64_t type = body["certificate_type"].as_int();
    if (type < 1 || type > kMostCertificateTypes) return fail(ProblemCode::required, "/domain");
    const std::string& number = body["certificate_number"].as_string();
    if (number.empty()) return fail(ProblemCode::required, "/certificate_number");
    about = "证件类型 " + std::to_string(type);
    status = deps.status->certificate(link, static_cast<int>(type), number);
  }
  trace(deps, request, "status_query", about + "：" + std::string(name_of(status.kind)));
  return status_json(status);
}

http::Response status_query(const Deps& deps, const http::Request& request) {
  const auto body = question(*deps, request, "authority_status", kStatusQueries);
  if (!body) return http::problem_response(request, body.error());
  return http::respond(request, ask_status(*deps, request, *body));
}

Result<Json> ask_password(const ApiDeps& deps, const http::Request& request, const Json& body) {
  const auto number = china::parse_filing_number(body["number"].as_string());
  Problems problems;
  if (!number) append_under(problems, "/number", number.error());
  const Secret password(body["password"].as_string());
  if (password.empty()) problems.push_back({ProblemCode::required, "/password", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  const auto verdict = deps.passwords->password(request.param("id"), number->text(), password);
  trace(deps, request, "password_check",
        number->entity().text() + "：" + std::string(name_of(verdict.kind)));
  Json out =
      Json::object({{"result", name_of(verdict.kind)}, {"asked", to_rfc3339(verdict.asked)}});
  out.set("reason", verdict.reason);
  out.set("until", verdict.kind == Verdict4::limited ? Json(to_rfc3339(verdict.until)) : Json());
  return out;
}

http::Response password_check(const Deps& deps, const http::Request& request) {
  const auto body = question(*deps, request, "authority_password", kPasswordChecks);
  if (!body) return http::problem_response(request, body.error());
  return http::respond(request, ask_password(*deps, request, *body));
}

}  // namespace

std::vector<http::Route> question_routes(const std::shared_ptr<const ApiDeps>& deps) {
  using accounts::kAuthorityAsk;
  return {
      {"POST", "/api/v1/authority/links/{id}/status-query", kAuthorityAsk,
       "Ask the authority what is filed: by domain, or by certificate_type and certificate_number",
       [deps](const http::Request& request) { return status_query(deps, request); }},
      {"POST", "/api/v1/authority/links/{id}/password-check", kAuthorityAsk,
       "Ask the authority whether the password of a filing number is right (number, password)",
       [deps](const http::Request& request) { return password_check(deps, request); }},
  };
}

}  // namespace beian::authority
