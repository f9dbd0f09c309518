#include "batches/check.hpp"

#include <algorithm>

#include "orders/detect.hpp"
#include "orders/kind.hpp"
#include "orders/shape.hpp"
#include "orders/submit.hpp"
#include "registry/codes.hpp"

namespace beian::batches {
namespace {

// Where the fields of a question stand in the body.
constexpr std::pair<std::string_view, std::string_view> kQuestion[] = {
    {"/certificate", "/document/entity/certificate"},
    {"/domains", "/document/services/0/domains"},
    {"/province", "/document/entity/location/province"},
    {"/nature", "/document/entity/nature"},
};

Problems in_body(Problems problems) {
  for (auto& problem : problems)
    for (const auto& [from, to] : kQuestion)
      if (problem.field.starts_with(from)) {
        problem.field = std::string(to) + problem.field.substr(from.size());
        break;
      }
  return problems;
}

bool given(const Json& body, std::string_view name) {
  const Json* value = body.find(name);
  return value && !value->is_null();
}

// A whole row was typed before anybody knew the kind: what that kind does not ask is left out.
Json fitted(Json body, const orders::OrderKind& kind, bool here) {
  Json document = body["document"];
  const auto& form = !here && kind.form_elsewhere ? *kind.form_elsewhere : *kind.form;
  document = orders::cut(form, document);
  if (here && kind.entity == orders::Part::fixed) document.erase("entity");
  body.set("document", std::move(document));
  return body;
}

}  // namespace

Result<Aimed> aimed(const Context& context, db::Tx& tx, const std::string& account_id,
                    const Json& body) {
  if (given(body, "kind") || given(body, "detection")) return Aimed{body};
  if (given(body, "service")) return fail(ProblemCode::required, "/kind");
  Aimed out{body};
  if (given(body, "entity")) {
    out.body.set("kind", "add_service");
    return out;
  }
  const auto begun = orders::begin(*context.orders, tx, account_id, body, true);
  if (!begun) return fail(begun);
  const auto needed = orders::needed_here(*context.orders, tx, account_id, begun->order.document);
  if (!needed) {
    Problems problems;
    append_under(problems, "/document", needed.error());
    return std::unexpected(std::move(problems));
  }
  out.ask = needed->elsewhere;
  if (needed->elsewhere || needed->kind->name == "first") return out;
  out.body = fitted(std::move(out.body), *needed->kind, true);
  out.body.set("kind", needed->kind->name);
  out.body.set("entity", needed->entity);
  return out;
}

Result<Json> asked(const Context& context, const std::string& account_id, const Json& body) {
  const auto document = context.database().read_value([&](db::Tx& tx) -> Result<Json> {
    auto begun = orders::begin(*context.orders, tx, account_id, body, true);
    if (!begun) return fail(begun);
    return std::move(begun->order.document);
  });
  if (!document) return fail(document);
  const Json& entity = (*document)["entity"];
  const Json question =
      Json::object({{"province", entity["location"]["province"]},
                    {"nature", entity["nature"]},
                    {"certificate", Json::object({{"type", entity["certificate"]["type"]},
                                                  {"number", entity["certificate"]["number"]}})},
                    {"domains", (*document)["services"].at(0)["domains"]}});
  const auto answer = orders::detect(*context.orders, account_id, question);
  if (!answer) return std::unexpected(in_body(answer.error()));
  const auto* kind = orders::find_kind((*answer)["kind"].as_string());
  const auto detection =
      orders::open_detection(*context.orders, account_id, (*answer)["detection"].as_string());
  if (!kind || !detection) return fail(ProblemCode::detection_expired, "/detection");
  Json out = fitted(body, *kind, !detection->entity.empty());
  out.set("detection", (*answer)["detection"]);
  return out;
}

void check(const Context& context, db::Tx& tx, const std::string& account_id,
           registry::CodeBook& codes, Row& row) {
  row.missing.clear();
  auto begun = orders::begin(*context.orders, tx, account_id, row.body, true);
  if (begun) {
    row.kind = begun->order.kind;
    auto findings = orders::findings_of(*context.orders, tx, begun->order, begun->materials, codes);
    for (auto& problem : findings.problems) {
      problem.field = "/document" + problem.field;
      auto& list = problem.code == ProblemCode::material_missing ? row.missing : row.problems;
      list.push_back(std::move(problem));
    }
  } else {
    append_under(row.problems, "", std::move(begun.error()));
  }
  row.state = row.problems.empty() ? RowState::good : RowState::bad;
}

}  // namespace beian::batches
