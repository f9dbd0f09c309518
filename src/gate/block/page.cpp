#include "gate/block/page.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"

namespace beian::gate {

namespace {

using http::Request;
using http::Response;
using text::escape_markup;

enum class Form { html, json, text };

// Navigations of browsers name text/html; what takes anything is a program, or an image's or
// script's request, which shows nobody a page.
Form form_of(const Request& request) {
  const std::string accept = text::lower_ascii(request.header("accept"));
  if (accept.find("text/html") != accept.npos || accept.find("xhtml") != accept.npos)
    return Form::html;
  if (accept.find("application/json") != accept.npos || accept.find("+json") != accept.npos)
    return Form::json;
  return Form::text;
}

// Not to be misread on a terminal or in a line: no control characters, no marks of direction.
std::string without_controls(std::string_view raw) {
  std::string out;
  for (size_t i = 0; i < raw.size(); ++i) {
    const auto byte = static_cast<unsigned char>(raw[i]);
    if (byte < 0x20 || byte == 0x7f) continue;
    if (raw.substr(i, 2) == "\xC2\x85" ||
        (byte == 0xC2 && i + 1 < raw.size() && static_cast<unsigned char>(raw[i + 1]) < 0xA0)) {
      ++i;
      continue;
    }
    const std::string_view three = raw.substr(i, 3);
    const bool direction = (three >= "\xE2\x80\x8B" && three <= "\xE2\x80\x8F") ||
                           (three >= "\xE2\x80\xA8" && three <= "\xE2\x80\xAE") ||
                           (three >= "\xE2\x81\xA0" && three <= "\xE2\x81\xAF");
    if (three.size() == 3 && direction) {
      i += 2;
      continue;
    }
    out += raw[i];
  }
  return out;
}

std::string cut_to(std::string_view utf8, size_t most) {
  if (utf8.size() <= most) return std::string(utf8);
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return std::string(utf8.substr(0, end)) + "…";
}

constexpr std::string_view kStyle =
    "body{margin:0;background:#f4f5f7;color:#1f2329;font:16px/1.7 system-ui,-apple-system,"
    "\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif}"
    "main{max-width:42rem;margin:8vh auto;padding:2rem;background:#fff;border-radius:8px;"
    "border-top:4px solid #b42318}"
    "h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.4}h2{margin:1.5rem 0 .25rem;font-size:1rem}"
    "p{margin:.25rem 0}.host{overflow-wrap:anywhere;font-weight:600}"
    ".order{margin:1rem 0;padding:.75rem 1rem;background:#eef4ff;border-radius:6px}"
    "a{color:#0b57b7}[lang=en]{color:#4b5059}hr{margin:1.5rem 0;border:0;border-top:1px solid "
    "#dcdfe6}@media(max-width:46rem){main{margin:0;border-radius:0}}";

std::string paragraph(std::string_view text) {
  return "<p>" + escape_markup(text) + "</p>\n";
}
std::string heading(std::string_view text) {
  return "<h2>" + escape_markup(text) + "</h2>\n";
}
std::string link(const BlockSite& site, std::string_view words) {
  if (site.portal.empty()) return "";
  return "<p><a href=\"" + escape_markup(site.portal) + "\">" + escape_markup(words) + "</a></p>\n";
}

std::string provider_name(const BlockSite& site) {
  return site.provider.empty() ? "本接入商" : site.provider;
}

std::string html_of(const BlockSite& site, const BlockFacts& facts, const BlockWords& words) {
  const std::string host = escape_markup(shown_host(facts.host));
  const std::string number =
      facts.answer && !facts.answer->number.empty() ? facts.answer->number : "";
  std::string out =
      "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>" +
      escape_markup(words.title) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + escape_markup(words.title) + "</h1>\n";
  if (!host.empty()) out += "<p>访问的域名：<bdi class=\"host\">" + host + "</bdi></p>\n";
  if (!number.empty()) out += "<p>备案号：" + escape_markup(number) + "</p>\n";
  if (facts.order)
    out +=
        "<p class=\"order\">已有备案申请在办理中：" + escape_markup(facts.order->title) + "</p>\n";
  out += heading("原因") + paragraph(words.why) + heading("怎么办") + paragraph(words.remedy) +
         link(site, "前往" + provider_name(site) + "备案系统");
  out += "<hr>\n<section lang=\"en\">\n<h2>" + escape_markup(words.title_en) + "</h2>\n" +
         paragraph(words.why_en);
  if (facts.order && !facts.order->title_en.empty())
    out += paragraph("A filing is under way: " + facts.order->title_en + ".");
  return out + paragraph(words.remedy_en) + link(site, "The provider's filing system") +
         "</section>\n</main>\n</body>\n</html>\n";
}

std::string text_of(const BlockSite& site, const BlockFacts& facts, const BlockWords& words) {
  const std::string host = shown_host(facts.host);
  std::string out = (host.empty() ? "" : host + "：") + std::string(words.title) + "\n" +
                    std::string(words.why) + "\n";
  if (facts.order) out += "已有备案申请在办理中：" + without_controls(facts.order->title) + "\n";
  out += std::string(words.remedy) + "\n";
  if (!site.portal.empty()) out += site.portal + "\n";
  out += "\n" + std::string(words.title_en) + ". " + std::string(words.why_en) + "\n";
  if (facts.order && !facts.order->title_en.empty())
    out += "A filing is under way: " + without_controls(facts.order->title_en) + ".\n";
  return out + std::string(words.remedy_en) + "\n";
}

Json json_of(const BlockSite& site, const BlockFacts& facts, const BlockWords& words, int status) {
  const auto text = [](const std::string& s) { return s.empty() ? Json() : Json(s); };
  const auto* answer = facts.answer ? &*facts.answer : nullptr;
  const bool no_name = answer != nullptr && answer->reason == Reason::no_name;
  Json order;
  if (facts.order)
    order = Json::object({{"domain", facts.order->domain},
                          {"stage", facts.order->stage},
                          {"title", facts.order->title},
                          {"title_en", facts.order->title_en}});
  return Json::object({{"status", status},
                       {"host", shown_host(facts.host)},
                       {"reason", answer ? Json(name_of(answer->reason)) : Json("unknown")},
                       {"kind", no_name ? Json(name_of(answer->kind)) : Json()},
                       {"filing_number", answer ? text(answer->number) : Json()},
                       {"title", words.title},
                       {"why", words.why},
                       {"remedy", words.remedy},
                       {"title_en", words.title_en},
                       {"why_en", words.why_en},
                       {"remedy_en", words.remedy_en},
                       {"order", std::move(order)},
                       {"portal", text(site.portal)}});
}

}  // namespace

std::string shown_host(std::string_view raw) {
  constexpr size_t kMost = 253;
  if (!text::is_utf8(raw)) return "";
  std::string host = cut_to(without_controls(text::trim(raw)), kMost);
  const size_t colon = host.find(':');  // an IPv6 address has several
  if (colon != host.npos && text::all_digits(host.substr(colon + 1))) host.resize(colon);
  const auto name = china::normalise_domain(host);
  if (!name) return host;
  const std::string unicode = china::display_domain(*name);
  return unicode == *name ? *name : without_controls(unicode) + " (" + *name + ")";
}

Response block_response(const Request& request, const BlockSite& site, const BlockFacts& facts) {
  const BlockWords& words = words_of(facts.answer ? &*facts.answer : nullptr);
  const bool open = facts.answer && facts.answer->allow;
  const int status = open ? 503 : 403;
  Response response;
  switch (form_of(request)) {
    case Form::html:
      response = Response::html(html_of(site, facts, words), status);
      break;
    case Form::json:
      response = Response::json(json_of(site, facts, words, status), status);
      break;
    case Form::text:
      response = Response::text(text_of(site, facts, words), status);
      break;
  }
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Vary", "Accept");
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                                "form-action 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  if (open) response.headers.emplace_back("Retry-After", "5");
  return response;
}

}  // namespace beian::gate
