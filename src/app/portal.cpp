#include "app/portal.hpp"

#include <algorithm>
#include <array>

#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "china/regions.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::app {
namespace {

constexpr std::string_view kRoot = "web/dist";
constexpr std::string_view kUnbuilt = R"(<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>开放备案</title>
<h1>开放备案 OpenBeian</h1>
<p>接入商 ICP 代备案管理系统正在运行，但这个程序编译时没有带上门户网页（<code>./dev build</code> 会带上）。</p>
</html>
)";
// Styles: Element Plus places its pop-ups with style attributes.
constexpr const char* kPolicy =
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const embedded::File* find_file(const std::string& name) {
  const auto files = embedded::files();
  const auto at = std::ranges::lower_bound(files, name, {}, &embedded::File::name);
  return at != files.end() && at->name == name ? &*at : nullptr;
}

const char* type_of(std::string_view path) {
  constexpr auto kTypes = std::to_array<std::pair<std::string_view, const char*>>({
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".woff2", "font/woff2"},
      {".json", "application/json"},
  });
  for (const auto& [ending, type] : kTypes)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

// Is the coding named, and not with a weight of nothing?
bool takes(std::string_view accepted, std::string_view coding) {
  for (const auto& part : text::split(accepted, ',')) {
    const auto pieces = text::split(part, ';');
    if (text::lower_ascii(text::trim(pieces[0])) != coding) continue;
    const std::string weight(pieces.size() > 1 ? text::trim(pieces[1]) : "");
    return weight.find_first_not_of("q=0.") != std::string::npos || weight.empty();
  }
  return false;
}

http::Response file_response(const http::Request& request, const std::string& path) {
  const embedded::File* file = find_file(std::string(kRoot) + path);
  const char* coding = nullptr;
  for (const auto& [name, ending] : {std::pair{"br", ".br"}, std::pair{"gzip", ".gz"}}) {
    if (!takes(request.header("accept-encoding"), name)) continue;
    const auto* packed = find_file(std::string(kRoot) + path + ending);
    if (!packed) continue;
    file = packed;
    coding = name;
    break;
  }
  const std::string tag =
      "\"" + hex_encode(crypto::sha256(file->bytes)).substr(0, 16) + "\"";  // of the coded form
  http::Response response;
  // A name with a hash in it never changes; the page that names them is asked for each time.
  response.headers = {
      {"Content-Type", type_of(path)},
      {"Cache-Control",
       path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"},
      {"ETag", tag},
      {"Vary", "Accept-Encoding"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "same-origin"}};
  if (path.ends_with(".html")) response.headers.emplace_back("Content-Security-Policy", kPolicy);
  if (coding) response.headers.emplace_back("Content-Encoding", coding);
  if (request.header("if-none-match") == tag)
    response.status = 304;
  else
    response.body = file->bytes;
  return response;
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
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const std::string_view path = request.path;
  if (!reads || path.starts_with("/api/"))
    return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  if (path != "/" && find_file(std::string(kRoot) + request.path))
    return file_response(request, request.path);
  // A page's path has no dot in its last part; a file that is missing is missing.
  if (path.substr(path.rfind('/')).find('.') != std::string_view::npos)
    return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  if (!find_file(std::string(kRoot) + "/index.html"))
    return http::Response::html(std::string(kUnbuilt));
  return file_response(request, "/index.html");
}

std::vector<http::Route> portal_routes() {
  return {
      {"GET", "/", http::kPublic, "The portal", portal_file},
      {"GET", "/api/v1/regions", http::kPublic, "The provinces", kept(provinces)},
      {"GET", "/api/v1/regions/{province}", http::kPublic,
       "The cities of a province with their counties", kept(regions_of)},
  };
}

}  // namespace beian::app
