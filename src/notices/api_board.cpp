#include "notices/board.hpp"

namespace beian::notices {
namespace {

using http::Request;
using http::Response;

Response get_board(const Context& context, const Request& request) {
  const Language language = http::language_of(request);
  return Response::json(
      Json::object({{"announcements", context.database->read_value([&](db::Tx& tx) {
                       return board(tx, context.clock.now(), language);
                     })}}));
}

Response get_all(const Context& context, const Request&) {
  return Response::json(
      Json::object({{"announcements",
                     context.database->read_value([](db::Tx& tx) { return announcements(tx); })}}));
}

Response put_one(const Context& context, const Request& request) {
  const auto body = request.json_body();
  if (!body) return http::problem_response(request, body.error());
  const auto put =
      put_announcement(context, request.caller, request.remote, request.param("id"), *body);
  if (!put) return http::problem_response(request, put.error());
  return Response::json(put->announcement, put->created ? 201 : 200);
}

Response delete_one(const Context& context, const Request& request) {
  const auto removed =
      remove_announcement(context, request.caller, request.remote, request.param("id"));
  return removed ? Response::no_content() : http::problem_response(request, removed.error());
}

}  // namespace

std::vector<http::Route> board_routes(const std::shared_ptr<const Context>& context) {
  using accounts::kAdmin;
  const auto on = [&](Response (*handle)(const Context&, const Request&)) {
    return [context, handle](const Request& request) {
      Response response = handle(*context, request);
      response.headers.emplace_back("Cache-Control", "no-store");
      return response;
    };
  };
  return {
      {"GET", "/api/v1/announcements", http::kPublic, "The notice board, as it is today",
       on(get_board)},
      {"GET", "/api/v1/admin/announcements", kAdmin, "All announcements, newest first",
       on(get_all)},
      {"PUT", "/api/v1/admin/announcements/{id}", kAdmin, "Announce something, or change it",
       on(put_one)},
      {"DELETE", "/api/v1/admin/announcements/{id}", kAdmin, "Take it off the board",
       on(delete_one)},
  };
}

}  // namespace beian::notices
