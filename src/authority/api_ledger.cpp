// Routes of the ledger: search, one file, its bytes, and the two things that a person may ask for.
#include "accounts/accounts.hpp"
#include "authority/api.hpp"
#include "authority/ledger_view.hpp"
#include "authority/resend.hpp"
#include "orders/seen.hpp"

namespace beian::authority {
namespace {

using Deps = std::shared_ptr<const ApiDeps>;

http::Response list_ledger(const Deps& deps, const http::Request& request) {
  const auto query = read_ledger_query(
      [&](std::string_view name) { return std::string(request.query_value(name)); });
  if (!query) return http::problem_response(request, query.error());
  return http::Response::json(
      deps->database->read_value([&](db::Tx& tx) { return ledger_page(tx, *query); }));
}

http::Response one_entry(const Deps& deps, const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id) return http::problem_response(request, id.error());
  return http::respond(request, deps->database->read_value([&](db::Tx& tx) {
    return ledger_entry(tx, deps->cipher, *id);
  }));
}

// Whose data stand in the file can read that it was looked at.
void note_orders_seen(const ApiDeps& deps, const http::Caller& caller, const LedgerId& id) {
  if (id.direction != 'u') return;
  std::vector<orders::Look> looks;
  const auto records =
      deps.database->read_value([&](db::Tx& tx) { return ledger::records_of(tx, id.number); });
  for (const auto& record : records)
    if (!record.order_id.empty()) looks.push_back({record.order_id, "file"});
  orders::note_seen(*deps.database, deps.clock.now(), caller, looks);
}

http::Response entry_bytes(const Deps& deps, const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id) return http::problem_response(request, id.error());
  auto read =
      read_ledger_bytes(*deps->database, deps->blobs, deps->clock.now(), *id,
                        request.query_value("part") == "envelope", request.caller.account_id);
  if (!read) return http::problem_response(request, read.error());
  note_orders_seen(*deps, request.caller, *id);
  http::Response response;
  response.headers = {{"Content-Type", read->xml ? "application/xml" : "application/octet-stream"},
                      {"Content-Disposition",
                       "attachment; filename=\"" + read->name + (read->xml ? ".xml\"" : ".bin\"")},
                      {"Cache-Control", "no-store"}};
  response.body = std::move(read->bytes);
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

Result<int64_t> upload_number(const http::Request& request) {
  const auto id = parse_ledger_id(request.param("id"));
  if (!id || id->direction != 'u') return fail(ProblemCode::not_found);
  return id->number;
}

http::Response resend_plan(const Deps& deps, const http::Request& request) {
  const auto number = upload_number(request);
  if (!number) return http::problem_response(request, number.error());
  const auto plan =
      deps->database->read_value([&](db::Tx& tx) { return plan_resend(tx, *number); });
  if (!plan) return http::problem_response(request, plan.error());
  return http::Response::json(Json::object({{"possible", plan->possible}, {"text", plan->text}}));
}

http::Response resend(const Deps& deps, const http::Request& request) {
  const auto number = upload_number(request);
  if (!number) return http::problem_response(request, number.error());
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto asked = ask_resend(*deps->database, deps->clock.now(), *number,
                                (*body)["reason"].as_string(), request.caller.account_id);
  if (!asked) return http::problem_response(request, asked.error());
  deps->nudge();
  return http::Response::no_content();
}

}  // namespace

std::vector<http::Route> ledger_routes(const std::shared_ptr<const ApiDeps>& deps) {
  const auto bind = [&](http::Response (*handler)(const Deps&, const http::Request&)) {
    return [deps, handler](const http::Request& request) { return handler(deps, request); };
  };
  using accounts::kOfficer;
  return {
      {"GET", "/api/v1/authority/ledger", kOfficer,
       "Uploaded and downloaded files, newest first (link, order, direction, state, sequence, "
       "file, "
       "text, since, until, before, limit)",
       bind(list_ledger)},
      {"GET", "/api/v1/authority/ledger/{id}", kOfficer,
       "One file with its records, or with what each of its items did, and its trace",
       bind(one_entry)},
      {"GET", "/api/v1/authority/ledger/{id}/bytes", kOfficer,
       "The file's XML, or its sealed bytes (part=envelope)", bind(entry_bytes)},
      {"POST", "/api/v1/authority/ledger/{id}/apply", kOfficer,
       "Try once more to apply a download that was set aside", bind(apply_again)},
      {"GET", "/api/v1/authority/ledger/{id}/resend", kOfficer,
       "What sending an accepted file once more would do", bind(resend_plan)},
      {"POST", "/api/v1/authority/ledger/{id}/resend", kOfficer,
       "Send an accepted file once more because the authority asks for it (reason)", bind(resend)},
  };
}

}  // namespace beian::authority
