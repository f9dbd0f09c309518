#include "orders/rehearse.hpp"

#include <algorithm>
#include <array>

#include "base/embedded.hpp"
#include "domains/facts.hpp"
#include "orders/document.hpp"
#include "orders/judgement.hpp"
#include "orders/listed.hpp"
#include "orders/submit.hpp"
#include "platform/http/problem_list.hpp"

namespace beian::orders {
namespace {

struct Foreseen {
  ProblemCode problem;
  std::string_view part;  // of the field; empty: anywhere
  int64_t code;
};
// The first row that fits counts.
constexpr auto kForeseen = std::to_array<Foreseen>({
    {ProblemCode::already_filed, "/domains", 1005},
    {ProblemCode::already_filed, "", 1003},
    {ProblemCode::filed_elsewhere, "/domains", 1005},
    {ProblemCode::app_filed, "", 1037},
    {ProblemCode::bad_domain, "/domains", 1004},
    {ProblemCode::domain_without_suffix, "/domains", 1004},
    {ProblemCode::domain_not_independent, "/domains", 1004},
    {ProblemCode::bad_ip_address, "", 1006},
    {ProblemCode::bad_ip_range, "", 1006},
    {ProblemCode::bad_identity_card, "", 1015},
    {ProblemCode::bad_credit_code, "", 1008},
    {ProblemCode::bad_certificate_number, "", 1008},
    {ProblemCode::bad_email, "", 1009},
    {ProblemCode::bad_phone, "", 1010},
    {ProblemCode::bad_mobile, "", 1011},
    {ProblemCode::nature_certificate_mismatch, "", 1008},
    {ProblemCode::code_unknown, "/nature", 1014},
    {ProblemCode::code_unknown, "/contents", 1034},
    {ProblemCode::code_unknown, "/methods", 1035},
    {ProblemCode::code_unknown, "/locations", 1036},
    {ProblemCode::code_unknown, "/languages", 1066},
    {ProblemCode::code_unknown, "/pre_approvals", 1033},
    {ProblemCode::unknown_region, "/location", 1019},
    {ProblemCode::region_mismatch, "/location", 1019},
    {ProblemCode::home_url_not_in_domains, "", 1041},
    {ProblemCode::blacklisted, "/domains", 1064},
    {ProblemCode::blacklisted, "/entity", 1065},
});

std::string text_of(int64_t code) {
  static const Json kCodes = parse_json(embedded::file("data/wire/result-codes.json")).value();
  for (const Json& row : kCodes["codes"].items())
    if (row["code"].as_int() == code) return row["zh"].as_string();
  return {};
}

Json foreseen_json(const Problems& problems) {
  Json list = Json::array();
  for (const Problem& problem : problems) {
    const int64_t code = foreseen_code(problem);
    if (code == 0) continue;
    list.push(Json::object({{"code", code},
                            {"text", text_of(code)},
                            {"field", problem.field},
                            {"problem", spec_of(problem.code).name}}));
  }
  return list;
}

// Fresh answers of the registries, so that the rules find them kept; and where each domain resolves
// to, which nobody keeps.
Resolved ask_registries(const Context& context, const Json& document) {
  Resolved out;
  if (!context.options.domains) return out;
  for (const auto& [domain, pointer] : domains_of(document)) {
    const auto known = domains::facts(*context.options.domains, domain, pointer);
    if (known && known->resolution.kind != domains::Resolution::Kind::unknown)
      out.emplace(domain, known->resolution.addresses);
  }
  return out;
}

}  // namespace

int64_t foreseen_code(const Problem& problem) {
  const auto* found = std::ranges::find_if(kForeseen, [&](const Foreseen& row) {
    return row.problem == problem.code && problem.field.find(row.part) != std::string::npos;
  });
  return found == kForeseen.end() ? 0 : found->code;
}

Result<Json> rehearse(const Context& context, const Order& order, Language language) {
  const Resolved resolved = ask_registries(context, order.document);
  return context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const Findings findings = findings_of(context, tx, order);
    Json out = Json::object({{"problems", http::problems_json(findings.problems, language)},
                             {"warnings", http::problems_json(findings.warnings, language)},
                             {"authority", foreseen_json(findings.problems)}});
    out.set("listed", hits_json(context, tx, order));
    const auto verdict = judge_by_rules(context, tx, order, resolved);
    out.set("rules", verdict ? to_json(*verdict) : Json());
    out.set("ready", findings.problems.empty());
    return out;
  });
}

}  // namespace beian::orders
