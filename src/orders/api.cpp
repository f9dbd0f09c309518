#include "orders/api.hpp"

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "orders/certificate_reminders.hpp"
#include "orders/copy.hpp"
#include "orders/create.hpp"
#include "orders/detect.hpp"
#include "orders/expire.hpp"
#include "orders/migrate.hpp"
#include "orders/progress.hpp"
#include "orders/rehearse.hpp"
#include "orders/rejudge.hpp"
#include "orders/remind.hpp"
#include "orders/reviewed.hpp"
#include "orders/save.hpp"
#include "orders/seen.hpp"
#include "orders/submit.hpp"
#include "orders/transfer.hpp"
#include "orders/view.hpp"
#include "orders/waits.hpp"
#include "orders/watch.hpp"
#include "platform/http/problem_list.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;
using ContextPtr = std::shared_ptr<const Context>;

constexpr size_t kMostLimit = 100;

// "3", W/"3" or 3.
std::optional<int64_t> if_match(const Request& request) {
  std::string_view tag = text::trim(request.header("if-match"));
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
    tag = tag.substr(1, tag.size() - 2);
  int64_t version = 0;
  if (!text::all_digits(tag) || !text::parse_i64(tag, version)) return std::nullopt;
  return version;
}

// The version that a change starts from; nothing when the request names none.
Result<std::optional<int64_t>> version_of(const Request& request, const Json& body) {
  if (!request.header("if-match").empty()) {
    const auto version = if_match(request);
    // A tag that is none of ours can match nothing.
    if (!version) return fail(ProblemCode::stale_version, "/version");
    return version;
  }
  const Json* version = body.find("version");
  if (!version || version->is_null()) return std::nullopt;
  if (!version->is_int())
    return fail(ProblemCode::wrong_type, "/version", {{"expected", "integer"}});
  return version->as_int();
}

Response post_order(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto made =
      create(context, request.caller, *body, std::string(request.header("idempotency-key")));
  if (!made) return http::problem_response(request, made.error());
  Response response = order_response(request, made->order, made->repeated ? 200 : 201);
  response.headers.emplace_back("Location", "/api/v1/orders/" + made->order.id);
  return response;
}

Response post_detect(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  return http::respond(request, detect(context, request.caller.account_id, *body));
}

Response get_orders(const Context& context, const Request& request) {
  const auto limit = page_limit(request);
  if (!limit) return http::problem_response(request, limit.error());
  std::optional<State> state;
  if (const auto name = request.query_value("state"); !name.empty()) {
    state = state_named(name);
    if (!state)
      return http::problem_response(
          request, {{ProblemCode::code_unknown, "/state", {{"code", std::string(name)}}}});
  }
  auto orders = context.database->read_value([&](db::Tx& tx) {
    return context.store.of_account(tx, request.caller.account_id, state,
                                    std::string(request.query_value("before")), *limit + 1);
  });
  const bool more = orders.size() > *limit;
  if (more) orders.pop_back();
  Json list = Json::array();
  for (const auto& order : orders) list.push(summary_json(order, request.caller));
  return Response::json(Json::object(
      {{"orders", std::move(list)}, {"next", more ? Json(orders.back().id) : Json()}}));
}

Standing standing_of(const Context& context, db::Tx& tx, const Order& order) {
  const auto entered = context.store.entered(tx, order.id);
  Standing standing;
  standing.since = entered.at;
  standing.touched = order.updated;
  standing.untouched_life = context.options.untouched_life;
  standing.missed_sms = entered.event == name_of(Event::sms_failed);
  standing.filing_number = order.filing_number;
  return standing;
}

// What stands beside the order itself: where it is in plain words, and what changed since it was
// reviewed last.
Response get_order(const Context& context, const Request& request) {
  const Language language = http::language_of(request);
  Json progress, review;
  const auto order = context.database->read_value([&](db::Tx& tx) -> Result<Order> {
    auto found = readable_order(context, tx, request);
    if (!found) return found;
    progress = progress_json(
        progress_of(kind_of(*found), found->state, standing_of(context, tx, *found), language),
        language);
    if (const auto last = last_review(tx, context.cipher, found->id))
      review = review_json(*last, *found, materials::of_order(tx, found->id));
    return found;
  });
  if (!order) return http::problem_response(request, order.error());
  Response response = order_response(request, order);
  Json body = order_json(*order, request.caller);
  body.set("progress", std::move(progress));
  body.set("review", std::move(review));
  response.body = to_string(body);
  return response;
}

// A body of a version and one member more.
struct Change {
  int64_t version = 0;
  Json what;
};
Result<Change> change_of(const Request& request, const std::string& member) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  Problems problems;
  for (const auto& [name, value] : body->members())
    if (name != member && name != "version")
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  const auto version = version_of(request, *body);
  if (!version)
    append_under(problems, "", version.error());
  else if (!*version)
    problems.push_back({ProblemCode::required, "/version", {}});
  const Json* what = body->find(member);
  if (!what) problems.push_back({ProblemCode::required, "/" + member, {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return Change{**version, *what};
}

Response put_order(const Context& context, const Request& request) {
  const auto change = change_of(request, "document");
  if (!change) return http::problem_response(request, change.error());
  return order_response(request, save(context, request.caller, request.param("id"), change->version,
                                      change->what, "/document"));
}

Response post_service(const Context& context, const Request& request) {
  const auto change = change_of(request, "from");
  if (!change) return http::problem_response(request, change.error());
  return order_response(
      request,
      add_service_copy(context, request.caller, request.param("id"), change->version, change->what),
      201);
}

Response get_findings(const Context& context, const Request& request) {
  const auto findings = context.database->read_value([&](db::Tx& tx) -> Result<Findings> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    return findings_of(context, tx, *order);
  });
  if (!findings) return http::problem_response(request, findings.error());
  const Language language = http::language_of(request);
  return Response::json(
      Json::object({{"complete", findings->problems.empty()},
                    {"problems", http::problems_json(findings->problems, language)},
                    {"warnings", http::problems_json(findings->warnings, language)}}));
}

Response post_rehearsal(const Context& context, const Request& request) {
  const auto order = context.database->read_value(
      [&](db::Tx& tx) { return readable_order(context, tx, request); });
  if (!order) return http::problem_response(request, order.error());
  Response response = http::respond(request, rehearse(context, *order, http::language_of(request)));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response get_history(const Context& context, const Request& request) {
  return http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    return Json::object(
        {{"history", history_json(context.store.history(tx, order->id), *order, request.caller)}});
  }));
}

Response get_waiting(const Context& context, const Request& request) {
  return http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    return to_json(waiting_of(context, tx, *order));
  }));
}

// submit, withdraw, abandon, resubmit: the body may be empty or name the version.
Response post_event(const Context& context, const Request& request, Event event) {
  Json body = Json::object();
  if (!text::trim(request.body).empty()) {
    auto read = request.json_body();
    if (!read) return http::problem_response(request, read.error());
    body = std::move(*read);
  }
  for (const auto& [name, value] : body.members())
    if (name != "version")
      return http::problem_response(request, {{ProblemCode::unknown_field, "/" + name, {}}});
  const auto version = version_of(request, body);
  if (!version) return http::problem_response(request, version.error());
  return order_response(request,
                        event == Event::submit
                            ? submit(context, request.caller, request.param("id"), *version)
                            : act(context, request.caller, request.param("id"), event, *version));
}

}  // namespace

Result<Order> readable_order(const Context& context, db::Tx& tx, const Request& request) {
  auto order = context.store.load(tx, request.param("id"));
  if (!order || view_of(request.caller, *order) == View::none) return fail(ProblemCode::not_found);
  return std::move(*order);
}

Result<size_t> page_limit(const Request& request) {
  const auto given = request.query_value("limit");
  if (given.empty()) return size_t{20};
  int64_t limit = 0;
  if (!text::parse_i64(given, limit) || limit < 1 || limit > static_cast<int64_t>(kMostLimit))
    return fail(ProblemCode::out_of_range, "/limit",
                {{"min", "1"}, {"max", std::to_string(kMostLimit)}});
  return static_cast<size_t>(limit);
}

Response order_response(const Request& request, const Result<Order>& order, int status) {
  if (!order) return http::problem_response(request, order.error());
  Response response = Response::json(order_json(*order, request.caller), status);
  response.headers.emplace_back("ETag", "\"" + std::to_string(order->version) + "\"");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::vector<http::Route> order_routes(const ContextPtr& context) {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  const auto on_event = [&](Event event) {
    return
        [context, event](const Request& request) { return post_event(*context, request, event); };
  };
  return {
      {"POST", "/api/v1/orders/detect", kOrdersWrite, "Find the kind of order that is needed",
       on(post_detect)},
      {"POST", "/api/v1/orders", kOrdersWrite, "Create an order (Idempotency-Key)", on(post_order)},
      {"GET", "/api/v1/orders", kOrdersRead, "List own orders, newest first", on(get_orders)},
      {"GET", "/api/v1/orders/{id}", kOrdersRead, "Read an order", on(get_order)},
      {"PUT", "/api/v1/orders/{id}", kOrdersWrite, "Save the document (If-Match or version)",
       on(put_order)},
      {"POST", "/api/v1/orders/{id}/services", kOrdersWrite,
       "Add a copy of a service of this or an earlier order, or of a filed one", on(post_service)},
      {"GET", "/api/v1/orders/{id}/findings", kOrdersRead, "Validate without submitting",
       on(get_findings)},
      {"POST", "/api/v1/orders/{id}/rehearsal", kOrdersRead,
       "All that provider, province and authority would find, without submitting",
       on(post_rehearsal)},
      {"GET", "/api/v1/orders/{id}/history", kOrdersRead, "Everything that happened to an order",
       on(get_history)},
      {"GET", "/api/v1/orders/{id}/waiting", kOrdersRead,
       "The usual waiting time where the order stands", on(get_waiting)},
      {"POST", "/api/v1/orders/{id}/submit", kOrdersWrite, "Hand in for review",
       on_event(Event::submit)},
      {"POST", "/api/v1/orders/{id}/withdraw", kOrdersWrite, "Take back before it is reported",
       on_event(Event::withdraw)},
      {"POST", "/api/v1/orders/{id}/abandon", kOrdersWrite, "Give up for good",
       on_event(Event::abandon)},
      {"POST", "/api/v1/orders/{id}/resubmit", kOrdersWrite,
       "Send again unchanged after a missed SMS verification", on_event(Event::resubmit)},
  };
}

OrdersApi::OrdersApi(std::shared_ptr<db::Database> database, blob::Store& blobs, const Clock& clock,
                     const crypto::ColumnCipher& cipher, FilingStatusSource& status,
                     FilingPasswordSource& passwords, AuthorityDirectory& directory,
                     Options options, std::function<void()> nudge)
    : context_(std::make_shared<Context>(std::move(database), blobs, clock, cipher, status,
                                         passwords, directory, options, std::move(nudge))),
      watchers_(std::make_shared<Watchers>(context_->database)) {}

std::vector<http::Route> OrdersApi::routes() {
  auto routes = order_routes(context_);
  for (auto* part : {material_routes, review_routes, reason_routes, override_routes,
                     transfer_routes, consent_routes, access_log_routes, progress_routes})
    for (auto& route : part(context_)) routes.push_back(std::move(route));
  for (auto& route : event_routes(context_, watchers_)) routes.push_back(std::move(route));
  return with_looks_noted(context_, std::move(routes));
}

void OrdersApi::on_jobs(jobs::Worker& worker) {
  worker.on("orders.expire", [context = context_](const jobs::Job&) -> Result<jobs::Outcome> {
    expire_untouched(*context);
    remind_untouched(*context);
    close_overdue(*context);
    forget_requests(*context);
    expire_transfers(*context);
    while (keep_waits(*context) > 0) {
    }
    return jobs::Outcome::again(context->options.expiry_interval);
  });
  worker.on(kCertificatesJob, [context = context_](const jobs::Job& job) -> Result<jobs::Outcome> {
    look_at_certificates(*context, job.payload);
    return jobs::Outcome::done();
  });
  worker.on("orders.count", [context = context_](const jobs::Job&) -> Result<jobs::Outcome> {
    count_open(*context);
    return jobs::Outcome::again(context->options.count_interval);
  });
  worker.on("orders.rejudge", [context = context_](const jobs::Job&) -> Result<jobs::Outcome> {
    constexpr size_t kBatch = 100;
    const bool more = rejudge_drafts(*context, kBatch) == kBatch;
    return jobs::Outcome::again(more ? Millis{0} : context->options.rejudge_interval);
  });
}

void OrdersApi::schedule() {
  context_->database->write([&](db::Tx& tx) {
    for (const auto* kind : {"orders.expire", "orders.count", "orders.rejudge", kCertificatesJob})
      jobs::enqueue(tx, {kind, Json::object(), context_->clock.now(), kind});
  });
}

}  // namespace beian::orders
