#include "app/rules_routes.hpp"

#include <map>

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "orders/kind.hpp"
#include "rules/explain.hpp"
#include "rules/materials.hpp"

namespace beian::app {

Json standard_materials(const rules::Case& wanted) {
  constexpr int kPreApproval = 6;  // only of what the document says it has
  Json out = Json::array();
  const auto* kind = orders::find_kind(wanted.order);
  if (kind == nullptr) return out;
  for (const auto& row : orders::material_rows())
    if (row.purpose != kPreApproval && orders::takes_material(*kind, row.purpose) &&
        (row.of_individuals || wanted.nature != "individual"))
      out.push(Json::object({{"purpose", row.purpose}, {"title", row.title}}));
  return out;
}

namespace {

// ?province=440000&nature=enterprise&kind=first&service=website
Result<Json> requirements(const http::Request& request) {
  rules::Case wanted;
  Problems problems;
  const auto province = request.query_value("province");
  if (province.empty())
    problems.push_back({ProblemCode::required, "?province", {}});
  else if (!text::parse_i64(province, wanted.province))
    problems.push_back({ProblemCode::wrong_type, "?province", {{"expected", "integer"}}});
  wanted.nature = request.query_value("nature");
  wanted.order = request.query_value("kind");
  if (const auto service = request.query_value("service"); !service.empty())
    wanted.service = service;
  const auto& set = rules::RuleSet::builtin();
  const bool province_told = !problems.empty();
  for (auto& problem : rules::check(set, wanted)) {
    if (province_told && problem.field == "/province") continue;
    problem.field = "?" + problem.field.substr(1);
    problems.push_back(std::move(problem));
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  Json out = rules::requirements(set, wanted);
  out.set("standard_materials", standard_materials(wanted));
  return out;
}

Json all_materials() {
  Json list = Json::array();
  for (const auto& kind : rules::material_kinds()) {
    Json purposes = Json::array();
    for (const int purpose : kind.purposes) purposes.push(purpose);
    // A set is its parts.
    if (!kind.all)
      list.push(Json::object({{"material", kind.id},
                              {"title", kind.title_zh},
                              {"title_en", kind.title_en},
                              {"purposes", std::move(purposes)},
                              {"owner", name_of(kind.owner)}}));
  }
  return Json::object({{"materials", std::move(list)}});
}

// A line a book: how many rules, how sure, how many with sources that disagree.
Json books() {
  Json out = Json::array();
  for (const auto& [province, book] : rules::RuleSet::builtin().books()) {
    std::map<std::string, int64_t, std::less<>> sure;
    int64_t disputed = 0;
    for (const auto& rule : book.rules) {
      ++sure[std::string(name_of(rule.confidence))];
      if (!rule.note_zh.empty()) ++disputed;
    }
    Json confidence = Json::object();
    for (const auto& [word, count] : sure) confidence.set(word, count);
    out.push(Json::object({{"province", province},
                           {"name", book.name},
                           {"rules", static_cast<int64_t>(book.rules.size())},
                           {"confidence", std::move(confidence)},
                           {"disputed", disputed}}));
  }
  return Json::object({{"provinces", std::move(out)}});
}

Result<Json> book(const http::Request& request) {
  int64_t province = -1;
  const auto& set = rules::RuleSet::builtin();
  if (!text::parse_i64(request.param("province"), province) || set.book(province) == nullptr)
    return fail(ProblemCode::not_found);
  return rules::book_json(set, province);
}

}  // namespace

std::vector<http::Route> rules_routes() {
  const http::Handler answer = [](const http::Request& request) {
    return http::respond(request, requirements(request));
  };
  return {
      {"GET", "/api/v1/requirements", http::kPublic,
       "What the rules ask of a case: province, nature, kind of order, kind of service", answer},
      {"GET", "/api/v1/requirements/materials", http::kPublic,
       "The materials that rules may ask for, and where an order holds them",
       [](const http::Request&) { return http::Response::json(all_materials()); }},
      {"GET", "/api/v1/rules/provinces", accounts::kAdmin,
       "The books of rules: how many rules, how sure, how many disputed",
       [](const http::Request&) { return http::Response::json(books()); }},
      {"GET", "/api/v1/rules/provinces/{province}", accounts::kAdmin,
       "A province's rules with sources, confidence and conflicts (0: national)",
       [](const http::Request& request) { return http::respond(request, book(request)); }}};
}

}  // namespace beian::app
