#include "sandbox/html.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace beian::sandbox {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#222}
nav a{margin-right:1rem}table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{border:1px solid #bbb;padding:.35rem .6rem;text-align:left;vertical-align:top}th{background:#f3f3f3;font-weight:600}
label{display:block;margin:.6rem 0}input,textarea{font:inherit;padding:.3rem;width:100%;max-width:24rem;box-sizing:border-box}
button{font:inherit;padding:.35rem 1.2rem;margin:.5rem .5rem 0 0}.ok{color:#14632a}.bad{color:#a11212}
.sample{background:#fff3cd;padding:.3rem .6rem}img{max-width:20rem;border:1px solid #bbb}
</style>)";

constexpr std::string_view kLinks =
    R"(<p class="sample">模拟管局：仅供演示和测试，所有数据均为样例，没有任何法律效力。</p>
<nav><a href="/sms">短信核验</a><a href="/phones">模拟手机</a><a href="/decide">备案审核</a><a href="/query">公共查询</a></nav>)";

}  // namespace

std::string esc(std::string_view text) {
  return text::escape_markup(text);
}

http::Response page(std::string_view title, const std::string& body, int status) {
  std::string html(kHead);
  html += "<title>" + esc(title) + " - 模拟管局</title></head><body>";
  html += kLinks;
  html += "<h1>" + esc(title) + "</h1>" + body + "</body></html>\n";
  http::Response response = http::Response::html(std::move(html), status);
  response.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
      "base-uri 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

std::string row(std::string_view name, std::string_view value) {
  return "<tr><th>" + esc(name) + "</th><td>" + esc(value) + "</td></tr>";
}

std::string input(std::string_view label, std::string_view name, std::string_view value,
                  std::string_view attributes) {
  return "<label>" + esc(label) + "<br><input name=\"" + esc(name) + "\" value=\"" + esc(value) +
         "\" " + std::string(attributes) + "></label>";
}

std::string notice(bool good, std::string_view text) {
  return std::string("<p role=\"status\" class=\"") + (good ? "ok" : "bad") + "\">" + esc(text) +
         "</p>";
}

Form::Form(std::string_view body) {
  for (const auto& part : text::split(body, '&')) {
    const std::string_view field(part);
    const size_t equals = field.find('=');
    const auto name = percent_decode(field.substr(0, equals), true);
    const auto value = percent_decode(
        equals == std::string_view::npos ? std::string_view{} : field.substr(equals + 1), true);
    if (name && value && text::is_utf8(*value)) fields_.emplace_back(*name, *value);
  }
}

const std::string& Form::operator[](std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return kNone;
}

}  // namespace beian::sandbox
