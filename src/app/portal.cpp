#include "app/portal.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "app/web_files.hpp"
#include "base/text.hpp"
#include "china/regions.hpp"

namespace beian::app {
namespace {

constexpr std::string_view kUnbuilt = R"(<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>开放备案</title>
<h1>开放备案 OpenBeian</h1>
<p>接入商 ICP 代备案管理系统正在运行，但这个程序编译时没有带上门户网页（<code>./dev build</code> 会带上）。</p>
</html>
)";
constexpr std::array<std::string_view, 1> kData{"/api/"};

http::Response unbuilt(const http::Request&) {
  return http::Response::html(std::string(kUnbuilt));
}

Json region_json(const china::Region& region) {
  return Json::object({{"code", region.code}, {"name", region.name}});
}

Result<Json> provinces(const http::Request&) {
  Json out = Json::array();
  for (const auto* region : china::regions_under(0))
    if (!region->filing_prefix.empty()) out.push(region_json(*region));
  return Json::object({{"regions", std::move(out)}});
}

// Cities of a province with their counties.
Result<Json> regions_of(const http::Request& request) {
  int64_t province = 0;
  const auto* found =
      text::parse_i64(request.param("province"), province) ? china::find_region(province) : nullptr;
  if (!found || found->level != china::RegionLevel::province)
    return fail(ProblemCode::unknown_region, "/province");
  Json out = Json::array();
  for (const auto* city : china::regions_under(province)) {
    Json json = region_json(*city);
    Json counties = Json::array();
    for (const auto* county : china::regions_under(city->code)) counties.push(region_json(*county));
    json.set("children", std::move(counties));
    out.push(std::move(json));
  }
  return Json::object({{"regions", std::move(out)}});
}

// The same until the next release.
http::Handler kept(Result<Json> (*answer)(const http::Request&)) {
  return [answer](const http::Request& request) {
    http::Response response = http::respond(request, answer(request));
    if (response.status == 200)
      response.headers.emplace_back("Cache-Control", "public, max-age=3600");
    return response;
  };
}

}  // namespace

http::Response portal_file(const http::Request& request) {
  return web_file(request, {"/index.html", kData, unbuilt});
}

std::vector<http::Route> portal_routes() {
  std::vector<http::Route> routes{{"GET", "/", http::kPublic, "The portal", portal_file}};
  for (auto& route : region_routes()) routes.push_back(std::move(route));
  return routes;
}

std::vector<http::Route> region_routes() {
  return {
      {"GET", "/api/v1/regions", http::kPublic, "The provinces", kept(provinces)},
      {"GET", "/api/v1/regions/{province}", http::kPublic,
       "The cities of a province with their counties", kept(regions_of)},
  };
}

}  // namespace beian::app
