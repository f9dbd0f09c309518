#include "app/authority_site.hpp"

#include <array>
#include <string_view>

#include "app/portal.hpp"
#include "app/web_files.hpp"

namespace beian::app {
namespace {

constexpr std::array<std::string_view, 3> kData{"/api/", "/manage/", "/public/"};

http::Response unbuilt(const http::Request& request) {
  if (request.path == "/") return http::Response::redirect("/query");
  return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
}

}  // namespace

http::Response authority_site_file(const http::Request& request) {
  return web_file(request, {"/authority.html", kData, unbuilt});
}

std::vector<http::Route> authority_site_routes() {
  auto routes = region_routes();
  routes.push_back(
      {"GET", "/", http::kPublic, "The sandbox authority's site", authority_site_file});
  return routes;
}

}  // namespace beian::app
