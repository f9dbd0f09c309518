// JSON in, call, JSON out: sites that our own logs show although they are not filed.
#include <map>

#include "accounts/accounts.hpp"
#include "base/day.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"
#include "registry/api.hpp"
#include "registry/unfiled.hpp"

namespace beian::registry {

namespace {

using http::Request;

constexpr int64_t kPage = 50, kMostRows = 500;
constexpr size_t kMostNote = 500;  // characters
constexpr size_t kMostSites = 1000;

struct Deps {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
};

Result<int64_t> positive(std::string_view given, int64_t otherwise, int64_t most,
                         const std::string& field) {
  if (given.empty()) return otherwise;
  int64_t number = 0;
  if (!text::parse_i64(given, number) || number < 1 || number > most)
    return fail(ProblemCode::out_of_range, field, {{"min", "1"}, {"max", std::to_string(most)}});
  return number;
}

Result<Json> get_sites(const Deps& deps, const Request& request) {
  UnfiledFilter filter;
  filter.state = request.query_value("state");
  filter.source = request.query_value("source");
  filter.domain = request.query_value("domain");
  const auto before = positive(request.query_value("before"), 0, int64_t{1} << 60, "?before");
  const auto limit = positive(request.query_value("limit"), kPage, kMostRows, "?limit");
  if (!before) return fail(before);
  if (!limit) return fail(limit);
  filter.before = *before;
  filter.limit = *limit;
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    return Json::object({{"sites", unfiled_sites(tx, filter)}});
  });
}

// {"decision", "note", "until"?}: until is a day, all of which counts.
Result<UnfiledDecision> decision_of(const Json& body) {
  UnfiledDecision out;
  Problems problems;
  for (const auto& [name, value] : body.members()) {
    if (name != "decision" && name != "note" && name != "until")
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  }
  out.decision = body["decision"].as_string();
  if (out.decision.empty()) problems.push_back({ProblemCode::required, "/decision", {}});
  out.note = text::trim(body["note"].as_string());
  if (out.note.empty()) problems.push_back({ProblemCode::required, "/note", {}});
  if (text::length(out.note) > kMostNote)
    problems.push_back({ProblemCode::too_long, "/note", {{"max", std::to_string(kMostNote)}}});
  if (const Json* until = body.find("until"); until != nullptr && !until->is_null()) {
    if (const auto day = parse_day(until->as_string())) {
      out.until = TimePoint(*day + std::chrono::days(1)) - kBeijing;
    } else {
      problems.push_back({ProblemCode::bad_format, "/until", {}});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return out;
}

Result<Json> handle(const Deps& deps, const Request& request) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  auto decision = decision_of(*body);
  if (!decision) return fail(decision);
  decision->account_id = request.caller.account_id;
  int64_t number = 0;
  if (!text::parse_i64(request.param("number"), number)) return fail(ProblemCode::not_found);
  const auto done = deps.database->write_result(
      [&](db::Tx& tx) { return handle_unfiled_site(tx, deps.clock.now(), number, *decision); });
  if (!done) return fail(done);
  return Json::object({{"number", number}, {"state", "handled"}});
}

// One site of a report, as a gate's machine that has no way to the database sends it.
UnfiledSite site_of(const Json& given, const std::string& at, Problems& problems) {
  UnfiledSite site;
  const auto add = [&](ProblemCode code, const std::string& field) {
    problems.push_back({code, at + field, {}});
  };
  const auto time = [&](const std::string& field, TimePoint& out) {
    const Json& value = given[field];
    if (value.is_null()) return;
    const auto read = parse_rfc3339(value.as_string());
    if (read && to_ms(*read) > 0) {
      out = *read;
    } else {
      add(ProblemCode::bad_format, "/" + field);
    }
  };
  const auto name = china::check_independent_domain(given["domain"].as_string());
  if (name) {
    site.domain = *name;
  } else {
    append_under(problems, at + "/domain", name.error());
  }
  site.reason = given["reason"].as_string();
  if (!is_unfiled_reason(site.reason)) add(ProblemCode::bad_format, "/reason");
  site.source = given["source"].as_string();
  if (site.source != "web" && site.source != "dns" && site.source != "web+dns")
    add(ProblemCode::bad_format, "/source");
  site.filing_number = given["filing_number"].as_string();
  site.requests = given["requests"].as_int();
  if (site.requests < 1) add(ProblemCode::out_of_range, "/requests");
  site.hosts = std::max<int64_t>(given["hosts"].as_int(), 1);
  time("first_seen", site.first);
  time("last_seen", site.last);
  if (site.last < site.first) add(ProblemCode::bad_format, "/last_seen");
  for (const Json& host : given["most_asked"].items()) {
    const auto read = china::normalise_domain(host["host"].as_string());
    if (read && site.most_asked.size() < UnfiledSite::kMostHosts)
      site.most_asked.emplace_back(*read, host["requests"].as_int());
  }
  for (const Json& address : given["addresses"].items()) {
    const std::string& text = address.as_string();
    if (china::parse_ip(text) && site.addresses.size() < UnfiledSite::kMostAddresses)
      site.addresses.push_back(text);
  }
  return site;
}

Result<Json> report(const Deps& deps, const Request& request) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  const Json& given = (*body)["sites"];
  if (given.size() == 0) return fail(ProblemCode::required, "/sites");
  if (given.size() > kMostSites)
    return fail(ProblemCode::too_many, "/sites", {{"max", std::to_string(kMostSites)}});
  Problems problems;
  std::vector<UnfiledSite> sites;
  for (size_t i = 0; i < given.size(); ++i)
    sites.push_back(site_of(given.at(i), "/sites/" + std::to_string(i), problems));
  if (!problems.empty()) return std::unexpected(std::move(problems));
  std::map<Put, int64_t> put;
  deps.database->write([&](db::Tx& tx) {
    put.clear();
    for (const UnfiledSite& site : sites) ++put[put_unfiled_site(tx, deps.clock.now(), site)];
  });
  return Json::object({{"opened", put[Put::opened]},
                       {"again", put[Put::again]},
                       {"updated", put[Put::updated]},
                       {"unchanged", put[Put::unchanged]}});
}

}  // namespace

std::vector<http::Route> unfiled_routes(std::shared_ptr<db::Database> database,
                                        const Clock& clock) {
  const auto deps = std::make_shared<const Deps>(Deps{std::move(database), clock});
  const auto on = [&](Result<Json> (*handler)(const Deps&, const Request&)) {
    return [deps, handler](const Request& request) {
      http::Response response = http::respond(request, handler(*deps, request));
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return {
      {"GET", "/api/v1/registry/unfiled_sites", accounts::kOfficer,
       "Sites that our own logs show although they are not filed, newest first (state, source, "
       "domain, before, limit)",
       on(get_sites)},
      {"POST", "/api/v1/registry/unfiled_sites", accounts::kOfficer,
       "Report sites, as beian gate report does; the same report twice changes nothing",
       on(report)},
      {"POST", "/api/v1/registry/unfiled_sites/{number}/handle", accounts::kOfficer,
       "Decide about one: stopped, filing, not_ours, exempt, with a note", on(handle)},
  };
}

}  // namespace beian::registry
