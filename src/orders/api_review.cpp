#include "accounts/accounts.hpp"
#include "base/day.hpp"
#include "base/text.hpp"
#include "orders/api.hpp"
#include "orders/calls.hpp"
#include "orders/document.hpp"
#include "orders/earlier.hpp"
#include "orders/kind.hpp"
#include "orders/progress.hpp"
#include "orders/queue.hpp"
#include "orders/readings.hpp"
#include "orders/review.hpp"
#include "orders/review_statistics.hpp"
#include "orders/seen.hpp"
#include "orders/take.hpp"

namespace beian::orders {
namespace {

using http::Request;
using http::Response;

Response post_review(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  return order_response(request,
                        review(context, request.caller.account_id, request.param("id"), *body));
}

// Late, due within a day, or neither.
bool set_age(QueueFilter& filter, std::string_view age, TimePoint now) {
  const TimePoint late = promised_before(now);
  const TimePoint today = promised_before(now + std::chrono::days{1});
  if (age == "late") {
    filter.before = late;
  } else if (age == "today") {
    filter.since = late;
    filter.before = today;
  } else if (age == "fine") {
    filter.since = today;
  } else {
    return age.empty();
  }
  return true;
}

bool set_taken(QueueFilter& filter, std::string_view taken) {
  using enum QueueFilter::Taken;
  if (taken == "mine") filter.taken = mine;
  if (taken == "free") filter.taken = free;
  if (taken == "others") filter.taken = others;
  return taken.empty() || filter.taken != any;
}

Result<QueueWish> wish_of(const Context& context, const Request& request) {
  QueueWish wish;
  const auto limit = page_limit(request);
  if (!limit) return fail(limit);
  wish.limit = *limit;
  wish.after = request.query_value("after");
  wish.text = request.query_value("text");
  QueueFilter& filter = wish.filter;
  filter.reviewer_id = request.caller.account_id;
  filter.kind = request.query_value("kind");
  Problems problems;
  const auto unknown = [&](const std::string& name) {
    problems.push_back({ProblemCode::code_unknown,
                        "/" + name,
                        {{"code", std::string(request.query_value(name))}}});
  };
  if (const auto name = request.query_value("state"); !name.empty()) {
    const auto state = state_named(name);
    if (!state) unknown("state");
    filter.state = state.value_or(filter.state);
  }
  if (!filter.kind.empty() && find_kind(filter.kind) == nullptr) unknown("kind");
  if (const auto given = request.query_value("province");
      !given.empty() && !text::parse_i64(given, filter.province))
    unknown("province");
  if (!set_age(filter, request.query_value("age"), context.clock.now())) unknown("age");
  if (!set_taken(filter, request.query_value("taken"))) unknown("taken");
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return wish;
}

Response get_queue(const Context& context, const Request& request) {
  const auto wish = wish_of(context, request);
  if (!wish) return http::problem_response(request, wish.error());
  return Response::json(review_queue(context, request.caller, *wish));
}

Response get_earlier(const Context& context, const Request& request) {
  std::vector<Look> looks;
  const auto found = context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    looks.clear();
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    Json list = earlier_orders(context, tx, *order, request.caller);
    for (const auto& line : list.items()) looks.push_back({line["id"].as_string(), "list"});
    return Json::object({{"orders", std::move(list)}});
  });
  note_seen(*context.database, context.clock.now(), request.caller, looks);
  return http::respond(request, found);
}

Response get_readings(const Context& context, const Request& request) {
  return http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    if (view_of(request.caller, *order) != View::full) return fail(ProblemCode::forbidden);
    return readings_json(context, tx, *order);
  }));
}

Response reviewer_response(const Context& context, const Request& request,
                           const Result<Order>& order) {
  if (!order) return http::problem_response(request, order.error());
  Json taken;
  context.database->read([&](db::Tx& tx) {
    const auto takes = taken_by(tx, {*order});
    if (!takes.empty()) taken = take_json(takes.begin()->second, request.caller);
  });
  return Response::json(Json::object({{"taken", std::move(taken)}}));
}

Response get_reviewer(const Context& context, const Request& request) {
  return reviewer_response(context, request, context.database->read_value([&](db::Tx& tx) {
    return readable_order(context, tx, request);
  }));
}

// Without a body nothing is taken from anybody.
Response put_reviewer(const Context& context, const Request& request) {
  const auto body = request.body.empty() ? Result<Json>(Json::object()) : request.json_body();
  if (!body) return http::problem_response(request, body.error());
  for (const auto& [name, value] : body->members())
    if (name != "over")
      return http::problem_response(request,
                                    {{ProblemCode::unknown_field, "/" + pointer_token(name), {}}});
  const Json& over = (*body)["over"];
  if (!over.is_null() && !over.is_bool())
    return http::problem_response(request,
                                  {{ProblemCode::wrong_type, "/over", {{"expected", "boolean"}}}});
  return reviewer_response(
      context, request,
      take(context, request.caller.account_id, request.param("id"), over.as_bool()));
}

Response delete_reviewer(const Context& context, const Request& request) {
  return reviewer_response(context, request,
                           release(context, request.caller.account_id, request.param("id")));
}

Response post_call(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  return http::respond(
      request, add_call(context, request.caller.account_id, request.param("id"), *body), 201);
}

Response get_calls(const Context& context, const Request& request) {
  return http::respond(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto order = readable_order(context, tx, request);
    if (!order) return fail(order);
    return calls_json(context, tx, *order, request.caller);
  }));
}

// The beginning of a Beijing day, or of the day `days` from now.
Result<TimePoint> day_start(const Request& request, const char* name, TimePoint now, int days) {
  std::string text(request.query_value(name));
  if (text.empty()) text = china_date(now + std::chrono::days{days});
  const auto day = parse_day(text);
  if (!day) return fail(ProblemCode::bad_format, std::string("/") + name);
  return TimePoint(day->time_since_epoch() - kBeijing);
}

// By default the last thirty days, today among them; `until` is a day that still counts.
Response get_statistics(const Context& context, const Request& request) {
  const auto since = day_start(request, "since", context.clock.now(), -29);
  if (!since) return http::problem_response(request, since.error());
  const auto until = day_start(request, "until", context.clock.now(), 0);
  if (!until) return http::problem_response(request, until.error());
  return Response::json(context.database->read_value([&](db::Tx& tx) {
    return review_statistics(context, tx, *since, *until + std::chrono::days{1});
  }));
}

}  // namespace

std::vector<http::Route> review_routes(const std::shared_ptr<const Context>& context) {
  using namespace accounts;
  return {
      {"GET", "/api/v1/review/orders", kReview,
       "The queue of a state, longest waiting first (state, kind, province, age, taken, text, "
       "after)",
       [context](const Request& request) { return get_queue(*context, request); }},
      {"GET", "/api/v1/review/statistics", kReview,
       "What the reviewers decided, how fast, and what waits (since, until: days)",
       [context](const Request& request) { return get_statistics(*context, request); }},
      {"GET", "/api/v1/orders/{id}/earlier", kReview,
       "Earlier orders of the account that are like it: same entity, domain or person",
       [context](const Request& request) { return get_earlier(*context, request); }},
      {"GET", "/api/v1/orders/{id}/readings", kReview,
       "What the pictures say against what the applicant wrote",
       [context](const Request& request) { return get_readings(*context, request); }},
      {"GET", "/api/v1/orders/{id}/reviewer", kReview, "Which reviewer works on it",
       [context](const Request& request) { return get_reviewer(*context, request); }},
      {"PUT", "/api/v1/orders/{id}/reviewer", kReview,
       "Take it for review (over: from the one who has it)",
       [context](const Request& request) { return put_reviewer(*context, request); }},
      {"DELETE", "/api/v1/orders/{id}/reviewer", kReview, "Give it back to the queue",
       [context](const Request& request) { return delete_reviewer(*context, request); }},
      {"POST", "/api/v1/orders/{id}/calls", kReview, "A call of the phone verification was made",
       [context](const Request& request) { return post_call(*context, request); }},
      {"GET", "/api/v1/orders/{id}/calls", kOrdersRead, "The calls of the phone verification",
       [context](const Request& request) { return get_calls(*context, request); }},
      {"POST", "/api/v1/orders/{id}/review", kReview, "Pass, ask for changes or reject",
       [context](const Request& request) { return post_review(*context, request); }},
  };
}

}  // namespace beian::orders
