// JSON or CSV in, call, JSON or CSV out.
#include "addresses/api.hpp"

#include <algorithm>
#include <sstream>

#include "accounts/accounts.hpp"
#include "addresses/edit.hpp"
#include "addresses/import.hpp"
#include "addresses/report.hpp"
#include "addresses/view.hpp"
#include "base/text.hpp"
#include "platform/http/problem_list.hpp"

namespace beian::addresses {
namespace {

using http::Request;
using http::Response;

constexpr int64_t kMostLimit = 200, kUsualLimit = 50;
constexpr size_t kMostIds = 1000, kMostShown = 1000;

bool sees_all(const Request& request) {
  return accounts::holds(request.caller, accounts::kOfficer);
}

Response uncached(Response response) {
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

Response record_response(const Request& request, const Result<Record>& record, int status = 200) {
  if (!record) return http::problem_response(request, record.error());
  Response response = Response::json(record_json(*record, sees_all(request)), status);
  http::set_header(response.headers, "ETag", "\"" + std::to_string(record->version) + "\"");
  return uncached(std::move(response));
}

void refuse_unknown(const Json& body, std::initializer_list<std::string_view> known,
                    Problems& problems) {
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(known, name) == known.end())
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
}

// The version that a change starts from, in the header If-Match or the body; nothing: any.
Result<std::optional<int64_t>> version_of(const Request& request, const Json& body) {
  std::string_view tag = text::trim(request.header("if-match"));
  if (!tag.empty()) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"') tag = tag.substr(1, tag.size() - 2);
    int64_t version = 0;
    if (!text::parse_i64(tag, version)) return fail(ProblemCode::stale_version, "/version");
    return version;
  }
  const Json* version = body.find("version");
  if (!version || version->is_null()) return std::nullopt;
  if (!version->is_int())
    return fail(ProblemCode::wrong_type, "/version", {{"expected", "integer"}});
  return version->as_int();
}

Result<Json> optional_body(const Request& request) {
  if (text::trim(request.body).empty()) return Json::object();
  return request.json_body();
}

Result<std::optional<Block>> block_in_query(const Request& request) {
  const auto name = request.query_value("block");
  if (name.empty()) return std::nullopt;
  const auto block = block_named(name);
  if (!block) return fail(ProblemCode::code_unknown, "?block", {{"code", std::string(name)}});
  return block;
}

Result<Filter> filter_of(const Request& request) {
  Filter filter;
  filter.link = request.query_value("authority");
  filter.name = request.query_value("name");
  const auto block = block_in_query(request);
  if (!block) return fail(block);
  filter.block = *block;
  if (const auto state = request.query_value("state"); !state.empty()) {
    filter.state = state_named(state);
    if (!filter.state)
      return fail(ProblemCode::code_unknown, "?state", {{"code", std::string(state)}});
  }
  if (const auto address = request.query_value("address"); !address.empty()) {
    const auto range = china::parse_ip_range(address);
    if (!range) return fail(range.error().front().code, "?address");
    if (!range->from.is_v4()) return fail(ProblemCode::ipv4_only, "?address");
    filter.touching = Ends{*range->from.to_u32(), *range->to.to_u32()};
  }
  return filter;
}

Result<int64_t> number_in_query(const Request& request, std::string_view name, int64_t otherwise,
                                int64_t most) {
  const auto given = request.query_value(name);
  if (given.empty()) return otherwise;
  int64_t number = 0;
  if (!text::parse_i64(given, number) || number < 1 || number > most)
    return fail(ProblemCode::out_of_range, "?" + std::string(name),
                {{"min", "1"}, {"max", std::to_string(most)}});
  return number;
}

Response get_list(const Context& context, const Request& request) {
  const auto filter = filter_of(request);
  if (!filter) return http::problem_response(request, filter.error());
  const auto limit = number_in_query(request, "limit", kUsualLimit, kMostLimit);
  if (!limit) return http::problem_response(request, limit.error());
  const Store store(context.cipher);
  const std::string after_id(request.query_value("after"));
  auto records = context.database->read_value([&](db::Tx& tx) {
    Place after;
    if (const auto last = store.load(tx, after_id))
      after = {last->link, std::string(name_of(last->block)), last->id, last->ends.first};
    return store.list(tx, *filter, after, static_cast<size_t>(*limit) + 1);
  });
  const bool more = records.size() > static_cast<size_t>(*limit);
  if (more) records.pop_back();
  Json list = Json::array();
  for (const auto& record : records) list.push(record_json(record, false));
  return uncached(Response::json(Json::object(
      {{"records", std::move(list)}, {"next", more ? Json(records.back().id) : Json()}})));
}

Response post_record(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  Problems problems;
  refuse_unknown(*body, {"authority", "block", "document"}, problems);
  const auto block = block_named((*body)["block"].as_string());
  if (!body->find("block"))
    problems.push_back({ProblemCode::required, "/block", {}});
  else if (!block)
    problems.push_back(
        {ProblemCode::code_unknown, "/block", {{"code", (*body)["block"].as_string()}}});
  if (!body->find("document")) problems.push_back({ProblemCode::required, "/document", {}});
  if (!problems.empty()) return http::problem_response(request, problems);
  const auto made = create(context, request.caller.account_id, (*body)["authority"].as_string(),
                           *block, (*body)["document"]);
  Response response = record_response(request, made, 201);
  if (made) response.headers.emplace_back("Location", "/api/v1/addresses/" + made->id);
  return response;
}

Response get_record(const Context& context, const Request& request) {
  const Store store(context.cipher);
  std::vector<CheckFinding> findings;
  const auto record = context.database->read_value([&](db::Tx& tx) {
    findings = store.findings(tx, "", request.param("id"), false, 0, kMostLimit);
    return store.load(tx, request.param("id"));
  });
  if (!record) return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  Json json = record_json(*record, sees_all(request));
  Json list = Json::array();
  for (const auto& finding : findings) list.push(finding_json(finding));
  json.set("check_findings", std::move(list));
  Response response = Response::json(json);
  http::set_header(response.headers, "ETag", "\"" + std::to_string(record->version) + "\"");
  return uncached(std::move(response));
}

Response put_record(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  Problems problems;
  refuse_unknown(*body, {"document", "version"}, problems);
  const auto version = version_of(request, *body);
  if (!version)
    append_under(problems, "", version.error());
  else if (!*version)
    problems.push_back({ProblemCode::required, "/version", {}});
  const Json* document = body->find("document");
  if (!document) problems.push_back({ProblemCode::required, "/document", {}});
  if (!problems.empty()) return http::problem_response(request, problems);
  return record_response(request, change(context, request.caller.account_id, request.param("id"),
                                         *version, *document));
}

Response on_event(const Context& context, const Request& request, Event event) {
  const auto body = optional_body(request);
  if (!body) return http::problem_response(request, body.error());
  const auto version = version_of(request, *body);
  if (!version) return http::problem_response(request, version.error());
  return record_response(
      request, act(context, request.caller.account_id, request.param("id"), *version, event));
}

Response get_history(const Context& context, const Request& request) {
  const Store store(context.cipher);
  const auto history = context.database->read_value(
      [&](db::Tx& tx) { return store.history(tx, request.param("id")); });
  if (history.empty()) return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  return uncached(Response::json(Json::object({{"history", history_json(history)}})));
}

Response post_import(const Context& context, const Request& request) {
  const auto block = block_in_query(request);
  if (!block) return http::problem_response(request, block.error());
  const auto mode = request.query_value("mode");
  if (!mode.empty() && mode != "all" && mode != "good")
    return http::problem_response(
        request, {{ProblemCode::code_unknown, "?mode", {{"code", std::string(mode)}}}});
  ImportOptions options;
  options.link = request.query_value("authority");
  options.block = *block;
  options.dry_run = request.query_value("dry_run") == "1";
  options.good_lines = mode == "good";
  options.actor = request.caller.account_id;
  std::istringstream in(request.body);
  const auto report = import_csv(context, in, options);
  if (!report) return http::problem_response(request, report.error());
  return uncached(Response::json(report_json(*report, http::language_of(request))));
}

Response get_export(const Context& context, const Request& request) {
  const auto filter = filter_of(request);
  if (!filter) return http::problem_response(request, filter.error());
  const bool gbk = request.query_value("encoding") == "gbk";
  Response response;
  const auto done = export_csv(context, *filter, gbk ? csv::Encoding::gbk : csv::Encoding::utf8,
                               [&response](std::string_view part) { response.body += part; });
  if (!done) return http::problem_response(request, done.error());
  response.headers = {{"Content-Type", gbk ? "text/csv; charset=GBK" : "text/csv; charset=utf-8"},
                      {"Content-Disposition", "attachment; filename=\"addresses.csv\""}};
  return uncached(std::move(response));
}

Response get_check(const Context& context, const Request& request) {
  const auto link = link_named(context, std::string(request.query_value("authority")));
  if (!link) return http::problem_response(request, link.error());
  const Store store(context.cipher);
  Json counts;
  const auto checked = context.database->read_value([&](db::Tx& tx) {
    counts = store.counts(tx, link->id);
    return check_link(tx, store, link->id);
  });
  Json list = Json::array();
  int64_t errors = 0, warnings = 0;
  for (const auto& finding : checked.findings) {
    (finding.blocking ? errors : warnings) += 1;
    if (list.size() < kMostShown)
      list.push(finding_json(finding, checked.records, http::language_of(request)));
  }
  return uncached(Response::json(Json::object({{"authority", link->id},
                                               {"counts", std::move(counts)},
                                               {"errors", errors},
                                               {"warnings", warnings},
                                               {"findings", std::move(list)}})));
}

Result<std::vector<std::string>> ids_in(const Json& body) {
  const Json* ids = body.find("ids");
  if (!ids || ids->is_null()) return std::vector<std::string>{};
  if (!ids->is_array()) return fail(ProblemCode::wrong_type, "/ids", {{"expected", "array"}});
  if (ids->size() == 0) return fail(ProblemCode::required, "/ids");
  if (ids->size() > kMostIds)
    return fail(ProblemCode::too_many, "/ids", {{"max", std::to_string(kMostIds)}});
  std::vector<std::string> out;
  for (const auto& id : ids->items()) out.push_back(id.as_string());
  return out;
}

Response post_report(const Context& context, const Request& request) {
  const auto body = optional_body(request);
  if (!body) return http::problem_response(request, body.error());
  Problems problems;
  refuse_unknown(*body, {"authority", "ids"}, problems);
  const auto ids = ids_in(*body);
  if (!ids) append_under(problems, "", ids.error());
  if (!problems.empty()) return http::problem_response(request, problems);
  const auto done =
      report(context, request.caller.account_id, (*body)["authority"].as_string(), *ids);
  if (!done) return http::problem_response(request, done.error());
  Json refused = Json::array();
  for (const auto& one : done->refused)
    refused.push(Json::object(
        {{"id", one.id},
         {"problems", http::problems_json(one.problems, http::language_of(request))}}));
  return uncached(Response::json(Json::object({{"queued", done->queued},
                                               {"refused_count", done->refused_count},
                                               {"refused", std::move(refused)}})));
}

Response get_findings(const Context& context, const Request& request) {
  const auto limit = number_in_query(request, "limit", kUsualLimit, kMostLimit);
  if (!limit) return http::problem_response(request, limit.error());
  const auto before = number_in_query(request, "before", 0, INT64_MAX);
  if (!before) return http::problem_response(request, before.error());
  const Store store(context.cipher);
  const auto found = context.database->read_value([&](db::Tx& tx) {
    return store.findings(tx, std::string(request.query_value("authority")),
                          std::string(request.query_value("record")),
                          request.query_value("open") == "1", *before, static_cast<size_t>(*limit));
  });
  Json list = Json::array();
  for (const auto& finding : found) list.push(finding_json(finding));
  return uncached(Response::json(Json::object({{"findings", std::move(list)}})));
}

Response close_finding(const Context& context, const Request& request) {
  int64_t number = 0;
  if (!text::parse_i64(request.param("number"), number))
    return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  const Store store(context.cipher);
  bool there = false;
  context.database->write(
      [&](db::Tx& tx) { there = store.close_finding(tx, context.clock.now(), number); });
  return there ? Response::no_content()
               : http::problem_response(request, {{ProblemCode::not_found, "", {}}});
}

}  // namespace

AddressesApi::AddressesApi(std::shared_ptr<db::Database> database, const Clock& clock,
                           const crypto::ColumnCipher& cipher, std::vector<Link> links,
                           std::function<void()> nudge)
    : context_(std::make_shared<Context>(
          Context{std::move(database), clock, cipher, std::move(links), std::move(nudge)})) {}

std::vector<http::Route> AddressesApi::routes() {
  using accounts::kOfficer;
  const auto on = [this](Response (*handle)(const Context&, const Request&)) {
    return [context = context_, handle](const Request& r) { return handle(*context, r); };
  };
  const auto event = [this](Event e) {
    return [context = context_, e](const Request& r) { return on_event(*context, r, e); };
  };
  return {
      {"GET", "/api/v1/addresses", kOfficer,
       "List address records (authority, block, state, address, name, after, limit)", on(get_list)},
      {"POST", "/api/v1/addresses", kOfficer, "Create a record of a block", on(post_record)},
      {"GET", "/api/v1/addresses/check", kOfficer, "Overlaps and gaps before anything is reported",
       on(get_check)},
      {"POST", "/api/v1/addresses/report", kOfficer,
       "Report records, or all that wait for it, to the authority", on(post_report)},
      {"POST", "/api/v1/addresses/import", kOfficer,
       "Read a CSV file (authority, block, mode=all or good, dry_run=1), told line by line",
       on(post_import)},
      {"GET", "/api/v1/addresses/export", kOfficer,
       "The records as CSV (filters as in the list, encoding=gbk)", on(get_export)},
      {"GET", "/api/v1/addresses/findings", kOfficer,
       "What the authority's checks found (authority, record, open=1, before, limit)",
       on(get_findings)},
      {"POST", "/api/v1/addresses/findings/{number}/close", kOfficer, "Done with a finding",
       on(close_finding)},
      {"GET", "/api/v1/addresses/{id}", kOfficer,
       "Read a record with its results and the authority's findings", on(get_record)},
      {"PUT", "/api/v1/addresses/{id}", kOfficer, "Change a record (If-Match or version)",
       on(put_record)},
      {"DELETE", "/api/v1/addresses/{id}", kOfficer,
       "Delete a record; what is filed waits for its report", event(Event::remove)},
      {"POST", "/api/v1/addresses/{id}/discard", kOfficer,
       "Give up a change or deletion that was not reported", event(Event::discard)},
      {"POST", "/api/v1/addresses/{id}/withdraw", kOfficer, "Take a record out of the queue",
       event(Event::withdraw)},
      {"GET", "/api/v1/addresses/{id}/history", kOfficer, "Everything that happened to a record",
       on(get_history)},
  };
}

}  // namespace beian::addresses
