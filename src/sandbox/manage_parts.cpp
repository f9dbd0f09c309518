#include "sandbox/manage_parts.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "sandbox/guard.hpp"

namespace beian::sandbox {

Problems unknown_fields(const Json& body, std::initializer_list<std::string_view> known) {
  Problems problems;
  for (const auto& [name, value] : body.members())
    if (std::ranges::find(known, name) == known.end())
      problems.push_back({ProblemCode::unknown_field, "/" + name, {}});
  return problems;
}

http::Handler with_body(const Context& context, BodyHandler work, int status) {
  return guarded(context, [&context, work = std::move(work), status](const http::Request& request) {
    const auto body = request.json_body();
    if (!body) return http::problem_response(request, body.error());
    const auto done = work(context, *body);
    context.nudge();
    return http::respond(request, done, status);
  });
}

http::Handler reading(const Context& context, ReadHandler work) {
  return guarded(context, [&context, work = std::move(work)](const http::Request& request) {
    int64_t provider = 0;
    const std::string_view wanted = request.query_value("provider_id");
    if (!wanted.empty() && (!text::parse_i64(wanted, provider) || provider < 1))
      return http::problem_response(request,
                                    Problems{{ProblemCode::bad_format, "/provider_id", {}}});
    Json answer;
    context.database->read([&](db::Tx& tx) { answer = work(tx, provider); });
    return http::Response::json(answer);
  });
}

}  // namespace beian::sandbox
