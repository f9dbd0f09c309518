// The feed over HTTP.
#include "accounts/gate_scope.hpp"
#include "base/chain.hpp"
#include "base/text.hpp"
#include "registry/feed.hpp"

namespace beian::registry {

namespace {

using http::Request;
using http::Response;

constexpr int64_t kMostChanges = 10'000, kMostNames = 20'000;
// Below the pause after which a stream sends a comment, which would be no JSON.
constexpr int64_t kMostSeconds = 10;

// A whole number from the query up to `most`; `otherwise` when it is not there.
Result<int64_t> number_from(const Request& request, std::string_view name, int64_t otherwise,
                            int64_t most) {
  const auto text = request.query_value(name);
  if (text.empty()) return otherwise;
  int64_t out = 0;
  if (!text::all_digits(text) || !text::parse_i64(text, out) || out > most)
    return fail(ProblemCode::bad_format, "?" + std::string(name));
  return out;
}

// What is in force may change at any moment: nobody may keep an answer.
Response unkept(const Request& request, const Result<Json>& result) {
  Response response = http::respond(request, result);
  http::set_header(response.headers, "Cache-Control", "no-store");
  return response;
}

Response changes(db::Database& database, FeedWatch& watch, const Request& request) {
  const auto number = number_from(request, "after", 0, INT64_MAX);
  const auto limit = number_from(request, "limit", 1000, kMostChanges);
  const auto seconds = number_from(request, "wait", 0, kMostSeconds);
  const auto chain = parse_chain(request.query_value("chain"));
  if (!number) return http::problem_response(request, number.error());
  if (!limit || *limit == 0)
    return http::problem_response(request, {Problem{ProblemCode::bad_format, "?limit", {}}});
  if (!seconds) return http::problem_response(request, seconds.error());
  if (!chain)
    return http::problem_response(request, {Problem{ProblemCode::bad_format, "?chain", {}}});
  const FeedPlace after{*number, *chain};
  const auto most = static_cast<size_t>(*limit);
  const auto found = database.read_value([&](db::Tx& tx) { return feed_changes(tx, after, most); });
  if (!found || *seconds == 0 || (*found)["changes"].size() > 0) return unkept(request, found);
  auto stream = watch.wait(after, most, std::chrono::seconds(*seconds));
  if (!stream) return http::problem_response(request, stream.error());
  Response response{200,
                    {{"Content-Type", "application/json"},
                     {"Cache-Control", "no-store"},
                     {"X-Accel-Buffering", "no"}},
                    ""};
  response.stream = std::move(*stream);
  return response;
}

Result<Json> names(db::Database& database, const Request& request) {
  const auto limit = number_from(request, "limit", 5000, kMostNames);
  if (!limit || *limit == 0) return fail(ProblemCode::bad_format, "?limit");
  return database.read_value([&](db::Tx& tx) {
    return feed_names(tx, std::string(request.query_value("after")), static_cast<size_t>(*limit));
  });
}

}  // namespace

std::vector<http::Route> feed_routes(std::shared_ptr<db::Database> database,
                                     std::shared_ptr<FeedWatch> watch) {
  return {
      {"GET", "/api/v1/gate/changes", accounts::kGate,
       "What changed for gates behind a place in the journal; waits for it",
       [database, watch](const Request& r) { return changes(*database, *watch, r); }},
      {"GET", "/api/v1/gate/names", accounts::kGate,
       "How every known name stands, page by page, for gates",
       [database](const Request& r) { return unkept(r, names(*database, r)); }},
  };
}

}  // namespace beian::registry
