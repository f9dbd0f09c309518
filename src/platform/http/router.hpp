// Routes are rows: verb, path, required scope, summary, handler. `beian doc routes` prints them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/http.hpp"

namespace beian::http {

// What a caller must hold to use a route. No default: a route without a decision does not compile.
class Scope {
 public:
  constexpr explicit Scope(std::string_view name) : name_(name) {}
  constexpr std::string_view name() const { return name_; }
  bool operator==(const Scope&) const = default;

 private:
  std::string_view name_;
};

inline constexpr Scope kPublic{"public"};

struct Route {
  std::string_view method;
  std::string_view path;  // "/api/v1/orders/{id}"; {rest*} as the last part takes the rest
  Scope scope;
  std::string_view summary;  // English, for the API documentation
  Handler handler;
};

// Decides whether the request's caller holds the scope, and who the caller is. Not asked for
// kPublic routes, but `identify` is: a public page may greet a known caller.
struct Authorizer {
  std::function<Result<Caller>(const Request&, Scope)> authorize;
  std::function<Caller(const Request&)> identify;  // never fails: an empty caller
};

// The same routes, but a request whose path or query holds U+0000 or broken UTF-8 gets bad_request
// before its handler: no row has such a key and no database takes such a text. For rooms that say
// nothing better about it themselves.
std::vector<Route> with_plain_text(std::vector<Route> routes);

class Router {
 public:
  // Two routes with the same verb and shape throw at once, not at the first request.
  void add(std::vector<Route> routes);
  void set_authorizer(Authorizer authorizer) { authorizer_ = std::move(authorizer); }
  // App tells here that db::Unavailable means 503.
  void set_exception_mapper(ExceptionMapper mapper) { exception_mapper_ = std::move(mapper); }
  // Asked when no route fits (the front end's files); default 404.
  void set_fallback(Handler fallback) { fallback_ = std::move(fallback); }

  const std::vector<Route>& routes() const { return routes_; }
  // Finds the route, authorizes, calls the handler; turns exceptions into 503 or `internal`.
  // 404 and 405 (with Allow) as problems. HEAD is served by the GET route, OPTIONS by the table.
  // A literal part goes before {param}, {param} before {rest*}. Pure but for the handlers.
  Response handle(Request request) const;

 private:
  // The paths as a tree of their parts; names of parameters are told apart only by the route.
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
    std::unique_ptr<Node> param;
    std::unique_ptr<Node> rest;
    std::map<std::string, size_t, std::less<>> verbs;  // index into routes_
  };
  static void match(const Node& node, const std::vector<std::string>& parts, size_t at,
                    std::vector<const Node*>& found);
  Response call(const Route& route, const std::vector<std::string>& parts, Request& request) const;
  Response dispatch(Request& request) const;

  std::vector<Route> routes_;
  Node root_;
  ExceptionMapper exception_mapper_;
  Authorizer authorizer_;
  Handler fallback_;
};

}  // namespace beian::http
