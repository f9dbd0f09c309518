// GET /api/v1/public/progress?host=: for the page that stands where a site is not open yet.
#include "orders/api.hpp"
#include "orders/public_progress.hpp"
#include "platform/http/rate_limit.hpp"
#include "registry/hosts.hpp"

namespace beian::orders {
namespace {

using http::Request;

// One address may ask 300 times at once and 20 times a second; block pages keep what they hear.
constexpr http::RateLimit::Rule kRule{.capacity = 300, .per_second = 20};
constexpr size_t kLongestHost = 1024;

Result<Json> get_progress(const Context& context, http::RateLimit& limit, const Request& request) {
  if (auto taken = limit.take(request.remote, 1, context.clock.now()); !taken) return fail(taken);
  const auto host = request.query_value("host");
  if (host.empty()) return fail(ProblemCode::required, "?host");
  if (host.size() > kLongestHost)
    return fail(ProblemCode::too_long, "?host", {{"max", std::to_string(kLongestHost)}});
  if (registry::covering_names(host).empty()) return fail(ProblemCode::bad_format, "?host");
  const auto found =
      context.database->read_value([&](db::Tx& tx) { return public_progress(tx, host); });
  const auto title = [&](Language language) {
    return found ? Json(title_of(found->stage, language)) : Json();
  };
  return Json::object({{"in_progress", found.has_value()},
                       {"domain", found ? Json(found->domain) : Json()},
                       {"stage", found ? Json(name_of(found->stage)) : Json()},
                       {"title", title(Language::zh)},
                       {"title_en", title(Language::en)}});
}

}  // namespace

std::vector<http::Route> progress_routes(const std::shared_ptr<const Context>& context) {
  return {{"GET", "/api/v1/public/progress", http::kPublic,
           "Is a filing of this host's domain under way, and how far?",
           [context, limit = std::make_shared<http::RateLimit>(kRule)](const Request& request) {
             return http::respond(request, get_progress(*context, *limit, request));
           }}};
}

}  // namespace beian::orders
