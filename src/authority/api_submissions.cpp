// Submissions by an officer's hand, and what became of all of them.
#include <algorithm>
#include <memory>

#include "accounts/accounts.hpp"
#include "authority/api.hpp"
#include "authority/operation.hpp"
#include "authority/queue.hpp"
#include "authority/repeat.hpp"
#include "authority/submission.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/log/log.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;

constexpr int64_t kPage = 50, kMostRows = 500;

const LinkConfig* find_link(const ApiDeps& deps, const std::string& id) {
  const auto it = std::ranges::find(deps.links, id, &LinkConfig::id);
  return it == deps.links.end() ? nullptr : &*it;
}

// Without the body: it holds personal data (see submission_body).
Json submission_json(const Submission& submission) {
  Json out = Json::object();
  out.set("number", submission.number);
  out.set("link", submission.link);
  out.set("operation", submission.operation);
  const auto* operation = find_operation(submission.operation);
  out.set("title", operation ? std::string(operation->title) : "");
  out.set("subject",
          Json::object({{"kind", submission.subject.kind}, {"id", submission.subject.id}}));
  out.set("state", submission.state);
  out.set("problem", submission.state == "held" ? submission.problem : "");
  out.set("outcomes", submission.outcomes);
  out.set("created", to_rfc3339(submission.created));
  out.set("changed", to_rfc3339(submission.changed));
  return out;
}

// Pictures that come inside ("content": base64) go into the blob store, within the authority's
// limit, as an order's do.
Status keep_pictures(const ApiDeps& deps, Json& body) {
  Problems problems;
  Json* list = body.find("attachments");
  if (!list || !list->is_array()) return {};
  for (size_t i = 0; i < list->size(); ++i) {
    Json& one = list->items()[i];
    const Json* content = one.find("content");
    if (!content) continue;
    const std::string at = "/body/attachments/" + std::to_string(i);
    const auto bytes = base64_decode(content->as_string());
    if (!bytes) {
      append_under(problems, at + "/content", bytes.error());
      continue;
    }
    const auto kept = materials::prepare(deps.blobs, deps.clock.now(), "",
                                         static_cast<int>(one["purpose"].as_int()),
                                         one["owner"].as_string(), "", *bytes);
    if (!kept) {
      append_under(problems, at, kept.error());
      continue;
    }
    one.erase("content");
    one.set("blob", kept->reported);
    one.set("format", 1);  // whatever it was, a JPEG now
  }
  return status_of(std::move(problems));
}

struct Asked {
  const LinkConfig* link;
  const Operation* operation;
};

// What is asked for, before its body is looked at.
Result<Asked> read_asked(const ApiDeps& deps, const Json& given) {
  Problems problems;
  const auto* link = find_link(deps, given["link"].as_string());
  if (!link)
    problems.push_back({ProblemCode::code_unknown, "/link", {{"code", given["link"].as_string()}}});
  const auto* operation = find_operation(given["operation"].as_string());
  if (!operation || operation->orders_only)
    problems.push_back(
        {ProblemCode::code_unknown, "/operation", {{"code", given["operation"].as_string()}}});
  const Json* body = given.find("body");
  if (!body || !body->is_object())
    problems.push_back({ProblemCode::wrong_type, "/body", {{"expected", "object"}}});
  for (const auto& [name, value] : given.members())
    if (name != "link" && name != "operation" && name != "body")
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  if (auto status = status_of(std::move(problems)); !status) return fail(status);
  return Asked{link, operation};
}

// The pictures kept, and all of it fit for the wire.
Status prepare_body(const ApiDeps& deps, const Asked& asked, Json& body) {
  if (const auto kept = keep_pictures(deps, body); !kept) return fail(kept);
  const auto profile = wire::Profile::named(asked.link->profile);
  if (!profile) return fail(profile);
  const auto good =
      check_body(*profile, *asked.operation, body, deps.blobs, asked.link->provider_id);
  if (good) return {};
  Problems problems;
  append_under(problems, "/body", good.error());
  return std::unexpected(std::move(problems));
}

struct Made {
  Json submission;
  bool repeated = false;  // the request came before: this is what it made then
};

Result<Made> made_before(db::Tx& tx, const ApiDeps& deps, int64_t number) {
  const auto submission = find_submission(tx, deps.cipher, number);
  if (!submission) return fail(ProblemCode::not_found);
  return Made{submission_json(*submission), true};
}

Result<Made> make(const Deps& deps, const http::Request& request, Json given) {
  const SubmissionRequest key{request.caller.account_id,
                              std::string(request.header("idempotency-key")),
                              deps->cipher.blind_index(to_string(given), "authority.submission")};
  if (auto status = check_request_key(key.key); !status) return fail(status);
  const auto asked = read_asked(*deps, given);
  if (!asked) return fail(asked);
  const auto earlier =
      deps->database->read_value([&](db::Tx& tx) { return submission_of_request(tx, key); });
  if (!earlier) return fail(earlier);
  if (*earlier)
    return deps->database->read_value(
        [&](db::Tx& tx) { return made_before(tx, *deps, **earlier); });

  Json& body = *given.find("body");
  if (auto status = prepare_body(*deps, *asked, body); !status) return fail(status);
  const NewSubmission submission{asked->link->id,
                                 std::string(asked->operation->name),
                                 {"manual", request.caller.account_id},
                                 "",
                                 body};
  return deps->database->write_result([&](db::Tx& tx) -> Result<Made> {
    const auto now = deps->clock.now();
    const auto meanwhile = claim_request(tx, now, key);
    if (!meanwhile) return fail(meanwhile);
    if (*meanwhile) return made_before(tx, *deps, **meanwhile);
    const auto number = submit(tx, deps->cipher, now, submission);
    if (!number) return fail(number);
    name_submission(tx, key, *number);
    return Made{submission_json(*find_submission(tx, deps->cipher, *number))};
  });
}

http::Response create(const Deps& deps, const http::Request& request) {
  auto given = request.json_body();
  if (!given) return http::problem_response(request, given.error());
  const auto made = make(deps, request, std::move(*given));
  if (!made) return http::problem_response(request, made.error());
  const auto number = std::to_string(made->submission["number"].as_int());
  if (!made->repeated) {
    deps->nudge();
    log::info("authority.submitted", {{"number", number},
                                      {"operation", made->submission["operation"].as_string()},
                                      {"account", request.caller.account_id}});
  }
  auto response = http::Response::json(made->submission, made->repeated ? 200 : 201);
  http::set_header(response.headers, "Location", "/api/v1/authority/submissions/" + number);
  return response;
}

Result<int64_t> whole_number(const std::string& text, const std::string& field, int64_t most) {
  int64_t number = 0;
  if (!text::all_digits(text) || !text::parse_i64(text, number) || number < 1)
    return fail(ProblemCode::bad_format, field);
  if (number > most)
    return fail(ProblemCode::out_of_range, field, {{"min", "1"}, {"max", std::to_string(most)}});
  return number;
}

Result<SubmissionFilter> filter_of(const http::Request& request) {
  SubmissionFilter filter;
  filter.link = request.query_value("link");
  filter.operation = request.query_value("operation");
  filter.state = request.query_value("state");
  filter.subject.kind = request.query_value("subject_kind");
  filter.subject.id = request.query_value("subject");
  filter.limit = kPage;
  if (const std::string before(request.query_value("before")); !before.empty()) {
    const auto number = whole_number(before, "/before", INT64_MAX);
    if (!number) return fail(number);
    filter.before = *number;
  }
  if (const std::string limit(request.query_value("limit")); !limit.empty()) {
    const auto number = whole_number(limit, "/limit", kMostRows);
    if (!number) return fail(number);
    filter.limit = static_cast<size_t>(*number);
  }
  return filter;
}

http::Response list(const Deps& deps, const http::Request& request) {
  const auto filter = filter_of(request);
  if (!filter) return http::problem_response(request, filter.error());
  Json rows = Json::array();
  deps->database->read([&](db::Tx& tx) {
    rows = Json::array();
    for (const auto& submission : list_submissions(tx, deps->cipher, *filter))
      rows.push(submission_json(submission));
  });
  return http::Response::json(Json::object({{"submissions", std::move(rows)}}));
}

int64_t number_of(const http::Request& request) {
  return whole_number(request.param("number"), "", INT64_MAX).value_or(0);
}

http::Response show(const Deps& deps, const http::Request& request) {
  return http::respond(request, deps->database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto submission = find_submission(tx, deps->cipher, number_of(request));
    if (!submission) return fail(ProblemCode::not_found);
    Json out = submission_json(*submission);
    Json uploads = Json::array();
    for (const int64_t upload : ledger::uploads_of_submission(tx, submission->number))
      uploads.push("u" + std::to_string(upload));
    out.set("uploads", std::move(uploads));
    return out;
  }));
}

// Personal data: who looked is logged. The filing password is shown to nobody.
http::Response body(const Deps& deps, const http::Request& request) {
  auto found = deps->database->read_value([&](db::Tx& tx) -> Result<Json> {
    auto submission = find_submission(tx, deps->cipher, number_of(request));
    if (!submission) return fail(ProblemCode::not_found);
    return std::move(submission->body);
  });
  if (!found) return http::problem_response(request, found.error());
  found->erase("filing_password");
  log::info("authority.submission_read",
            {{"number", request.param("number")}, {"account", request.caller.account_id}});
  auto response = http::Response::json(*found);
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

http::Response take_back(const Deps& deps, const http::Request& request) {
  const auto done = deps->database->write_result(
      [&](db::Tx& tx) { return withdraw(tx, deps->clock.now(), number_of(request)); });
  if (!done) return http::problem_response(request, done.error());
  log::info("authority.submission_withdrawn",
            {{"number", request.param("number")}, {"account", request.caller.account_id}});
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> submission_routes(const Deps& deps) {
  const auto bind = [&](http::Response (*handler)(const Deps&, const http::Request&)) {
    return [deps, handler](const http::Request& request) { return handler(deps, request); };
  };
  using accounts::kOfficer;
  return {
      {"POST", "/api/v1/authority/submissions", kOfficer,
       "Report something to the authority besides orders: link, operation, body (Idempotency-Key)",
       bind(create)},
      {"GET", "/api/v1/authority/submissions", kOfficer,
       "Submissions, newest first (link, operation, state, subject_kind, subject, before, limit)",
       bind(list)},
      {"GET", "/api/v1/authority/submissions/{number}", kOfficer,
       "One submission: its state, what the authority said, the files it was in", bind(show)},
      {"GET", "/api/v1/authority/submissions/{number}/body", kOfficer,
       "What is submitted, without the filing password", bind(body)},
      {"POST", "/api/v1/authority/submissions/{number}/withdraw", kOfficer,
       "Take a submission back while it waits", bind(take_back)},
  };
}

}  // namespace beian::authority
