#include "notices/api.hpp"

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "notices/notice.hpp"
#include "notices/texts.hpp"
#include "orders/words.hpp"

namespace beian::notices {
namespace {

using http::Request;
using http::Response;

constexpr size_t kUsualLimit = 20;
constexpr int64_t kMostLimit = 100;

// The kind of order is stored by its Chinese title; a reader of English gets the other one.
Json args_in(const Json& args, Language language) {
  Json out = args;
  if (const auto* kind = orders::find_kind(args["order_kind"].as_string()))
    out.set("kind", orders::title_of(*kind, language));
  return out;
}

Json notice_json(const Notice& notice, Language language) {
  Json json = Json::object({{"id", notice.id},
                            {"kind", notice.kind},
                            {"order", notice.order_id.empty() ? Json() : Json(notice.order_id)},
                            {"created", to_rfc3339(notice.created)},
                            {"read", notice.read ? Json(to_rfc3339(*notice.read)) : Json()}});
  if (const Kind* kind = find_kind(notice.kind)) {
    const Json args = args_in(notice.args, language);
    json.set("title", title_of(*kind, args, language));
    json.set("text", text_of(*kind, args, language));
  }
  return json;
}

Result<Filter> filter_of(const Request& request) {
  Filter filter;
  Problems problems;
  filter.limit = kUsualLimit;
  filter.before = request.query_value("before");
  if (const auto given = request.query_value("limit"); !given.empty()) {
    int64_t limit = 0;
    if (!text::parse_i64(given, limit) || limit < 1 || limit > kMostLimit)
      problems.push_back({ProblemCode::out_of_range,
                          "/limit",
                          {{"min", "1"}, {"max", std::to_string(kMostLimit)}}});
    else
      filter.limit = static_cast<size_t>(limit);
  }
  if (const auto given = request.query_value("unread"); given == "true")
    filter.unread = true;
  else if (!given.empty() && given != "false")
    problems.push_back({ProblemCode::code_unknown, "/unread", {{"code", std::string(given)}}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return filter;
}

Response get_notices(const Context& context, const Request& request) {
  auto filter = filter_of(request);
  if (!filter) return http::problem_response(request, filter.error());
  const size_t limit = filter->limit++;
  int64_t unread = 0;
  auto found = context.database->read_value([&](db::Tx& tx) {
    unread = count_unread(tx, request.caller.account_id);
    return of_account(tx, request.caller.account_id, *filter);
  });
  const bool more = found.size() > limit;
  if (more) found.pop_back();
  const Language language = http::language_of(request);
  Json list = Json::array();
  for (const auto& notice : found) list.push(notice_json(notice, language));
  return Response::json(Json::object({{"notices", std::move(list)},
                                      {"unread", unread},
                                      {"next", more ? Json(found.back().id) : Json()}}));
}

Response get_unread(const Context& context, const Request& request) {
  const auto unread = context.database->read_value(
      [&](db::Tx& tx) { return count_unread(tx, request.caller.account_id); });
  return Response::json(Json::object({{"unread", unread}}));
}

Response post_read(const Context& context, const Request& request) {
  bool found = false;
  context.database->write([&](db::Tx& tx) {
    found = mark_read(tx, request.caller.account_id, request.param("id"), context.clock.now());
  });
  return found ? Response::no_content()
               : http::problem_response(request, {{ProblemCode::not_found, {}, {}}});
}

// Up to the newest that the reader has seen: what came since stays unread.
Response post_all_read(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  Problems problems;
  for (const auto& [name, value] : body->members())
    if (name != "up_to") problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  const Json& up_to = (*body)["up_to"];
  if (up_to.is_null())
    problems.push_back({ProblemCode::required, "/up_to", {}});
  else if (!up_to.is_string())
    problems.push_back({ProblemCode::wrong_type, "/up_to", {{"expected", "string"}}});
  if (!problems.empty()) return http::problem_response(request, problems);
  int64_t marked = 0;
  context.database->write([&](db::Tx& tx) {
    marked = mark_all_read(tx, request.caller.account_id, up_to.as_string(), context.clock.now());
  });
  return Response::json(Json::object({{"read", marked}}));
}

}  // namespace

std::vector<http::Route> routes(const std::shared_ptr<const Context>& context) {
  using accounts::kAccount;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) { return handle(*context, request); };
  };
  return {
      {"GET", "/api/v1/notices", kAccount, "Own notices, newest first (unread, before, limit)",
       on(get_notices)},
      {"GET", "/api/v1/notices/unread", kAccount, "How many are unread", on(get_unread)},
      {"POST", "/api/v1/notices/{id}/read", kAccount, "Mark one as read", on(post_read)},
      {"POST", "/api/v1/notices/read", kAccount, "Mark all as read, up to the newest seen (up_to)",
       on(post_all_read)},
  };
}

void on_jobs(jobs::Worker& worker, const std::shared_ptr<const Context>& context) {
  worker.on("notices.tell", [context](const jobs::Job& job) -> Result<jobs::Outcome> {
    on_tell(*context, job);
    return jobs::Outcome::done();
  });
}

}  // namespace beian::notices
