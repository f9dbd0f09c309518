#include "app/web_files.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/embedded.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/crypto/crypto.hpp"

namespace beian::app {
namespace {

constexpr std::string_view kRoot = "web/dist";
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

}  // namespace

http::Response web_file(const http::Request& request, const WebPages& pages) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const std::string_view path = request.path;
  const bool data = std::ranges::any_of(
      pages.data, [&](std::string_view prefix) { return path.starts_with(prefix); });
  // What is built has a page for each of the programs' sites; only its own is anybody's to see.
  const bool others = path.ends_with(".html") && path != pages.index;
  if (!reads || data || others)
    return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  if (path != "/" && find_file(std::string(kRoot) + request.path))
    return file_response(request, request.path);
  // A page's path has no dot in its last part; a file that is missing is missing.
  if (path.substr(path.rfind('/')).find('.') != std::string_view::npos)
    return http::problem_response(request, {{ProblemCode::not_found, "", {}}});
  const std::string index(pages.index);
  if (!find_file(std::string(kRoot) + index)) return pages.unbuilt(request);
  return file_response(request, index);
}

}  // namespace beian::app
