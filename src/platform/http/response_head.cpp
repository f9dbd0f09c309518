#include "platform/http/response_head.hpp"

#include <ctime>

#include "base/text.hpp"

namespace beian::http {

namespace {

void put(std::string& out, std::string_view name, std::string_view value) {
  const auto clean = [&out](std::string_view s) {
    for (const char c : s) {
      const auto byte = static_cast<unsigned char>(c);
      out += (byte < 0x20 && c != '\t') || byte == 0x7f ? ' ' : c;
    }
  };
  clean(name);
  out += ": ";
  clean(value);
  out += "\r\n";
}

// "Mon, 23 Nov 2026 14:43:00 GMT", made once a second and thread.
std::string_view http_date() {
  thread_local std::time_t made_at = 0;
  thread_local char text[40] = "";
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    made_at = now;
  }
  return text;
}

// What the server itself says; a handler's word on it would only contradict.
bool is_ours(const std::string& name) {
  for (const std::string_view own :
       {"content-length", "transfer-encoding", "connection", "date", "x-request-id"}) {
    if (name.size() == own.size() && text::lower_ascii(name) == own) return true;
  }
  return false;
}

void put_defaults(std::string& out, const Headers& headers) {
  const auto lacks = [&](std::string_view name) { return header_of(headers, name).empty(); };
  const std::string_view type = header_of(headers, "content-type");
  const bool json =
      type.starts_with("application/json") || type.starts_with("application/problem+json");
  if (lacks("x-content-type-options")) put(out, "X-Content-Type-Options", "nosniff");
  if (lacks("referrer-policy")) put(out, "Referrer-Policy", "same-origin");
  if (lacks("x-frame-options")) put(out, "X-Frame-Options", "DENY");
  if (lacks("content-security-policy"))
    put(out, "Content-Security-Policy",
        json ? "default-src 'none'; frame-ancestors 'none'" : "frame-ancestors 'none'");
  // Pages and answers carry personal data; files that may be kept say so themselves.
  if (lacks("cache-control") && (json || type.starts_with("text/html")))
    put(out, "Cache-Control", "no-store");
}

}  // namespace

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const Response& response, const HeadContext& context) {
  std::string out;
  out.reserve(512);
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += context.reason;
  out += "\r\n";
  put(out, "Date", http_date());
  for (const auto& [name, value] : response.headers) {
    if (!is_ours(name)) put(out, name, value);
  }
  put_defaults(out, response.headers);
  if (!context.request_id.empty()) put(out, "X-Request-Id", context.request_id);
  if (has_body(response.status) && !context.goes_on)
    put(out, "Content-Length", std::to_string(response.body.size()));
  if (context.close) {
    put(out, "Connection", "close");
  } else if (context.http10) {
    put(out, "Connection", "keep-alive");
  }
  out += "\r\n";
  return out;
}

}  // namespace beian::http
