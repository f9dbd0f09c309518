#include "authority/api.hpp"

#include <algorithm>

#include "accounts/accounts.hpp"
#include "authority/ledger.hpp"
#include "authority/report.hpp"
#include "base/text.hpp"
#include "orders/order.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;

constexpr size_t kPage = 50, kMostRows = 500;

Json time_json(int64_t ms) {
  return ms > 0 ? Json(to_rfc3339(from_ms(ms))) : Json();
}

// Ledger ids: "u12" an upload, "d7" a download.
std::string upload_id(int64_t number) {
  return "u" + std::to_string(number);
}
std::string download_id(int64_t number) {
  return "d" + std::to_string(number);
}

struct LedgerId {
  char direction = 0;
  int64_t number = 0;
};
Result<LedgerId> parse_ledger_id(const std::string& text) {
  LedgerId id;
  if (text.size() < 2 || (text[0] != 'u' && text[0] != 'd') ||
      !text::all_digits(std::string_view(text).substr(1)) ||
      !text::parse_i64(std::string_view(text).substr(1), id.number))
    return fail(ProblemCode::not_found);
  id.direction = text[0];
  return id;
}

Json upload_json(const ledger::Upload& u) {
  Json out = Json::object();
  out.set("id", upload_id(u.number));
  out.set("direction", "up");
  out.set("link", u.link);
  out.set("sequence", u.sequence);
  out.set("state", u.state);
  out.set("file_name", u.file_name);
  out.set("records", u.records);
  out.set("xml_bytes", u.xml_bytes);
  out.set("hash", u.hash);
  out.set("attempts", u.attempts);
  out.set("refusals", u.refusals);
  out.set("resent", u.resent);
  out.set("created", time_json(u.created));
  out.set("sent", time_json(u.sent));
  out.set("answered", time_json(u.answered));
  if (u.answer_code) {
    out.set("answer_code", *u.answer_code);
    out.set("answer_text", u.answer_text);
  }
  return out;
}

Json download_json(const ledger::Download& d) {
  Json out = Json::object();
  out.set("id", download_id(d.number));
  out.set("direction", "down");
  out.set("link", d.link);
  out.set("state", d.applied ? "applied" : "received");
  out.set("file_name", d.file_name);
  out.set("opened", d.opened);
  out.set("bytes", d.bytes);
  out.set("times_received", d.times_received);
  out.set("received", time_json(d.received));
  out.set("acked", time_json(d.acked));
  out.set("applied", time_json(d.applied_at));
  out.set("items", d.items);
  out.set("flagged", d.flagged);
  out.set("problem", d.problem);
  return out;
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
  out.set("failures", row ? row->failures : 0);
  out.set("last_sequence", view.last_accepted ? Json(*view.last_accepted) : Json());
  out.set("open_file", open ? upload_json(*open) : Json());
  out.set("backlog", orders::OrderStore(deps.cipher).count_ready(tx, config.id));
  out.set("held_orders", counts.held_orders);
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

http::Response retry_link(const Deps& deps, const http::Request& request) {
  const std::string& id = request.param("id");
  if (std::ranges::find(deps->links, id, &LinkConfig::id) == deps->links.end())
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  deps->database->write([&](db::Tx& tx) {
    ledger::ensure_link(tx, id);
    ledger::set_next_attempt(tx, id, TimePoint{});
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
    return {};
  });
  if (!done) return http::problem_response(request, done.error());
  deps->nudge();
  log::warn("authority.sequence_set", {{"link", id},
                                       {"last", std::to_string(last->as_int())},
                                       {"account", request.caller.account_id}});
  return http::Response::no_content();
}

Result<ledger::Filter> filter_of(const http::Request& request) {
  ledger::Filter filter;
  filter.link = request.query_value("link");
  filter.order = request.query_value("order");
  filter.state = request.query_value("state");
  filter.limit = kPage;
  int64_t number = 0;
  if (const auto before = request.query_value("before"); !before.empty()) {
    if (!text::parse_i64(before, number) || number < 1)
      return fail(ProblemCode::bad_format, "/before");
    filter.before = number;
  }
  if (const auto limit = request.query_value("limit"); !limit.empty()) {
    if (!text::parse_i64(limit, number) || number < 1 || number > static_cast<int64_t>(kMostRows))
      return fail(ProblemCode::out_of_range, "/limit",
                  {{"min", "1"}, {"max", std::to_string(kMostRows)}});
    filter.limit = static_cast<size_t>(number);
  }
  return filter;
}

// Newest first; `before` is the number in the last id of the page before.
http::Response list_ledger(const Deps& deps, const http::Request& request) {
  const auto filter = filter_of(request);
  if (!filter) return http::problem_response(request, filter.error());
  const auto direction = request.query_value("direction");
  if (!direction.empty() && direction != "up" && direction != "down")
    return http::problem_response(request, fail(ProblemCode::bad_format, "/direction").error());
  Json list = Json::array();
  deps->database->read([&](db::Tx& tx) {
    list = Json::array();
    if (direction != "down")
      for (const auto& u : ledger::list_uploads(tx, *filter)) list.push(upload_json(u));
    if (direction != "up")
      for (const auto& d : ledger::list_downloads(tx, *filter)) list.push(download_json(d));
  });
  Json out = Json::object();
  out.set("entries", std::move(list));
  return http::Response::json(out);
}

Result<Json> upload_detail(const Deps& deps, int64_t number) {
  return deps->database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto upload = ledger::find_upload(tx, number);
    if (!upload) return fail(ProblemCode::not_found);
    Json out = upload_json(*upload);
    Json records = Json::array();
    for (const auto& r : ledger::records_of(tx, number)) {
      Json one = Json::object();
      one.set("order", r.order_id);
      one.set("id", r.id);
      one.set("submission", r.submission ? Json(*r.submission) : Json());
      if (auto ids = parse_json(r.ids)) one.set("ids", std::move(*ids));
      records.push(std::move(one));
    }
    out.set("record_list", std::move(records));
    return out;
  });
}

Result<Json> download_detail(const Deps& deps, int64_t number) {
  return deps->database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto download = ledger::find_download(tx, number);
    if (!download) return fail(ProblemCode::not_found);
    Json out = download_json(*download);
    Json results = Json::array();
    for (const auto& r : ledger::results_of(tx, deps->cipher, number)) {
      Json one = Json::object();
      one.set("item", r.item);
      one.set("kind", r.kind);
      one.set("provider_entity_id", r.provider_entity_id ? Json(*r.provider_entity_id) : Json());
      one.set("order", r.order_id);
      one.set("submission", r.submission ? Json(*r.submission) : Json());
      one.set("effect", r.effect);
      one.set("note", r.note);
      results.push(std::move(one));
    }
    out.set("results", std::move(results));
    return out;
  });
}

http::Response ledger_entry(const Deps& deps, const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id) return http::problem_response(request, id.error());
  return http::respond(request, id->direction == 'u' ? upload_detail(deps, id->number)
                                                     : download_detail(deps, id->number));
}

// The XML as it was sent or received (?part=envelope: an upload's sealed bytes). Personal data: who
// looked is logged.
http::Response ledger_bytes(const Deps& deps, const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id) return http::problem_response(request, id.error());
  const bool sealed = request.query_value("part") == "envelope";
  std::string blob, name;
  bool xml = !sealed;
  deps->database->read([&](db::Tx& tx) {
    if (id->direction == 'u') {
      const auto u = ledger::find_upload(tx, id->number);
      if (u) blob = sealed ? u->envelope_blob : u->xml_blob, name = u->file_name;
    } else if (const auto d = ledger::find_download(tx, id->number); d && !sealed) {
      blob = d->blob;
      name = download_id(d->number);  // the authority's own name may hold anything
      xml = d->opened;
    }
  });
  if (blob.empty()) return http::problem_response(request, fail(ProblemCode::not_found).error());
  auto bytes = deps->blobs.get(blob);
  if (!bytes) return http::problem_response(request, bytes.error());
  log::info("authority.ledger_read",
            {{"entry", request.param("id")}, {"account", request.caller.account_id}});
  http::Response response;
  response.headers = {
      {"Content-Type", xml ? "application/xml" : "application/octet-stream"},
      {"Content-Disposition", "attachment; filename=\"" + name + (xml ? ".xml\"" : ".bin\"")},
      {"Cache-Control", "no-store"}};
  response.body = std::move(*bytes);
  return response;
}

// A download that was set aside: try to apply it once more.
http::Response apply_again(const Deps& deps, const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id || id->direction != 'd')
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  const auto done = deps->database->write_result([&](db::Tx& tx) -> Status {
    const auto download = ledger::find_download(tx, id->number);
    if (!download) return fail(ProblemCode::not_found);
    if (download->applied) return fail(ProblemCode::conflict);
    ledger::reopen_download(tx, id->number);
    return {};
  });
  if (!done) return http::problem_response(request, done.error());
  deps->nudge();
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> api_routes(Deps deps) {
  const auto bind = [&](http::Response (*handler)(const Deps&, const http::Request&)) {
    return [deps, handler](const http::Request& request) { return handler(deps, request); };
  };
  using accounts::kOfficer;
  return {
      {"GET", "/api/v1/authority/links", kOfficer,
       "Authority links: state, last sequence, backlog, errors, next attempt", bind(list_links)},
      {"POST", "/api/v1/authority/links/{id}/retry", kOfficer,
       "Try again now instead of after the pause", bind(retry_link)},
      {"PUT", "/api/v1/authority/links/{id}/sequence", kOfficer,
       "After numbers diverged and were compared by hand: count on from the authority's number",
       bind(set_sequence)},
      {"GET", "/api/v1/authority/ledger", kOfficer,
       "Uploaded and downloaded files, newest first (link, order, direction, state, before, limit)",
       bind(list_ledger)},
      {"GET", "/api/v1/authority/ledger/{id}", kOfficer,
       "One file with its records, or with what each of its items did", bind(ledger_entry)},
      {"GET", "/api/v1/authority/ledger/{id}/bytes", kOfficer,
       "The file's XML, or its sealed bytes (part=envelope)", bind(ledger_bytes)},
      {"POST", "/api/v1/authority/ledger/{id}/apply", kOfficer,
       "Try once more to apply a download that was set aside", bind(apply_again)},
  };
}

}  // namespace beian::authority
