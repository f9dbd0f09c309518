#include "platform/http/router.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace beian::http {

namespace {

enum class PartKind { literal, param, rest };

PartKind kind_of(std::string_view part) {
  if (!part.starts_with('{')) return PartKind::literal;
  return part.ends_with("*}") ? PartKind::rest : PartKind::param;
}

std::string name_of(std::string_view part) {
  return std::string(part.substr(1, part.size() - (kind_of(part) == PartKind::rest ? 3 : 2)));
}

// "/a/b" has the parts a and b; "/" has one empty part.
std::vector<std::string> parts_of(std::string_view path) {
  return text::split(path.substr(path.starts_with('/') ? 1 : 0), '/');
}

// The parts of the request's path. Split before decoding, so that %2F is a character of a part.
std::vector<std::string> request_parts(const Request& request) {
  std::string_view raw = request.target;
  if (!raw.starts_with('/')) return parts_of(request.path);
  auto parts = parts_of(raw.substr(0, raw.find('?')));
  for (auto& part : parts) {
    auto decoded = percent_decode(part);
    if (!decoded) return parts_of(request.path);
    part = std::move(*decoded);
  }
  return parts;
}

std::vector<std::string> checked_parts(const Route& route) {
  const std::string shown = std::string(route.method) + " " + std::string(route.path);
  if (!route.path.starts_with('/') || route.method.empty() || !route.handler)
    throw std::logic_error("not a route: " + shown);
  auto parts = parts_of(route.path);
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool braces = parts[i].find_first_of("{}") != std::string::npos;
    if (braces &&
        (!parts[i].starts_with('{') || !parts[i].ends_with('}') || name_of(parts[i]).empty()))
      throw std::logic_error("bad part in the route " + shown);
    if (kind_of(parts[i]) == PartKind::rest && i + 1 != parts.size())
      throw std::logic_error("{rest*} must stand last in the route " + shown);
  }
  return parts;
}

}  // namespace

void Router::add(std::vector<Route> routes) {
  for (auto& route : routes) {
    Node* node = &root_;
    for (const auto& part : checked_parts(route)) {
      const PartKind kind = kind_of(part);
      auto& next = kind == PartKind::literal ? node->literal[part]
                   : kind == PartKind::param ? node->param
                                             : node->rest;
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    if (!node->verbs.emplace(route.method, routes_.size()).second)
      throw std::logic_error("a second route " + std::string(route.method) + " " +
                             std::string(route.path));
    routes_.push_back(std::move(route));
  }
}

void Router::match(const Node& node, const std::vector<std::string>& parts, size_t at,
                   std::vector<const Node*>& found) {
  if (at == parts.size()) {
    if (!node.verbs.empty()) found.push_back(&node);
    return;
  }
  if (const auto it = node.literal.find(parts[at]); it != node.literal.end())
    match(*it->second, parts, at + 1, found);
  if (node.param && !parts[at].empty()) match(*node.param, parts, at + 1, found);
  if (node.rest) found.push_back(node.rest.get());
}

Response Router::call(const Route& route, const std::vector<std::string>& parts,
                      Request& request) const {
  const auto names = parts_of(route.path);
  for (size_t i = 0; i < names.size(); ++i) {
    const PartKind kind = kind_of(names[i]);
    if (kind == PartKind::literal) continue;
    std::string value = parts[i];
    if (kind == PartKind::rest) {
      for (size_t k = i + 1; k < parts.size(); ++k) value += "/" + parts[k];
    }
    request.path_params.emplace_back(name_of(names[i]), std::move(value));
  }
  if (route.scope == kPublic) {
    if (authorizer_.identify) request.caller = authorizer_.identify(request);
    return route.handler(request);
  }
  if (!authorizer_.authorize)
    throw std::logic_error("no authorizer for " + std::string(route.path));
  auto caller = authorizer_.authorize(request, route.scope);
  if (!caller) return problem_response(request, caller.error());
  request.caller = std::move(*caller);
  return route.handler(request);
}

Response Router::dispatch(Request& request) const {
  const auto parts = request_parts(request);
  std::vector<const Node*> found;
  match(root_, parts, 0, found);
  const bool head = request.method == "HEAD";
  std::set<std::string> allow;
  for (const Node* node : found) {
    auto it = node->verbs.find(request.method);
    if (it == node->verbs.end() && head) it = node->verbs.find("GET");
    if (it != node->verbs.end()) return call(routes_[it->second], parts, request);
    for (const auto& [verb, index] : node->verbs) allow.insert(verb);
  }
  if (found.empty() && request.path != "*") {
    if (fallback_) {
      if (authorizer_.identify) request.caller = authorizer_.identify(request);
      return fallback_(request);
    }
    return problem_response(request, {Problem{ProblemCode::not_found, "", {}}});
  }
  if (allow.contains("GET")) allow.insert("HEAD");
  allow.insert("OPTIONS");
  std::string list = text::join({allow.begin(), allow.end()}, ", ");
  Response response =
      request.method == "OPTIONS"
          ? Response::no_content()
          : problem_response(request, {Problem{ProblemCode::method_not_allowed, "", {}}});
  response.headers.emplace_back("Allow", std::move(list));
  return response;
}

Response Router::handle(Request request) const {
  try {
    return dispatch(request);
  } catch (...) {
    return exception_response(request, std::current_exception(), exception_mapper_);
  }
}

std::vector<Route> with_plain_text(std::vector<Route> routes) {
  const auto odd = [](const auto& pairs) {
    return std::any_of(pairs.begin(), pairs.end(), [](const auto& pair) {
      return !text::is_utf8(pair.second) || pair.second.find('\0') != std::string::npos;
    });
  };
  for (auto& route : routes) {
    route.handler = [odd, handler = std::move(route.handler)](const Request& request) {
      if (odd(request.path_params) || odd(request.query)) {
        return problem_response(
            request, {{ProblemCode::bad_request, "", {{"reason", "text is not UTF-8"}}}});
      }
      return handler(request);
    };
  }
  return routes;
}

}  // namespace beian::http
