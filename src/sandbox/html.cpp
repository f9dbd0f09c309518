#include "sandbox/html.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace beian::sandbox {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root{--ink:#1f2933;--line:#d5dbe3;--soft:#f4f6f9;--main:#1d4f91}
body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:76rem;margin:0 auto;padding:0 1.2rem 3rem;color:var(--ink)}
h1{font-size:1.5rem;margin:1.2rem 0 .6rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem;border-left:4px solid var(--main);padding-left:.5rem}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:.6rem 0;border-bottom:2px solid var(--main)}nav a,a{color:var(--main)}nav a{text-decoration:none;font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}
th{background:var(--soft);font-weight:600;white-space:nowrap}tbody tr:hover{background:#fafbfd}.none{color:#5b6673}.differs{background:#fff6d6}.part{background:#e6ecf5;font-weight:600}.record th{width:22rem;font-weight:400;white-space:normal}
label{display:block;margin:.6rem 0}label select,label textarea{display:block}input,textarea,select{font:inherit;padding:.35rem;width:100%;max-width:30rem;box-sizing:border-box;border:1px solid #9aa5b1;border-radius:3px}
button{font:inherit;padding:.35rem 1.2rem;margin:.4rem .5rem .4rem 0;border:1px solid var(--main);border-radius:3px;background:var(--main);color:#fff}
button.second{background:#fff;color:var(--main)}.inline{display:inline}.inline button{padding:.1rem .8rem;margin:.1rem}
.cards{display:flex;flex-wrap:wrap;gap:.8rem;padding:0;list-style:none}.cards li{border:1px solid var(--line);border-radius:4px;padding:.5rem 1rem;min-width:8rem}.cards b{display:block;font-size:1.6rem}
.ok{color:#14632a}.bad{color:#a11212}.sample{background:#fff3cd;padding:.3rem .6rem;margin:0 -1.2rem}img{max-width:20rem;border:1px solid var(--line)}
figure{display:inline-block;margin:.5rem 1rem .5rem 0}pre{background:var(--soft);border:1px solid var(--line);padding:.6rem;white-space:pre-wrap;word-break:break-all;max-height:40rem;overflow:auto}
</style>)";

constexpr std::string_view kLinks =
    R"(<p class="sample">模拟管局：仅供演示和测试，所有数据均为样例，没有任何法律效力。</p>
<nav><a href="/desk">工作台</a><a href="/decide">备案审核</a><a href="/files">上报文件</a><a href="/tasks">任务</a><a href="/handed">下发</a><a href="/addresses">IP 与域名</a><a href="/providers">接入商</a><a href="/settings">设置</a><a href="/phones">模拟手机</a><a href="/sms">短信核验</a><a href="/query">公共查询</a></nav>)";

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

std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<div class=\"wide\"><table><thead><tr>";
  for (const auto& head : heads) html += "<th>" + esc(head) + "</th>";
  html += "</tr></thead><tbody>";
  for (const auto& cells : rows) {
    html += "<tr>";
    for (const auto& cell : cells) html += "<td>" + cell + "</td>";
    html += "</tr>";
  }
  if (rows.empty())
    html += "<tr><td class=\"none\" colspan=\"" + std::to_string(heads.size()) + "\">无</td></tr>";
  return html + "</tbody></table></div>";
}

std::string link(std::string_view href, std::string_view text) {
  return "<a href=\"" + esc(href) + "\">" + esc(text) + "</a>";
}

std::string button(std::string_view action, std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string html = "<form class=\"inline\" method=\"post\" action=\"" + esc(action) + "\">";
  for (const auto& [name, value] : fields)
    html += "<input type=\"hidden\" name=\"" + esc(name) + "\" value=\"" + esc(value) + "\">";
  return html + "<button>" + esc(text) + "</button></form>";
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

std::vector<std::string> Form::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : fields_)
    if (key == name) values.push_back(value);
  return values;
}

const std::string& Form::operator[](std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : fields_)
    if (key == name) return value;
  return kNone;
}

}  // namespace beian::sandbox
