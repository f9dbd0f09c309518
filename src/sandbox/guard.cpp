#include "sandbox/guard.hpp"

#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace beian::sandbox {
namespace {

bool holds_token(const http::Request& request, const std::string& token) {
  const std::string_view header = request.header("Authorization");
  const size_t blank = header.find(' ');
  if (blank == std::string_view::npos) return false;
  const std::string scheme = text::lower_ascii(header.substr(0, blank));
  const std::string_view value = text::trim(header.substr(blank + 1));
  if (scheme == "bearer") return text::equal_secret(token, value);
  if (scheme != "basic") return false;
  const auto pair = base64_decode(value);
  if (!pair) return false;
  const size_t colon = pair->find(':');
  return colon != std::string::npos && text::equal_secret(token, pair->substr(colon + 1));
}

}  // namespace

http::Handler guarded(const Context& context, http::Handler handler) {
  return [&context, handler = std::move(handler)](const http::Request& request) {
    const std::string& token = context.options.management_token.reveal();
    if (token.empty() || holds_token(request, token)) return handler(request);
    http::Response refusal =
        http::problem_response(request, Problems{{ProblemCode::not_signed_in, {}, {}}});
    std::erase_if(refusal.headers, [](const auto& header) {
      return text::lower_ascii(header.first) == "www-authenticate";
    });
    // A page with a script asks for the token itself and must not make the browser ask as well.
    const bool bearer = text::lower_ascii(request.header("Authorization")).starts_with("bearer");
    refusal.headers.emplace_back(
        "WWW-Authenticate",
        bearer ? "Bearer realm=\"sandbox\"" : "Basic realm=\"sandbox\", charset=\"UTF-8\"");
    return refusal;
  };
}

http::Handler same_origin(http::Handler handler) {
  return [handler = std::move(handler)](const http::Request& request) {
    std::string_view origin = request.header("Origin");
    if (const size_t scheme = origin.find("://"); scheme != std::string_view::npos)
      origin.remove_prefix(scheme + 3);
    if (!origin.empty() && origin != request.header("Host"))
      return http::problem_response(request, Problems{{ProblemCode::csrf, {}, {}}});
    return handler(request);
  };
}

}  // namespace beian::sandbox
