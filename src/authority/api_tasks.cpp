// JSON in, call, JSON out: tasks and synchronisations.
#include "authority/api_tasks.hpp"

#include "accounts/accounts.hpp"
#include "authority/sync.hpp"
#include "authority/task.hpp"
#include "base/text.hpp"
#include "platform/log/log.hpp"
#include "registry/unfiled.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;
using http::Request;
using http::Response;

constexpr int64_t kPage = 50, kMostRows = 500;
constexpr size_t kMostReason = 500;  // characters

Json task_json(const Task& task, TimePoint now) {
  return Json::object({{"number", task.number},
                       {"kind", task.kind},
                       {"link", task.link},
                       {"state", task.state},
                       {"subject", task.subject},
                       {"source", "d" + std::to_string(task.download)},
                       {"item", task.item},
                       {"province", task.province},
                       {"entity_id", task.entity_id},
                       {"service_id", task.service_id},
                       {"deadline", to_rfc3339(task.deadline)},
                       {"deadline_told", task.deadline_told},
                       {"overdue", task.overdue(now)},
                       {"assigned", task.assigned},
                       {"answered_by", task.answered_by},
                       {"submission", task.submission ? Json(*task.submission) : Json()},
                       {"reason", task.reason},
                       {"times", task.times},
                       {"opened", to_rfc3339(task.opened)},
                       {"changed", to_rfc3339(task.changed)}});
}

Json whole_json(const Task& task, TimePoint now) {
  Json out = task_json(task, now);
  out.set("body", task.body);
  out.set("answer", task.answer);
  return out;
}

Response answered(const Deps& deps, const Request& request, const Result<Task>& task) {
  if (!task) return http::problem_response(request, task.error());
  Response response = Response::json(whole_json(*task, deps->clock.now()));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<int64_t> task_number(const Request& request) {
  int64_t number = 0;
  if (!text::all_digits(request.param("number")) ||
      !text::parse_i64(request.param("number"), number))
    return fail(ProblemCode::not_found);
  return number;
}

Result<int64_t> positive(std::string_view given, int64_t otherwise, int64_t most,
                         const std::string& field) {
  if (given.empty()) return otherwise;
  int64_t number = 0;
  if (!text::parse_i64(given, number) || number < 1 || number > most)
    return fail(ProblemCode::out_of_range, field, {{"min", "1"}, {"max", std::to_string(most)}});
  return number;
}

Response get_tasks(const Deps& deps, const Request& request) {
  TaskFilter filter;
  filter.kind = request.query_value("kind");
  filter.link = request.query_value("link");
  filter.state = request.query_value("state");
  filter.assigned = request.query_value("assigned");
  const TimePoint now = deps->clock.now();
  if (request.query_value("overdue") == "1") filter.overdue_at = now;
  const auto before = positive(request.query_value("before"), 0, int64_t{1} << 60, "?before");
  const auto limit = positive(request.query_value("limit"), kPage, kMostRows, "?limit");
  if (!before) return http::problem_response(request, before.error());
  if (!limit) return http::problem_response(request, limit.error());
  filter.before = *before;
  filter.limit = *limit;
  Json list = Json::array();
  TaskCounts counts;
  deps->database->read([&](db::Tx& tx) {
    list = Json::array();
    for (const auto& task : list_tasks(tx, filter)) list.push(task_json(task, now));
    counts = count_tasks(tx, now);
  });
  return Response::json(Json::object(
      {{"tasks", std::move(list)}, {"open", counts.open}, {"overdue", counts.overdue}}));
}

// The body holds personal data: who looked is logged. `seen`: what our own logs show of the site.
Response get_task(const Deps& deps, const Request& request) {
  const auto number = task_number(request);
  if (!number) return http::problem_response(request, number.error());
  std::optional<Task> task;
  Json seen;
  deps->database->read([&](db::Tx& tx) {
    task = find_task(tx, deps->cipher, *number);
    seen =
        task && task->kind == kUnfiledSite ? registry::unfiled_site_of(tx, task->subject) : Json();
  });
  if (!task) return http::problem_response(request, fail(ProblemCode::not_found).error());
  log::info("authority.task_read",
            {{"task", request.param("number")}, {"account", request.caller.account_id}});
  Json out = whole_json(*task, deps->clock.now());
  out.set("seen", std::move(seen));
  Response response = Response::json(std::move(out));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Response answer(const Deps& deps, const Request& request) {
  const auto number = task_number(request);
  if (!number) return http::problem_response(request, number.error());
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto done = deps->database->write_result([&](db::Tx& tx) {
    return answer_task(tx, deps->cipher, deps->clock.now(), deps->links, *number,
                       request.caller.account_id, *body);
  });
  if (done && done->submission) deps->nudge();
  return answered(deps, request, done);
}

Response close(const Deps& deps, const Request& request) {
  const auto number = task_number(request);
  if (!number) return http::problem_response(request, number.error());
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const std::string reason(text::trim((*body)["reason"].as_string()));
  if (reason.empty())
    return http::problem_response(request, fail(ProblemCode::required, "/reason").error());
  if (text::length(reason) > kMostReason)
    return http::problem_response(
        request,
        fail(ProblemCode::too_long, "/reason", {{"max", std::to_string(kMostReason)}}).error());
  return answered(deps, request, deps->database->write_result([&](db::Tx& tx) {
    return close_task(tx, deps->cipher, deps->clock.now(), *number, request.caller.account_id,
                      reason);
  }));
}

// {"account": id}; "" gives the task back to everybody. Only who may work on it can be named.
Response assign(const Deps& deps, const Request& request) {
  const auto number = task_number(request);
  if (!number) return http::problem_response(request, number.error());
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const Json& account = (*body)["account"];
  if (!account.is_string())
    return http::problem_response(
        request, fail(ProblemCode::wrong_type, "/account", {{"expected", "string"}}).error());
  return answered(deps, request, deps->database->write_result([&](db::Tx& tx) -> Result<Task> {
    if (!account.as_string().empty()) {
      const auto known = accounts::find_account(tx, account.as_string());
      if (!known || !accounts::role_holds(known->role, accounts::kOfficer))
        return fail(ProblemCode::not_found, "/account");
    }
    return assign_task(tx, deps->cipher, deps->clock.now(), *number, account.as_string());
  }));
}

Json report_json(const SyncReport& report) {
  const bool finished = to_ms(report.finished) != 0;
  const bool closed = to_ms(report.closed) != 0;
  return Json::object({{"source", "d" + std::to_string(report.download)},
                       {"link", report.link},
                       {"kind", report.kind},
                       {"records", report.records},
                       {"added", report.added},
                       {"changed", report.changed},
                       {"unchanged", report.unchanged},
                       {"faulty", report.faulty},
                       {"missing_here", report.missing_here},
                       {"missing_there", report.missing_there},
                       {"started", to_rfc3339(report.started)},
                       {"finished", finished ? Json(to_rfc3339(report.finished)) : Json()},
                       {"library", "d" + std::to_string(report.series)},
                       {"library_closed", closed ? Json(to_rfc3339(report.closed)) : Json()},
                       {"library_whole", closed ? Json(report.whole) : Json()}});
}

Response get_synchronisations(const Deps& deps, const Request& request) {
  const std::string link(request.query_value("link"));
  Json list = Json::array();
  deps->database->read([&](db::Tx& tx) {
    list = Json::array();
    for (const auto& report : sync_reports(tx, link, kPage)) list.push(report_json(report));
  });
  return Response::json(Json::object({{"synchronisations", std::move(list)}}));
}

// "d7"; items of one sort, a page at a time.
Response get_synchronisation(const Deps& deps, const Request& request) {
  const std::string& id = request.param("source");
  int64_t download = 0;
  if (!id.starts_with('d') || !text::all_digits(id.substr(1)) ||
      !text::parse_i64(id.substr(1), download))
    return http::problem_response(request, fail(ProblemCode::not_found).error());
  const std::string what(request.query_value("what"));
  const auto limit = positive(request.query_value("limit"), kPage, kMostRows, "?limit");
  if (!limit) return http::problem_response(request, limit.error());
  return http::respond(request, deps->database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto report = sync_report(tx, download);
    if (!report) return fail(ProblemCode::not_found);
    Json out = report_json(*report);
    Json items = Json::array();
    for (const auto& item :
         sync_items(tx, download, what, std::string(request.query_value("after")),
                    static_cast<size_t>(*limit)))
      items.push(Json::object({{"key", item.key}, {"subject", item.subject}}));
    out.set("items", std::move(items));
    return out;
  }));
}

}  // namespace

std::vector<http::Route> task_routes(Deps deps) {
  const auto on = [&](Response (*handler)(const Deps&, const Request&)) {
    return [deps, handler](const Request& request) { return handler(deps, request); };
  };
  using accounts::kOfficer;
  return {
      {"GET", "/api/v1/authority/tasks", kOfficer,
       "What the authority asks to do, newest first (kind, link, state, assigned, overdue=1, "
       "before, "
       "limit)",
       on(get_tasks)},
      {"GET", "/api/v1/authority/tasks/{number}", kOfficer, "One task with all it says",
       on(get_task)},
      {"POST", "/api/v1/authority/tasks/{number}/answer", kOfficer,
       "Answer a task: checked, then reported to the authority", on(answer)},
      {"POST", "/api/v1/authority/tasks/{number}/close", kOfficer,
       "Close a task without an answer, with a reason", on(close)},
      {"PUT", "/api/v1/authority/tasks/{number}/assignee", kOfficer,
       "Who works on it (account; empty: nobody in particular)", on(assign)},
      {"GET", "/api/v1/authority/synchronisations", kOfficer,
       "Full synchronisations with their counts, newest first (link)", on(get_synchronisations)},
      {"GET", "/api/v1/authority/synchronisations/{source}", kOfficer,
       "One report (what: added, changed, missing_here, missing_there; after, limit); "
       "missing_there "
       "is told at the last file of a library_whole",
       on(get_synchronisation)},
  };
}

}  // namespace beian::authority
