// JSON or CSV in, call, JSON out.
#include "resources/api.hpp"

#include <sstream>

#include "accounts/accounts.hpp"
#include "accounts/body.hpp"
#include "platform/http/problem_list.hpp"
#include "resources/codes.hpp"
#include "resources/keep.hpp"

namespace beian::resources {
namespace {

using http::Request;
using http::Response;

constexpr size_t kPage = 50;

bool sees_all(const Request& request) {
  return accounts::holds(request.caller, accounts::kResources) ||
         accounts::holds(request.caller, accounts::kAudit);
}

std::string name_of_account(db::Tx& tx, const std::string& id) {
  const auto account = accounts::find_account(tx, id);
  return account ? account->name : std::string();
}

Json resource_json(const Context& context, db::Tx& tx, const Resource& r) {
  Json addresses = Json::array();
  for (const auto& range : r.addresses) addresses.push(range);
  Json reasons = Json::array();
  for (auto& reason : unfit(r, context.limits, context.today())) reasons.push(std::move(reason));
  if (r.taken >= r.quota) reasons.push("可备案次数已用完");
  const Product* p = product(r.product);
  return Json::object({{"source_id", r.source_id},
                       {"account", name_of_account(tx, r.account_id)},
                       {"product", r.product},
                       {"product_title", p ? p->title_zh : r.product},
                       {"region", r.region},
                       {"mainland", r.mainland},
                       {"billing", name_of(r.billing)},
                       {"from", r.from_day},
                       {"until", r.until_day.empty() ? Json() : Json(r.until_day)},
                       {"addresses", std::move(addresses)},
                       {"quota", r.quota},
                       {"taken", r.taken},
                       {"left", r.quota - r.taken},
                       {"released", r.released},
                       {"usable", reasons.size() == 0},
                       {"unfit", std::move(reasons)}});
}

// The owner reads the code; who it is granted to, too.
Json code_json(const Context& context, db::Tx& tx, const Code& c) {
  const auto resource = context.store.load(tx, c.resource_id);
  return Json::object(
      {{"id", c.id},
       {"code", c.code},
       {"resource", resource ? Json(resource->source_id) : Json()},
       {"state", name_of(c.state)},
       {"state_title", chinese_of(c.state)},
       {"granted_to", c.grantee.empty() ? Json() : Json(name_of_account(tx, c.grantee))},
       {"order", c.order_id.empty() ? Json() : Json(c.order_id)},
       {"created", to_rfc3339(c.created)},
       {"changed", to_rfc3339(c.changed)}});
}

Response uncached(Response response) {
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

Response answer(const Request& request, Result<Json> json, int status = 200) {
  if (!json) return http::problem_response(request, json.error());
  return uncached(Response::json(*json, status));
}

Json shown(const Context& context, const Resource& r) {
  return context.database->read_value([&](db::Tx& tx) { return resource_json(context, tx, r); });
}

Result<Json> shown(const Context& context, const Result<Code>& code) {
  if (!code) return fail(code);
  return context.database->read_value([&](db::Tx& tx) { return code_json(context, tx, *code); });
}

Result<Resource> readable(const Context& context, db::Tx& tx, const Request& request) {
  if (!sees_all(request))
    return own_resource(context, tx, request.caller.account_id, request.param("source_id"));
  auto found = context.store.by_source(tx, request.param("source_id"));
  if (!found) return fail(ProblemCode::not_found);
  return std::move(*found);
}

Response get_resources(const Context& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    std::string after;
    if (const auto last = context.store.by_source(tx, std::string(request.query_value("after"))))
      after = last->id;
    const std::string owner = sees_all(request) ? "" : request.caller.account_id;
    auto found = context.store.list(tx, owner, after, kPage + 1);
    const bool more = found.size() > kPage;
    if (more) found.pop_back();
    Json list = Json::array();
    for (const auto& r : found) list.push(resource_json(context, tx, r));
    return Json::object(
        {{"resources", std::move(list)}, {"next", more ? Json(found.back().source_id) : Json()}});
  }));
}

Response get_resource(const Context& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto r = readable(context, tx, request);
    if (!r) return fail(r);
    return resource_json(context, tx, *r);
  }));
}

Response get_history(const Context& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto r = readable(context, tx, request);
    if (!r) return fail(r);
    return Json::object({{"history", context.store.history(tx, r->id)}});
  }));
}

Response put_resource(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto kept = put(context, request.caller.account_id, request.param("source_id"), *body);
  if (!kept) return http::problem_response(request, kept.error());
  return uncached(Response::json(shown(context, kept->resource), kept->created ? 201 : 200));
}

Response delete_resource(const Context& context, const Request& request) {
  const auto gone = release(context, request.caller.account_id, request.param("source_id"));
  if (!gone) return http::problem_response(request, gone.error());
  return uncached(Response::json(shown(context, *gone)));
}

Response post_import(const Context& context, const Request& request) {
  std::istringstream in(request.body);
  const bool dry_run = request.query_value("dry_run") == "1";
  const auto report = import_csv(context, request.caller.account_id, in, dry_run);
  if (!report) return http::problem_response(request, report.error());
  Json lines = Json::array();
  for (const auto& line : report->lines) {
    Json one =
        Json::object({{"line", line.line}, {"source_id", line.source_id}, {"effect", line.effect}});
    if (!line.problems.empty())
      one.set("problems", http::problems_json(line.problems, http::language_of(request)));
    lines.push(std::move(one));
  }
  return uncached(Response::json(Json::object({{"applied", !dry_run},
                                               {"created", report->created},
                                               {"changed", report->changed},
                                               {"unchanged", report->unchanged},
                                               {"bad", report->bad},
                                               {"lines", std::move(lines)}})));
}

Response post_codes(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  accounts::Body in(*body);
  const auto count = in.optional_int("count", 1, INT64_MAX);
  if (const auto ok = in.finish(); !ok) return http::problem_response(request, ok.error());
  const auto made =
      create_codes(context, request.caller, request.param("source_id"), count.value_or(1));
  if (!made) return http::problem_response(request, made.error());
  Json list = Json::array();
  context.database->read([&](db::Tx& tx) {
    list = Json::array();
    for (const Code& code : *made) list.push(code_json(context, tx, code));
  });
  return uncached(Response::json(Json::object({{"codes", std::move(list)}}), 201));
}

Response get_codes(const Context& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    auto found = context.store.codes(tx, request.caller.account_id,
                                     std::string(request.query_value("before")), kPage + 1);
    const bool more = found.size() > kPage;
    if (more) found.pop_back();
    Json list = Json::array();
    for (const auto& code : found) list.push(code_json(context, tx, code));
    return Json::object(
        {{"codes", std::move(list)}, {"next", more ? Json(found.back().id) : Json()}});
  }));
}

Response delete_code(const Context& context, const Request& request) {
  return answer(request, shown(context, revoke(context, request.caller, request.param("id"))));
}

struct Grant {
  std::string account;
  std::optional<Secret> password;
};
Result<Grant> read_grant(const Request& request, bool with_account) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  accounts::Body in(*body);
  Grant out;
  if (with_account) out.account = in.text("account");
  if (auto password = in.optional_text("password")) out.password = Secret(std::move(*password));
  if (const auto ok = in.finish(); !ok) return fail(ok);
  return out;
}

Response put_grant(const Context& context, const Request& request) {
  const auto wanted = read_grant(request, true);
  if (!wanted) return http::problem_response(request, wanted.error());
  return answer(request, shown(context, grant(context, request.caller, request.param("id"),
                                              wanted->account, wanted->password)));
}

Response delete_grant(const Context& context, const Request& request) {
  return answer(request, shown(context, take_back(context, request.caller, request.param("id"))));
}

Response get_allowed(const Context& context, const Request& request) {
  return answer(request, context.database->read_value([&](db::Tx& tx) -> Result<Json> {
    Json list = Json::array();
    for (const auto& id : context.store.allowed_of(tx, request.caller.account_id))
      list.push(name_of_account(tx, id));
    return Json::object({{"accounts", std::move(list)}});
  }));
}

Response put_allowed(const Context& context, const Request& request) {
  const auto wanted = read_grant(request, false);
  if (!wanted) return http::problem_response(request, wanted.error());
  const auto done = allow(context, request.caller, request.param("account"), wanted->password);
  return done ? Response::no_content() : http::problem_response(request, done.error());
}

Response delete_allowed(const Context& context, const Request& request) {
  const auto done = disallow(context, request.caller.account_id, request.param("account"));
  return done ? Response::no_content() : http::problem_response(request, done.error());
}

}  // namespace

ResourcesApi::ResourcesApi(std::shared_ptr<db::Database> database, const Clock& clock,
                           const crypto::ColumnCipher& cipher, Limits limits)
    : context_(std::make_shared<Context>(Context{std::move(database), clock, cipher, limits})) {}

std::vector<http::Route> ResourcesApi::routes() {
  using namespace accounts;
  const auto on = [this](Response (*handle)(const Context&, const Request&)) {
    return [context = context_, handle](const Request& r) { return handle(*context, r); };
  };
  return {
      {"GET", "/api/v1/resources", kOrdersRead,
       "Own resources, with what entitles them to nothing (after); officers: all",
       on(get_resources)},
      {"POST", "/api/v1/resources/import", kResources,
       "Resources from a CSV file, with a result for each line (dry_run=1)", on(post_import)},
      {"GET", "/api/v1/resources/{source_id}", kOrdersRead, "One resource", on(get_resource)},
      {"PUT", "/api/v1/resources/{source_id}", kResources,
       "What a customer has bought, as the provider names it", on(put_resource)},
      {"DELETE", "/api/v1/resources/{source_id}", kResources,
       "The instance is gone: unused codes become void", on(delete_resource)},
      {"GET", "/api/v1/resources/{source_id}/history", kOrdersRead,
       "Everything that happened to it and its codes", on(get_history)},
      {"POST", "/api/v1/resources/{source_id}/codes", kOrdersWrite,
       "Authorization codes, at most what is left of the quota (count)", on(post_codes)},
      {"GET", "/api/v1/filing-codes", kOrdersRead,
       "Codes of own resources and those granted to me, newest first (before)", on(get_codes)},
      {"DELETE", "/api/v1/filing-codes/{id}", kOrdersWrite, "Revokes an unused code",
       on(delete_code)},
      {"PUT", "/api/v1/filing-codes/{id}/grant", kOrdersWrite,
       "Gives a code to an account, confirmed by the owner's password", on(put_grant)},
      {"DELETE", "/api/v1/filing-codes/{id}/grant", kOrdersWrite, "Takes an unused grant back",
       on(delete_grant)},
      {"GET", "/api/v1/filing-code-accounts", kOrdersRead,
       "Accounts to which codes are granted without confirming", on(get_allowed)},
      {"PUT", "/api/v1/filing-code-accounts/{account}", kOrdersWrite,
       "Puts an account on that list, confirmed by the owner's password", on(put_allowed)},
      {"DELETE", "/api/v1/filing-code-accounts/{account}", kOrdersWrite, "Takes it off",
       on(delete_allowed)},
  };
}

}  // namespace beian::resources
