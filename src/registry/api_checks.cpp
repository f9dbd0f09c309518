// JSON in, call, JSON out: code tables, check findings, blacklists.
#include "accounts/accounts.hpp"
#include "base/text.hpp"
#include "registry/api.hpp"
#include "registry/blacklist.hpp"
#include "registry/codes.hpp"
#include "registry/findings.hpp"

namespace beian::registry {

namespace {

using http::Request;
using http::Response;

constexpr int64_t kPage = 50, kMostRows = 500;
constexpr size_t kMostReason = 500;  // characters

struct Deps {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  const crypto::ColumnCipher& cipher;
};

Json version_json(const CodeVersion& version) {
  Json out = Json::object(
      {{"table", version.table}, {"title", version.title}, {"version", version.version}});
  const bool delivered = version.download != 0;
  out.set("source", version.source);
  out.set("since", delivered ? Json(to_rfc3339(version.since)) : Json());
  out.set("download", delivered ? Json("d" + std::to_string(version.download)) : Json());
  return out;
}

Result<Json> get_tables(const Deps& deps, const Request&) {
  Json tables = Json::array();
  deps.database->read([&](db::Tx& tx) {
    tables = Json::array();
    for (const auto& version : code_versions(tx)) tables.push(version_json(version));
  });
  return Json::object({{"tables", std::move(tables)}});
}

Result<Json> get_table(const Deps& deps, const Request& request) {
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto current = current_codes(tx, request.param("table"));
    if (!current) return fail(current);
    Json out = version_json(current->version);
    out.set("rows", current->table.json()["rows"]);
    return out;
  });
}

Result<int64_t> number_of(std::string_view text, int64_t otherwise, int64_t most,
                          const std::string& field) {
  if (text.empty()) return otherwise;
  int64_t number = 0;
  if (!text::parse_i64(text, number) || number < 0 || number > most)
    return fail(ProblemCode::out_of_range, field, {{"min", "0"}, {"max", std::to_string(most)}});
  return number;
}

Result<Json> get_findings(const Deps& deps, const Request& request) {
  FindingFilter filter;
  const bool all = accounts::holds(request.caller, accounts::kOfficer) ||
                   accounts::holds(request.caller, accounts::kAudit);
  if (!all) filter.account_id = request.caller.account_id;
  filter.kind = request.query_value("kind");
  filter.state = request.query_value("state");
  const auto before = number_of(request.query_value("before"), 0, int64_t{1} << 60, "?before");
  const auto limit = number_of(request.query_value("limit"), kPage, kMostRows, "?limit");
  if (!before) return fail(before);
  if (!limit) return fail(limit);
  filter.before = *before;
  filter.limit = *limit;
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    return Json::object({{"findings", findings(tx, deps.cipher, filter)}});
  });
}

Result<Json> settle(const Deps& deps, const Request& request) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  const std::string reason(text::trim((*body)["reason"].as_string()));
  if (reason.empty()) return fail(ProblemCode::required, "/reason");
  if (text::length(reason) > kMostReason)
    return fail(ProblemCode::too_long, "/reason", {{"max", std::to_string(kMostReason)}});
  int64_t number = 0;
  if (!text::parse_i64(request.param("number"), number)) return fail(ProblemCode::not_found);
  const auto done = deps.database->write_result([&](db::Tx& tx) {
    return settle_finding(tx, deps.clock.now(), number, request.caller.account_id, reason);
  });
  if (!done) return fail(done);
  return Json::object({{"number", number}, {"state", "settled"}});
}

Result<Json> get_blacklist(const Deps& deps, const Request& request) {
  const std::string list(request.query_value("list"));
  if (list != "entity" && list != "site" && list != "illegal_access")
    return fail(ProblemCode::code_unknown, "?list", {{"code", list}});
  const auto offset = number_of(request.query_value("offset"), 0, int64_t{1} << 60, "?offset");
  const auto limit = number_of(request.query_value("limit"), kPage, kMostRows, "?limit");
  if (!offset) return fail(offset);
  if (!limit) return fail(limit);
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    return Json::object({{"entries", blacklist(tx, deps.cipher, list, *offset, *limit)}});
  });
}

}  // namespace

std::vector<http::Route> check_routes(std::shared_ptr<db::Database> database, const Clock& clock,
                                      const crypto::ColumnCipher& cipher) {
  const auto deps = std::make_shared<const Deps>(Deps{std::move(database), clock, cipher});
  const auto on = [&](Result<Json> (*handler)(const Deps&, const Request&)) {
    return [deps, handler](const Request& request) {
      Response response = http::respond(request, handler(*deps, request));
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return {
      {"GET", "/api/v1/codes", http::kPublic, "The code tables: version, since when, from where",
       on(get_tables)},
      {"GET", "/api/v1/codes/{table}", http::kPublic, "A code table as it is in force",
       on(get_table)},
      {"GET", "/api/v1/registry/findings", accounts::kOrdersRead,
       "What the authority's checks found about filed records (kind, state, before, limit)",
       on(get_findings)},
      {"POST", "/api/v1/registry/findings/{number}/settle", accounts::kOfficer,
       "Settle a finding, with a reason", on(settle)},
      {"GET", "/api/v1/registry/blacklist", accounts::kOfficer,
       "The authority's blacklists (list: entity, site, illegal_access)", on(get_blacklist)},
  };
}

}  // namespace beian::registry
