#include "authority/api.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"
#include "authority/ledger_view.hpp"
#include "authority/reactions.hpp"
#include "authority/report.hpp"
#include "authority/submission.hpp"
#include "authority/trace.hpp"
#include "orders/order.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;

constexpr size_t kTraceRows = 200;

Json time_json(int64_t ms) {
  return ms > 0 ? Json(to_rfc3339(from_ms(ms))) : Json();
}

Json link_json(db::Tx& tx, const ApiDeps& deps, const LinkConfig& config) {
  Json out = Json::object();
  out.set("id", config.id);
  Json provinces = Json::array();
  for (const int64_t p : config.provinces) provinces.push(p);
  out.set("provinces", std::move(provinces));
  out.set("profile", config.profile);
  out.set("provider_id", config.provider_id);
  const auto row = ledger::find_link(tx, config.id);
  const auto view = ledger::view(tx, config.id);
  const auto open = ledger::open_upload(tx, config.id);
  const auto counts = ledger::counts(tx, config.id);
  out.set("state", row ? row->state : "new");
  out.set("reason", row ? row->reason : "");
  out.set("code", row && row->code ? Json(*row->code) : Json());
  const std::optional<int> code =
      row && row->code ? std::optional(static_cast<int>(*row->code)) : std::nullopt;
  out.set("advice", row ? advice_for(row->state, code) : "");
  if (const auto legs = parse_json(ledger::legs_of(tx, config.id))) out.set("legs", *legs);
  out.set("failures", row ? row->failures : 0);
  out.set("last_sequence", view.last_accepted ? Json(*view.last_accepted) : Json());
  out.set("open_file", open ? upload_json(*open) : Json());
  out.set("backlog", orders::OrderStore(deps.cipher).count_ready(tx, config.id));
  out.set("held_orders", counts.held_orders);
  out.set("submissions", count_waiting(tx, config.id));
  out.set("waiting_downloads", counts.waiting_downloads);
  out.set("flagged_downloads", counts.flagged_downloads);
  out.set("last_ok", row ? time_json(row->last_ok_at) : Json());
  out.set("last_error", row ? row->last_error : "");
  out.set("last_error_at", row ? time_json(row->last_error_at) : Json());
  out.set("next_attempt", row ? time_json(row->next_attempt) : Json());
  Json held = Json::array();
  for (const auto& h : ledger::held_orders(tx, config.id)) {
    Json one = Json::object();
    one.set("order", h.order_id);
    one.set("problem", h.problem);
    one.set("since", time_json(h.since));
    held.push(std::move(one));
  }
  out.set("held", std::move(held));
  return out;
}

http::Response list_links(const Deps& deps, const http::Request&) {
  Json list = Json::array();
  deps->database->read([&](db::Tx& tx) {
    list = Json::array();
    for (const auto& config : deps->links) list.push(link_json(tx, *deps, config));
  });
  Json out = Json::object();
  out.set("links", std::move(list));
  return http::Response::json(out);
}

// What happened on a link lately, newest first: also who asked for what.
http::Response link_trace(const Deps& deps, const http::Request& request) {
  const std::string& id = request.param("id");
  if (std::ranges::find(deps->links, id, &LinkConfig::id) == deps->links.end())
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  return http::Response::json(deps->database->read_value([&](db::Tx& tx) {
    return Json::object({{"trace", trace_list(ledger::traces_of_link(tx, id, kTraceRows))}});
  }));
}

http::Response retry_link(const Deps& deps, const http::Request& request) {
  const std::string& id = request.param("id");
  if (std::ranges::find(deps->links, id, &LinkConfig::id) == deps->links.end())
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  ledger::Trace trace{id, to_ms(deps->clock.now()), "retry_asked"};
  trace.actor = request.caller.account_id;
  deps->database->write([&](db::Tx& tx) {
    ledger::ensure_link(tx, id);
    ledger::set_next_attempt(tx, id, TimePoint{});
    ledger::note(tx, trace);
  });
  deps->nudge();
  log::info("authority.retry_asked", {{"link", id}, {"account", request.caller.account_id}});
  return http::Response::no_content();
}

// The word of a person who compared both sides, after numbers diverged: everything up to `last` is
// the authority's. Never backwards: numbers are not reused. An open file whose number turned out to
// be another system's is given up, its orders queue again.
http::Response set_sequence(const Deps& deps, const http::Request& request) {
  const std::string& id = request.param("id");
  if (std::ranges::find(deps->links, id, &LinkConfig::id) == deps->links.end())
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const Json* last = body->find("last");
  if (!last || !last->is_int() || last->as_int() < 0)
    return http::problem_response(
        request, fail(ProblemCode::wrong_type, "/last", {{"expected", "integer"}}).error());
  const auto done = deps->database->write_result([&](db::Tx& tx) -> Status {
    ledger::ensure_link(tx, id);
    const auto view = ledger::view(tx, id);
    const auto open = ledger::open_upload(tx, id);
    if (last->as_int() < view.last_accepted.value_or(0) ||
        (open && last->as_int() < open->sequence))
      return fail(ProblemCode::conflict, "/last");
    if (open)
      give_up_upload(tx, deps->cipher, deps->clock.now(), *open, 0,
                     "经核对，该序号已被其他系统使用");
    ledger::set_base(tx, id, last->as_int());
    ledger::set_next_attempt(tx, id, TimePoint{});
    ledger::Trace trace{id, to_ms(deps->clock.now()), "sequence_set"};
    trace.text = "起始序号设为 " + std::to_string(last->as_int());
    trace.actor = request.caller.account_id;
    ledger::note(tx, trace);
    return {};
  });
  if (!done) return http::problem_response(request, done.error());
  deps->nudge();
  log::warn("authority.sequence_set", {{"link", id},
                                       {"last", std::to_string(last->as_int())},
                                       {"account", request.caller.account_id}});
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> api_routes(Deps deps) {
  const auto bind = [&](http::Response (*handler)(const Deps&, const http::Request&)) {
    return [deps, handler](const http::Request& request) { return handler(deps, request); };
  };
  using accounts::kOfficer;
  std::vector<http::Route> routes = {
      {"GET", "/api/v1/authority/links", kOfficer,
       "Authority links: state, last sequence, backlog, errors, next attempt", bind(list_links)},
      {"GET", "/api/v1/authority/links/{id}/trace", kOfficer,
       "The last 200 things that happened on a link: answers, acknowledgements, who asked for what",
       bind(link_trace)},
      {"POST", "/api/v1/authority/links/{id}/retry", kOfficer,
       "Try again now instead of after the pause", bind(retry_link)},
      {"PUT", "/api/v1/authority/links/{id}/sequence", kOfficer,
       "After numbers diverged and were compared by hand: count on from the authority's number",
       bind(set_sequence)},
  };
  for (auto& route : ledger_routes(deps)) routes.push_back(std::move(route));
  for (auto& route : question_routes(deps)) routes.push_back(std::move(route));
  for (auto& route : sms_routes(deps)) routes.push_back(std::move(route));
  for (auto& route : submission_routes(deps)) routes.push_back(std::move(route));
  return routes;
}

}  // namespace beian::authority
