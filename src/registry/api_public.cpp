// Questions of the public: JSON in, call, JSON out.
#include "base/text.hpp"
#include "china/codes.hpp"
#include "platform/http/rate_limit.hpp"
#include "registry/api.hpp"
#include "registry/compatible.hpp"
#include "registry/public_query.hpp"

namespace beian::registry {

namespace {

using http::Request;
using http::Response;

constexpr int64_t kPage = 50;
constexpr size_t kMostNames = 10'000;
constexpr size_t kLongestName = 1024;
// Tokens: a name costs one, a call as much as ten, a search by name as much as fifty. So an address
// may ask some 3,000 times at once and 100 times a second, or hand in three full lists and a tenth
// of one each second.
constexpr http::RateLimit::Rule kRule{.capacity = 30'100, .per_second = 1000};
constexpr double kCall = 10, kSearch = 50;

struct Deps {
  std::shared_ptr<db::Database> database;
  const Clock& clock;
  std::shared_ptr<http::RateLimit> limit;
};

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json filing_json(const PublicFiling& f) {
  const bool service = !f.service_number.empty();
  return Json::object(
      {{"entity_number", f.entity_number},
       {"entity_name", f.entity_name},
       {"nature", f.nature},
       {"nature_name", f.nature == 0 ? "" : china::code_text("entity_nature", f.nature)},
       {"service_number", text_or_null(f.service_number)},
       {"service_name", text_or_null(f.service_name)},
       {"kind", service ? Json(china::name_of(f.kind)) : Json()},
       {"domain", text_or_null(f.domain)},
       {"reviewed", text_or_null(f.reviewed)},
       {"changed", to_rfc3339(f.changed)}});
}

Json as_of_json(std::optional<TimePoint> as_of) {
  return as_of ? Json(to_rfc3339(*as_of)) : Json();
}

// "440000-17-3-5": province, entity, service and domain of the last one of the page before.
bool parse_page(std::string_view text, PublicPage& page) {
  if (text.empty()) return true;
  const auto parts = text::split(text, '-');
  return parts.size() == 4 && text::parse_i64(parts[0], page.province) &&
         text::parse_i64(parts[1], page.entity_id) && text::parse_i64(parts[2], page.service_id) &&
         text::parse_i64(parts[3], page.domain_id);
}
// "440000-17-NAME": the name last, for it may hold anything.
bool parse_name_page(const std::string& text, NamePage& page) {
  if (text.empty()) return true;
  const size_t first = text.find('-');
  const size_t second = first == text.npos ? text.npos : text.find('-', first + 1);
  if (second == text.npos) return false;
  page.name = text.substr(second + 1);
  return text::parse_i64(text.substr(0, first), page.province) &&
         text::parse_i64(text.substr(first + 1, second - first - 1), page.entity_id);
}

std::string key_of(const PublicFiling& f, bool by_name) {
  std::string key = std::to_string(f.province) + "-" + std::to_string(f.entity_id) + "-";
  return key + (by_name ? f.entity_name
                        : std::to_string(f.service_id) + "-" + std::to_string(f.domain_id));
}

Json filings_json(std::string_view status, std::string_view reason, std::string_view asked,
                  const std::vector<PublicFiling>& filings, bool by_name, Json as_of) {
  Json list = Json::array();
  for (const auto& filing : filings) list.push(filing_json(filing));
  const bool full = static_cast<int64_t>(filings.size()) == kPage;
  return Json::object({{"status", status},
                       {"reason", reason},
                       {"asked", asked},
                       {"filings", std::move(list)},
                       {"next", full ? Json(key_of(filings.back(), by_name)) : Json()},
                       {"as_of", std::move(as_of)}});
}

Result<Json> by_name(const Deps& deps, const Request& request) {
  if (auto taken = deps.limit->take(request.remote, kSearch, deps.clock.now()); !taken)
    return fail(taken);
  const std::string name(text::trim(request.query_value("name")));
  NamePage page;
  page.limit = kPage;
  if (text::length(name) < 2) return fail(ProblemCode::too_short, "?name", {{"min", "2"}});
  if (name.find('*') != name.npos) return fail(ProblemCode::bad_format, "?name");
  if (!parse_name_page(std::string(request.query_value("after")), page))
    return fail(ProblemCode::bad_format, "?after");
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const auto found = entities_named(tx, name, page);
    const Whole whole = whole_provinces(tx);
    const bool any = !found.empty() || !page.name.empty();
    const auto as_of = whole_as_of(whole);
    return filings_json(any     ? "filed"
                        : as_of ? "not_filed"
                                : "unknown",
                        any     ? ""
                        : as_of ? "not_in_library"
                                : "not_synchronised",
                        name, found, true, as_of_json(as_of));
  });
}

Result<Json> by_key(const Deps& deps, const Request& request, std::string_view asked) {
  if (auto taken = deps.limit->take(request.remote, kCall, deps.clock.now()); !taken)
    return fail(taken);
  PublicPage page;
  page.limit = kPage;
  if (!parse_page(request.query_value("after"), page))
    return fail(ProblemCode::bad_format, "?after");
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const Whole whole = whole_provinces(tx);
    const auto answer = std::move(is_filed(tx, whole, {asked}).front());
    std::vector<PublicFiling> filings;
    const bool domain = answer.filing && !answer.filing->domain.empty();
    if (answer.known == Known::filed) {
      if (domain)
        filings.push_back(*answer.filing);
      else
        filings = filings_of_number(tx, answer.asked, page);
    }
    return filings_json(name_of(answer.known), answer.reason, answer.asked, filings, false,
                        as_of_json(answer.as_of));
  });
}

Result<Json> get_filings(const Deps& deps, const Request& request) {
  const auto domain = request.query_value("domain"), number = request.query_value("number"),
             name = request.query_value("name");
  const int given = (domain.empty() ? 0 : 1) + (number.empty() ? 0 : 1) + (name.empty() ? 0 : 1);
  if (given == 0) return fail(ProblemCode::required, "?domain");
  if (given > 1)
    return fail(ProblemCode::bad_request, "", {{"reason", "domain, number or name, only one"}});
  const auto asked = domain.empty() ? number : domain;
  if (std::max(asked.size(), name.size()) > kLongestName)
    return fail(ProblemCode::too_long, "?domain", {{"max", std::to_string(kLongestName)}});
  return name.empty() ? by_key(deps, request, asked) : by_name(deps, request);
}

// Short, for there may be thousands.
Json answer_json(std::string_view name, const PublicAnswer& answer) {
  static const PublicFiling none;
  const PublicFiling& f = answer.filing ? *answer.filing : none;
  return Json::object({{"name", name},
                       {"status", name_of(answer.known)},
                       {"reason", answer.reason},
                       {"domain", f.domain},
                       {"service_number", f.service_number},
                       {"entity_number", f.entity_number},
                       {"entity_name", f.entity_name}});
}

Result<Json> look_up(const Deps& deps, const Request& request) {
  const auto body = request.json_body();
  if (!body) return fail(body);
  const Json& given = (*body)["names"];
  if (!given.is_array()) return fail(ProblemCode::wrong_type, "/names", {{"expected", "array"}});
  const auto& items = given.items();
  if (items.size() > kMostNames)
    return fail(ProblemCode::too_many, "/names", {{"max", std::to_string(kMostNames)}});
  std::vector<std::string_view> names;
  names.reserve(items.size());
  Problems problems;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string field = "/names/" + std::to_string(i);
    if (!items[i].is_string())
      problems.push_back({ProblemCode::wrong_type, field, {{"expected", "string"}}});
    else if (items[i].as_string().size() > kLongestName)
      problems.push_back({ProblemCode::too_long, field, {{"max", std::to_string(kLongestName)}}});
    else
      names.push_back(items[i].as_string());
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  const double cost = kCall + static_cast<double>(names.size());
  if (auto taken = deps.limit->take(request.remote, cost, deps.clock.now()); !taken)
    return fail(taken);
  return deps.database->read_value([&](db::Tx& tx) -> Result<Json> {
    const Whole whole = whole_provinces(tx);
    const auto answers = is_filed(tx, whole, names);
    Json list = Json::array();
    for (size_t i = 0; i < answers.size(); ++i) list.push(answer_json(names[i], answers[i]));
    return Json::object({{"answers", std::move(list)}, {"as_of", as_of_json(whole_as_of(whole))}});
  });
}

// ---- for the clients of other tools

Response compatible(const Deps& deps, const Request& request, const CompatibleQuery& query) {
  if (const auto taken = deps.limit->take(request.remote, kCall, deps.clock.now()); !taken) {
    Response response = Response::json(
        Json::object({{"code", 429}, {"msg", "请求过于频繁"}, {"success", false}}), 429);
    response.headers.emplace_back("Retry-After", taken.error().front().args.front().second);
    return response;
  }
  return Response::json(
      deps.database->read_value([&](db::Tx& tx) { return compatible_answer(tx, query); }));
}

constexpr int64_t kMostPages = 1'000'000;

// Nothing filed is as long as that.
std::string search_of(std::string_view text) {
  return std::string(text.size() > kLongestName ? std::string_view{} : text);
}

Response get_query(const Deps& deps, const Request& request) {
  return compatible(deps, request,
                    {request.param("type"), search_of(request.query_value("search")),
                     compatible_number(request.query_value("pageNum"), 1, kMostPages),
                     compatible_number(request.query_value("pageSize"), 10, kMostCompatibleRows)});
}

Response post_query(const Deps& deps, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto number = [&](std::string_view name, int64_t otherwise, int64_t most) {
    const Json& value = (*body)[name];
    return compatible_number(value.is_int() ? std::to_string(value.as_int()) : value.as_string(),
                             otherwise, most);
  };
  return compatible(
      deps, request,
      {request.param("type"), search_of((*body)["search"].as_string()),
       number("pageNum", 1, kMostPages), number("pageSize", 10, kMostCompatibleRows)});
}

}  // namespace

std::vector<http::Route> public_routes(std::shared_ptr<db::Database> database, const Clock& clock) {
  const auto deps = std::make_shared<const Deps>(
      Deps{std::move(database), clock, std::make_shared<http::RateLimit>(kRule)});
  const auto json = [&](Result<Json> (*handler)(const Deps&, const Request&)) {
    return [deps, handler](const Request& request) {
      return http::respond(request, handler(*deps, request));
    };
  };
  const auto plain = [&](Response (*handler)(const Deps&, const Request&)) {
    return [deps, handler](const Request& request) { return handler(*deps, request); };
  };
  return {
      {"GET", "/api/v1/public/filings", http::kPublic,
       "What is filed under a domain, a number, or the beginning of an organisation's name (after)",
       json(get_filings)},
      {"POST", "/api/v1/public/filings/lookup", http::kPublic,
       "Are these filed? Up to 10,000 domains and numbers at once", json(look_up)},
      {"GET", "/query/{type}", http::kPublic,
       "As the well-known query tools answer (search, pageNum, pageSize)", plain(get_query)},
      {"POST", "/query/{type}", http::kPublic, "The same with a JSON body, as those tools take it",
       plain(post_query)},
  };
}

}  // namespace beian::registry
