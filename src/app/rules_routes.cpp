#include "app/rules_routes.hpp"

#include "base/text.hpp"
#include "rules/explain.hpp"

namespace beian::app {
namespace {

// ?province=440000&nature=enterprise&kind=first&service=website
Result<Json> requirements(const http::Request& request) {
  rules::Case wanted;
  Problems problems;
  if (!text::parse_i64(request.query_value("province"), wanted.province))
    problems.push_back({ProblemCode::wrong_type, "?province", {{"expected", "integer"}}});
  wanted.nature = request.query_value("nature");
  wanted.order = request.query_value("kind");
  if (const auto service = request.query_value("service"); !service.empty())
    wanted.service = service;
  const auto& set = rules::RuleSet::builtin();
  if (problems.empty())
    for (auto& problem : rules::check(set, wanted)) {
      problem.field = "?" + problem.field.substr(1);
      problems.push_back(std::move(problem));
    }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return rules::requirements(set, wanted);
}

}  // namespace

std::vector<http::Route> rules_routes() {
  const http::Handler answer = [](const http::Request& request) {
    return http::respond(request, requirements(request));
  };
  return {{"GET", "/api/v1/requirements", http::kPublic,
           "What the rules ask of a case: province, nature, kind of order, kind of service",
           answer}};
}

}  // namespace beian::app
