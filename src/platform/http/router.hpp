// Routes are rows: verb, path, required scope, summary, handler. `beian doc routes` prints them.
#pragma once

#include <functional>
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

class Router {
 public:
  // Two routes with the same verb and shape throw at once, not at the first request.
  void add(std::vector<Route> routes);
  void set_authorizer(Authorizer authorizer) { authorizer_ = std::move(authorizer); }
  // Asked when no route fits (the front end's files); default 404.
  void set_fallback(Handler fallback) { fallback_ = std::move(fallback); }

  const std::vector<Route>& routes() const { return routes_; }
  // Finds the route, authorizes, calls the handler; turns exceptions into 503 or `internal`.
  // 404 and 405 (with Allow) as problems. Pure but for the handlers.
  Response handle(Request request) const;

 private:
  std::vector<Route> routes_;
  Authorizer authorizer_;
  Handler fallback_;
};

}  // namespace beian::http
