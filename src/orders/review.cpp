#include "orders/review.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "china/regions.hpp"
#include "orders/claim.hpp"
#include "orders/document.hpp"
#include "orders/kind.hpp"
#include "orders/listed.hpp"
#include "orders/reviewed.hpp"
#include "orders/shape.hpp"
#include "orders/take.hpp"

namespace beian::orders {
namespace {

struct Verdict {
  std::string_view name;
  Event event;
};
constexpr auto kVerdicts = std::to_array<Verdict>({
    {"pass", Event::review_pass},
    {"needs_changes", Event::review_needs_changes},
    {"reject", Event::review_reject},
});
constexpr size_t kMostFindings = 100;
constexpr size_t kLongestText = 1000;

const Verdict* verdict_named(std::string_view name) {
  const auto* row = std::ranges::find(kVerdicts, name, &Verdict::name);
  return row == kVerdicts.end() ? nullptr : row;
}

struct Judgement {
  const Verdict* verdict = nullptr;
  int64_t version = 0;
  Json findings = Json::array();
};

const Verdict* read_verdict(const Json& value, const std::string& field, Problems& problems) {
  if (value.is_null()) {
    problems.push_back({ProblemCode::required, field, {}});
    return nullptr;
  }
  const Verdict* verdict = verdict_named(value.as_string());
  if (!verdict)
    problems.push_back({ProblemCode::code_unknown,
                        field,
                        {{"code", value.is_string() ? value.as_string() : to_string(value)}}});
  return verdict;
}

void read_finding(const Json& json, const std::string& at, const Json& document,
                  Judgement& judgement, Problems& problems) {
  if (!json.is_object())
    return problems.push_back({ProblemCode::wrong_type, at, {{"expected", "object"}}});
  const size_t before = problems.size();
  for (const auto& [name, value] : json.members())
    if (name != "field" && name != "verdict" && name != "text")
      problems.push_back({ProblemCode::unknown_field, at + "/" + pointer_token(name), {}});
  const Json& field = json["field"];
  if (!field.is_string())
    problems.push_back({ProblemCode::wrong_type, at + "/field", {{"expected", "string"}}});
  else if (!names_field(document, field.as_string()))
    problems.push_back(
        {ProblemCode::finding_field_unknown, at + "/field", {{"field", field.as_string()}}});
  const Verdict* verdict = read_verdict(json["verdict"], at + "/verdict", problems);
  const std::string said(text::trim(json["text"].as_string()));
  const bool negative = verdict && verdict->event != Event::review_pass;
  if (negative && said.empty()) problems.push_back({ProblemCode::required, at + "/text", {}});
  if (text::length(said) > kLongestText)
    problems.push_back(
        {ProblemCode::too_long, at + "/text", {{"max", std::to_string(kLongestText)}}});
  if (problems.size() != before || !verdict) return;
  judgement.findings.push(
      Json::object({{"field", field.as_string()}, {"verdict", verdict->name}, {"text", said}}));
}

// Whether the findings bear the verdict.
void check_weight(const Json& body, const Judgement& judgement, Problems& problems) {
  if (!judgement.verdict) return;
  bool negative = false;
  const auto& findings = body["findings"].items();
  for (size_t i = 0; i < findings.size(); ++i) {
    if (findings[i]["verdict"].as_string() == "pass") continue;
    negative = true;
    if (judgement.verdict->event == Event::review_pass)
      problems.push_back({ProblemCode::finding_on_pass, "/findings/" + std::to_string(i), {}});
  }
  if (judgement.verdict->event != Event::review_pass && !negative)
    problems.push_back({ProblemCode::finding_required, "/findings", {}});
}

Result<Judgement> read_judgement(const Json& body, const Json& document) {
  Problems problems;
  Judgement judgement;
  for (const auto& [name, value] : body.members())
    if (name != "verdict" && name != "version" && name != "findings")
      problems.push_back({ProblemCode::unknown_field, "/" + pointer_token(name), {}});
  judgement.verdict = read_verdict(body["verdict"], "/verdict", problems);
  if (body["version"].is_null())
    problems.push_back({ProblemCode::required, "/version", {}});
  else if (!body["version"].is_int())
    problems.push_back({ProblemCode::wrong_type, "/version", {{"expected", "integer"}}});
  judgement.version = body["version"].as_int();
  const Json& findings = body["findings"];
  if (!findings.is_null() && !findings.is_array())
    problems.push_back({ProblemCode::wrong_type, "/findings", {{"expected", "array"}}});
  else if (findings.size() > kMostFindings)
    problems.push_back(
        {ProblemCode::too_many, "/findings", {{"max", std::to_string(kMostFindings)}}});
  else
    for (size_t i = 0; i < findings.size(); ++i)
      read_finding(findings.at(i), "/findings/" + std::to_string(i), document, judgement, problems);
  check_weight(body, judgement, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return judgement;
}

Json pointers(const std::vector<std::string>& fields) {
  Json out = Json::array();
  for (const auto& field : fields) out.push(field);
  return out;
}

// The link that will report the order, by its entity's province.
Result<std::string> link_of(const Context& context, const Order& order) {
  const int64_t province = province_of(order);
  std::string authority = context.directory.for_province(province);
  if (authority.empty())
    return fail(ProblemCode::no_authority_link, {}, {{"province", china::full_name(province)}});
  return authority;
}

// What was listed since it was submitted: the authority would refuse it. Whoever may be wrong, the
// list is the authority's, and the order can wait with a finding until the entry is gone.
Status check_not_listed(const Context& context, db::Tx& tx, const Order& order) {
  Problems problems;
  for (auto& problem : check_blacklists(context, tx, order.document).problems)
    problems.push_back({problem.code, "/verdict", std::move(problem.args)});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return {};
}

}  // namespace

Result<Order> review(const Context& context, const std::string& reviewer_id,
                     const std::string& order_id, const Json& body) {
  auto reviewed = context.database->write_result([&](db::Tx& tx) -> Result<Order> {
    auto order = context.store.load(tx, order_id);
    if (!order) return fail(ProblemCode::not_found);
    // First, for findings about an older document would only confuse.
    if (body["version"].is_int() && body["version"].as_int() != order->version)
      return fail(ProblemCode::stale_version, "/version");
    if (const auto mine = check_not_taken(tx, *order, reviewer_id); !mine) return fail(mine);
    const auto judgement = read_judgement(body, order->document);
    if (!judgement) return fail(judgement);
    if (judgement->verdict->event == Event::review_pass)
      if (const auto clean = check_not_listed(context, tx, *order); !clean) return fail(clean);
    const bool ends = kind_of(*order).end == End::review;
    Event event = judgement->verdict->event;
    std::string authority;
    Json details = Json::object({{"findings", judgement->findings}});
    if (event == Event::review_pass && ends) {
      event = Event::review_complete;
      if (next_state(order->state, event, Actor::reviewer)) {  // else apply tells
        const auto changed = hand_over(context, tx, *order);
        if (!changed) return fail(changed);
        details.set("changed_since", pointers(*changed));
      }
    } else if (event == Event::review_pass) {
      auto link = link_of(context, *order);
      if (!link) return fail(link);
      authority = std::move(*link);
    }
    keep_review(tx, context.cipher, *order, materials::of_order(tx, order_id), context.clock.now(),
                std::string(judgement->verdict->name), judgement->findings);
    const auto state =
        context.store.apply(tx, context.clock.now(), order_id, event,
                            {Actor::reviewer, reviewer_id, "", details}, judgement->version);
    if (!state) return fail(state);
    context.store.set_findings(tx, order_id, judgement->findings);
    if (event == Event::review_pass) context.store.set_authority(tx, order_id, authority);
    order = context.store.load(tx, order_id);
    return std::move(*order);
  });
  if (reviewed) context.told();
  return reviewed;
}

}  // namespace beian::orders
