#include "batches/api.hpp"

#include <array>

#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "batches/columns.hpp"
#include "batches/intake.hpp"
#include "batches/report.hpp"
#include "batches/run.hpp"
#include "platform/http/problem_list.hpp"

namespace beian::batches {
namespace {

using http::Request;
using http::Response;

constexpr int64_t kMostLimit = 200;
constexpr std::string_view kXlsxType =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

Response uncached(Response response) {
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

Json batch_json(const Context& context, db::Tx& tx, const Batch& batch) {
  const auto counts = Store(context.orders->cipher).counts(tx, batch.id);
  Json rows = Json::object();
  for (const auto state : {RowState::waiting, RowState::good, RowState::bad, RowState::created,
                           RowState::not_submitted, RowState::submitted}) {
    const auto found = counts.find(state);
    rows.set(name_of(state), found == counts.end() ? int64_t{0} : found->second);
  }
  return Json::object({{"id", batch.id},
                       {"format", batch.format},
                       {"mode", name_of(batch.goal)},
                       {"stage", batch.done ? "done" : name_of(batch.stage)},
                       {"done", batch.done},
                       {"ask", batch.ask},
                       {"total", batch.total},
                       {"rows", std::move(rows)},
                       {"created", to_rfc3339(batch.created)},
                       {"updated", to_rfc3339(batch.updated)}});
}

// Problems with the column that they belong to, as the sheet names it.
Json problems_of(const Problems& problems, Language language) {
  Json list = http::problems_json(problems, language);
  for (size_t i = 0; i < problems.size(); ++i)
    if (const Column* column = column_at(problems[i].field))
      list.items()[i].set("column", title_of(*column, language));
  return list;
}

Json row_json(const Row& row, Language language) {
  return Json::object({{"row", row.number},
                       {"line", row.line},
                       {"state", name_of(row.state)},
                       {"state_title", title_of(row.state)},
                       {"kind", row.kind.empty() ? Json() : Json(row.kind)},
                       {"order", row.order_id.empty() ? Json() : Json(row.order_id)},
                       {"problems", problems_of(row.problems, language)},
                       {"missing", problems_of(row.missing, language)}});
}

// "check" (or nothing), "create", "submit".
Result<Stage> mode_of(std::string_view name, const std::string& field) {
  if (name.empty()) return Stage::check;
  const auto stage = stage_named(name);
  if (!stage) return fail(ProblemCode::code_unknown, field, {{"code", std::string(name)}});
  return *stage;
}

Response post_batch(const Context& context, const Request& request) {
  Problems problems;
  Batch wish;
  const auto mode = mode_of(request.query_value("mode"), "/mode");
  if (mode)
    wish.goal = *mode;
  else
    append_under(problems, "", mode.error());
  const auto ask = request.query_value("ask");
  if (!ask.empty() && ask != "0" && ask != "1")
    problems.push_back({ProblemCode::code_unknown, "/ask", {{"code", std::string(ask)}}});
  wish.ask = ask == "1";
  const auto format = format_of(request.header("content-type"), request.body);
  if (!format) append_under(problems, "", format.error());
  if (!problems.empty()) return http::problem_response(request, problems);
  wish.format = name_of(*format);
  const auto rows = read_rows(*format, request.body, context.limits);
  if (!rows) return http::problem_response(request, rows.error());
  const auto taken = take(context, request.caller, std::move(wish), *rows,
                          std::string(request.header("idempotency-key")), request.body);
  if (!taken) return http::problem_response(request, taken.error());
  const Json json = context.database().read_value(
      [&](db::Tx& tx) { return batch_json(context, tx, taken->batch); });
  Response response = uncached(Response::json(json, taken->repeated ? 200 : 202));
  response.headers.emplace_back("Location", "/api/v1/batches/" + taken->batch.id);
  return response;
}

Result<int64_t> number_of(const Request& request, std::string_view name, int64_t otherwise,
                          int64_t max) {
  const auto given = request.query_value(name);
  if (given.empty()) return otherwise;
  int64_t number = 0;
  const int64_t min = name == "limit" ? 1 : 0;
  if (!text::parse_i64(given, number) || number < min || number > max)
    return fail(ProblemCode::out_of_range, "/" + std::string(name),
                {{"min", std::to_string(min)}, {"max", std::to_string(max)}});
  return number;
}

Response get_batches(const Context& context, const Request& request) {
  const auto limit = number_of(request, "limit", 20, kMostLimit);
  if (!limit) return http::problem_response(request, limit.error());
  return uncached(Response::json(context.database().read_value([&](db::Tx& tx) {
    auto found =
        Store(context.orders->cipher)
            .of_account(tx, request.caller.account_id, std::string(request.query_value("before")),
                        static_cast<size_t>(*limit) + 1);
    const bool more = static_cast<int64_t>(found.size()) > *limit;
    if (more) found.pop_back();
    Json list = Json::array();
    for (const auto& batch : found) list.push(batch_json(context, tx, batch));
    return Json::object(
        {{"batches", std::move(list)}, {"next", more ? Json(found.back().id) : Json()}});
  })));
}

Response get_batch(const Context& context, const Request& request) {
  return uncached(
      http::respond(request, context.database().read_value([&](db::Tx& tx) -> Result<Json> {
        const auto batch = own_batch(context, tx, request.caller.account_id, request.param("id"));
        if (!batch) return fail(batch);
        return batch_json(context, tx, *batch);
      })));
}

Response get_rows(const Context& context, const Request& request) {
  Problems problems;
  const auto limit = number_of(request, "limit", 50, kMostLimit);
  if (!limit) append_under(problems, "", limit.error());
  const auto after = number_of(request, "after", 0, 1'000'000'000);
  if (!after) append_under(problems, "", after.error());
  std::optional<RowState> state;
  if (const auto name = request.query_value("state"); !name.empty()) {
    state = row_state_named(name);
    if (!state)
      problems.push_back({ProblemCode::code_unknown, "/state", {{"code", std::string(name)}}});
  }
  if (!problems.empty()) return http::problem_response(request, problems);
  return uncached(
      http::respond(request, context.database().read_value([&](db::Tx& tx) -> Result<Json> {
        const auto batch = own_batch(context, tx, request.caller.account_id, request.param("id"));
        if (!batch) return fail(batch);
        auto rows = Store(context.orders->cipher)
                        .rows(tx, batch->id, state, *after, static_cast<size_t>(*limit) + 1);
        const bool more = static_cast<int64_t>(rows.size()) > *limit;
        if (more) rows.pop_back();
        Json list = Json::array();
        for (const auto& row : rows) list.push(row_json(row, http::language_of(request)));
        return Json::object(
            {{"rows", std::move(list)}, {"next", more ? Json(rows.back().number) : Json()}});
      })));
}

Response post_continue(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  Problems problems;
  for (const auto& [name, value] : body->members())
    if (name != "to") problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  const Json* to = body->find("to");
  if (!to) problems.push_back({ProblemCode::required, "/to", {}});
  const auto goal = mode_of(to ? to->as_string() : "", "/to");
  if (!goal) append_under(problems, "", goal.error());
  if (goal && to && *goal == Stage::check)
    problems.push_back({ProblemCode::code_unknown, "/to", {{"code", to_string(*to)}}});
  if (!problems.empty()) return http::problem_response(request, problems);
  const auto batch = go_on(context, request.caller, request.param("id"), *goal);
  if (!batch) return http::problem_response(request, batch.error());
  return uncached(Response::json(
      context.database().read_value([&](db::Tx& tx) { return batch_json(context, tx, *batch); }),
      202));
}

Response file(std::string_view type, const std::string& name, std::string bytes) {
  return {200,
          {{"Content-Type", std::string(type)},
           {"Content-Disposition", "attachment; filename=\"" + name + "\""},
           {"X-Content-Type-Options", "nosniff"},
           {"Cache-Control", "no-store"}},
          std::move(bytes)};
}

Response get_report(const Context& context, const Request& request, bool xlsx) {
  const auto batch = context.database().read_value([&](db::Tx& tx) {
    return own_batch(context, tx, request.caller.account_id, request.param("id"));
  });
  if (!batch) return http::problem_response(request, batch.error());
  const Language language = http::language_of(request);
  if (xlsx)
    return file(kXlsxType, "batch-" + batch->id + ".xlsx",
                report_xlsx(context, batch->id, language));
  return file("text/csv; charset=utf-8", "batch-" + batch->id + ".csv",
              report_csv(context, batch->id, language));
}

Response get_template(const Request& request, bool xlsx) {
  const Language language = http::language_of(request);
  if (xlsx) return file(kXlsxType, "beian-orders.xlsx", template_xlsx(language));
  return file("text/csv; charset=utf-8", "beian-orders.csv", template_csv(language));
}

}  // namespace

BatchesApi::BatchesApi(std::shared_ptr<const orders::Context> orders, Limits limits)
    : context_(std::make_shared<Context>(Context{std::move(orders), limits})) {}

std::vector<http::Route> BatchesApi::routes() const {
  using namespace accounts;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return
        [context = context_, handle](const Request& request) { return handle(*context, request); };
  };
  const auto report = [&](bool xlsx) {
    return [context = context_, xlsx](const Request& request) {
      return get_report(*context, request, xlsx);
    };
  };
  const auto blank = [](bool xlsx) {
    return [xlsx](const Request& request) { return get_template(request, xlsx); };
  };
  return {
      {"POST", "/api/v1/batches", kOrdersWrite,
       "Many orders from a CSV, XLSX or JSON body (?mode=check|create|submit&ask=; "
       "Idempotency-Key)",
       on(post_batch)},
      {"GET", "/api/v1/batches", kOrdersRead, "List own batches, newest first", on(get_batches)},
      {"GET", "/api/v1/batches/template.csv", kOrdersRead, "An empty sheet, CSV", blank(false)},
      {"GET", "/api/v1/batches/template.xlsx", kOrdersRead,
       "An empty sheet with explanations, XLSX", blank(true)},
      {"GET", "/api/v1/batches/{id}", kOrdersRead, "How far a batch is", on(get_batch)},
      {"GET", "/api/v1/batches/{id}/rows", kOrdersRead,
       "The rows with their problems (?state=&after=&limit=)", on(get_rows)},
      {"GET", "/api/v1/batches/{id}/report.csv", kOrdersRead, "The result of each row, CSV",
       report(false)},
      {"GET", "/api/v1/batches/{id}/report.xlsx", kOrdersRead, "The result of each row, XLSX",
       report(true)},
      {"POST", "/api/v1/batches/{id}/continue", kOrdersWrite,
       "Create or submit the orders of a batch that was only checked or created",
       on(post_continue)},
  };
}

void BatchesApi::on_jobs(jobs::Worker& worker) const {
  batches::on_jobs(*context_, worker);
}

void BatchesApi::schedule() const {
  batches::schedule(*context_);
}

}  // namespace beian::batches
