#include "platform/http/http.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <system_error>
#include <typeinfo>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "platform/http/problem_list.hpp"
#include "platform/log/log.hpp"

namespace beian::http {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view value_in(const std::vector<std::pair<std::string, std::string>>& pairs,
                          std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

std::unexpected<Problems> bad_target(const char* reason) {
  return fail(ProblemCode::bad_request, "", {{"reason", reason}});
}

// http://host/path is what a proxy would be sent; we answer it like /path.
std::string_view strip_origin(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !same_name(target.substr(0, scheme.size()), scheme))
      continue;
    const size_t end = target.find_first_of("/?", scheme.size());
    if (end == target.npos) return "/";
    return target.substr(end);
  }
  return target;
}

struct Title {
  int status;
  std::string_view zh, en;
};
constexpr Title kTitles[] = {
    {400, "请求有误", "Bad request"},
    {401, "需要登录", "Sign-in required"},
    {403, "没有权限", "Forbidden"},
    {404, "没有找到", "Not found"},
    {405, "不支持的请求方法", "Method not allowed"},
    {408, "请求超时", "Request timed out"},
    {409, "与现状冲突", "Conflict"},
    {413, "内容过大", "Content too large"},
    {415, "不支持的内容类型", "Unsupported content type"},
    {422, "内容不符合要求", "The content does not fit"},
    {429, "请求过于频繁", "Too many requests"},
    {431, "请求头过大", "Request header too large"},
    {502, "对方系统异常", "The peer failed"},
    {503, "暂时无法服务", "Unavailable for now"},
};

std::string_view title_of(int status, Language language) {
  for (const auto& title : kTitles) {
    if (title.status == status) return language == Language::zh ? title.zh : title.en;
  }
  return language == Language::zh ? "系统错误" : "Error";
}

Problems unavailable(int seconds) {
  return {Problem{ProblemCode::unavailable, "", {{"seconds", std::to_string(seconds)}}}};
}

}  // namespace

std::string_view header_of(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

void set_header(Headers& headers, std::string_view name, std::string value) {
  for (auto& header : headers) {
    if (same_name(header.first, name)) {
      header.second = std::move(value);
      return;
    }
  }
  headers.emplace_back(std::string(name), std::move(value));
}

std::string_view Request::query_value(std::string_view name) const {
  return value_in(query, name);
}

const std::string& Request::param(std::string_view name) const {
  for (const auto& [key, value] : path_params) {
    if (key == name) return value;
  }
  throw std::logic_error("the route has no parameter " + std::string(name));
}

std::string Request::cookie(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (!same_name(key, "cookie")) continue;
    for (const auto& part : text::split(value, ';')) {
      const std::string_view one = text::trim(part);
      const size_t equals = one.find('=');
      if (equals != one.npos && one.substr(0, equals) == name)
        return std::string(one.substr(equals + 1));
    }
  }
  return {};
}

Result<Json> Request::json_body() const {
  auto json = parse_json(body);
  if (!json) return fail(json);
  if (!json->is_object()) return fail(ProblemCode::wrong_type, "", {{"expected", "object"}});
  return json;
}

Status set_target(Request& request, std::string target) {
  request.target = std::move(target);
  request.query.clear();
  if (request.target == "*") {
    request.path = "*";
    return {};
  }
  const std::string_view whole = strip_origin(request.target);
  if (!whole.starts_with('/') && !whole.starts_with('?')) return bad_target("target");
  const size_t question = std::min(whole.find('?'), whole.size());
  auto path = percent_decode(whole.substr(0, question));
  if (!path) return bad_target("percent-encoding");
  if (path->find('\0') != std::string::npos) return bad_target("NUL in the path");
  for (const auto& part : text::split(*path, '/')) {
    if (part == "." || part == "..") return bad_target("dot part in the path");
  }
  request.path = path->empty() ? "/" : std::move(*path);
  if (question == whole.size()) return {};
  for (const auto& pair : text::split(whole.substr(question + 1), '&')) {
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    auto key = percent_decode(std::string_view(pair).substr(0, equals), true);
    auto value =
        percent_decode(std::string_view(pair).substr(std::min(equals + 1, pair.size())), true);
    if (!key || !value) return bad_target("percent-encoding");
    request.query.emplace_back(std::move(*key), std::move(*value));
  }
  return {};
}

Language language_of(const Request& request) {
  double zh = -1;
  double en = -1;
  for (const auto& entry : text::split(request.header("accept-language"), ',')) {
    const auto parts = text::split(entry, ';');
    const std::string tag = text::lower_ascii(text::trim(parts[0]));
    double q = 1;
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::string_view p = text::trim(parts[i]);
      if (p.starts_with("q=")) q = std::strtod(std::string(p.substr(2)).c_str(), nullptr);
    }
    if (q <= 0) continue;
    if (tag == "*" || tag == "zh" || tag.starts_with("zh-")) zh = std::max(zh, q);
    // Of two with the same weight the first counts.
    if (tag == "en" || tag.starts_with("en-")) en = std::max(en, zh == q ? q - 1e-6 : q);
  }
  return en > 0 && en >= zh ? Language::en : Language::zh;
}

Response Response::json(const Json& json, int status) {
  return {status, {{"Content-Type", "application/json"}}, to_string(json)};
}
Response Response::text(std::string text, int status) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(text)};
}
Response Response::html(std::string html, int status) {
  return {status, {{"Content-Type", "text/html; charset=utf-8"}}, std::move(html)};
}
Response Response::redirect(std::string location, int status) {
  return {status, {{"Location", std::move(location)}}, ""};
}
Response Response::no_content() {
  return {204, {}, ""};
}

Response problem_response(const Request& request, const Problems& problems) {
  // No problem at all is a bug of the caller; the client must not take it for success.
  static const Problems kInternal{Problem{ProblemCode::internal, "", {}}};
  const Problems& all = problems.empty() ? kInternal : problems;
  const Language language = language_of(request);
  const auto& first = all.front();
  const auto& spec = spec_of(first.code);
  std::string detail = problem_text(first.code, first.args, language);
  if (all.size() > 1) {
    const std::string count = std::to_string(all.size());
    detail += language == Language::zh ? "；共 " + count + " 处问题" : "; " + count + " problems";
  }
  const Json body = Json::object({{"type", "urn:openbeian:problem:" + std::string(spec.name)},
                                  {"title", title_of(spec.http_status, language)},
                                  {"status", spec.http_status},
                                  {"detail", std::move(detail)},
                                  {"code", spec.name},
                                  {"request_id", request.request_id},
                                  {"errors", problems_json(all, language)}});

  Response response{spec.http_status,
                    {{"Content-Type", "application/problem+json"},
                     {"Content-Language", language == Language::zh ? "zh-CN" : "en"},
                     {"Cache-Control", "no-store"}},
                    to_string(body)};
  if (spec.http_status == 401)
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"beian\"");
  const std::string_view seconds = value_in(first.args, "seconds");
  if (spec.http_status == 429 || spec.http_status == 503)
    response.headers.emplace_back("Retry-After", seconds.empty() ? "5" : std::string(seconds));
  return response;
}

Response respond(const Request& request, const Result<Json>& result, int status) {
  return result ? Response::json(*result, status) : problem_response(request, result.error());
}

Response exception_response(const Request& request, std::exception_ptr thrown,
                            const ExceptionMapper& mapper) {
  const auto later = [&](const char* what, int seconds) {
    log::warn("http.unavailable",
              {{"request_id", request.request_id}, {"path", request.path}, {"reason", what}});
    return problem_response(request, unavailable(seconds));
  };
  if (mapper) {
    if (const auto known = mapper(thrown))
      return later(known->what(), known->retry_after_seconds());
  }
  std::string type = "unknown";
  std::string what;
  try {
    std::rethrow_exception(thrown);
  } catch (const Unavailable& e) {
    return later(e.what(), e.retry_after_seconds());
  } catch (const std::bad_alloc& e) {
    return later(e.what(), 10);
  } catch (const std::system_error& e) {
    if (e.code() == std::errc::no_space_on_device || e.code().value() == EDQUOT)
      return later(e.what(), 30);
    type = "std::system_error";
    what = e.what();
  } catch (const std::exception& e) {
    type = typeid(e).name();
    what = e.what();
  } catch (...) {
  }
  log::error("http.internal", {{"request_id", request.request_id},
                               {"method", request.method},
                               {"path", request.path},
                               {"type", type},
                               {"what", what}});
  return problem_response(request, {Problem{ProblemCode::internal, "", {}}});
}

}  // namespace beian::http
