// HTTP as handlers see it: plain values. The server and client behind it are Beast and libcurl.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace beian::http {

using Headers = std::vector<std::pair<std::string, std::string>>;
// First header of that name, compared without case; empty when absent.
std::string_view header_of(const Headers& headers, std::string_view name);

// Who asks. Filled in by the router's authorizer before the handler runs; empty for public routes.
struct Caller {
  std::string account_id;  // whose things they are
  std::string role;        // applicant, reviewer, officer, auditor, admin
  std::string session;     // session or token id
  // What this session or token may do: the role's scopes, or for a token the subset it was given.
  // Handlers that answer differently ask accounts::holds(caller, scope), not the role.
  std::vector<std::string> scopes;
  // The sign-in of a member who acts for account_id (room accounts); empty: account_id's own.
  std::string actor_id = {};

  // Who did it, for history and audit.
  const std::string& actor() const { return actor_id.empty() ? account_id : actor_id; }
};

struct Request {
  std::string method;                                            // upper case
  std::string target;                                            // as received
  std::string path;                                              // decoded, without query
  std::vector<std::pair<std::string, std::string>> query;        // decoded
  std::vector<std::pair<std::string, std::string>> path_params;  // {id} of the route
  Headers headers;
  std::string body;
  std::string remote;      // address of the peer, without port
  std::string request_id;  // from X-Request-Id when well-formed, else new
  Caller caller;

  std::string_view header(std::string_view name) const { return header_of(headers, name); }
  std::string_view query_value(std::string_view name) const;  // empty when absent
  const std::string& param(std::string_view name) const;      // throws when the route has no such
  std::string cookie(std::string_view name) const;            // empty when absent
  // The body as a JSON object; malformed_json or wrong_type.
  Result<Json> json_body() const;
};

// Reads target into path and query (percent-decoded, + is a blank in the query only). bad_request
// when it is neither a path nor an http URL, is badly escaped, or has a "." or ".." part.
Status set_target(Request& request, std::string target);
// What the caller reads, from Accept-Language; Chinese unless English is preferred.
Language language_of(const Request& request);
// Sets or replaces a header, compared without case.
void set_header(Headers& headers, std::string_view name, std::string value);

class Stream;

struct Response {
  // 0: the server closes the connection without an answer (the sandbox plays such faults).
  int status = 200;
  Headers headers{};
  std::string body{};
  // With one, the body goes on with what is pushed into it, until it is closed (stream.hpp).
  std::shared_ptr<Stream> stream{};

  static Response json(const Json& json, int status = 200);
  static Response text(std::string text, int status = 200);
  static Response html(std::string html, int status = 200);
  static Response redirect(std::string location, int status = 303);
  static Response no_content();
};

// RFC 9457 application/problem+json with an `errors` array of {code, field, detail, advice, help};
// the status is that of the first problem. Language from Accept-Language (Chinese by default).
// 401, 429 and 503 carry the headers that belong to them (Retry-After from the args' "seconds").
Response problem_response(const Request& request, const Problems& problems);

// Answers a Result<Json> either way.
Response respond(const Request& request, const Result<Json>& result, int status = 200);

using Handler = std::function<Response(const Request&)>;

// Thrown by lower layers when the disk is full, the database away or a queue full: 503 with
// Retry-After. Anything else that is thrown becomes a bare `internal`.
class Unavailable : public std::exception {
 public:
  explicit Unavailable(std::string what, int retry_after_seconds = 5)
      : what_(std::move(what)), retry_after_(retry_after_seconds) {}
  const char* what() const noexcept override { return what_.c_str(); }
  int retry_after_seconds() const { return retry_after_; }

 private:
  std::string what_;
  int retry_after_;
};

// Tells which exceptions of rooms that this one does not know mean "try again later".
using ExceptionMapper = std::function<std::optional<Unavailable>(std::exception_ptr)>;
// What the client sees of an exception: 503 for Unavailable, a full disk, no memory and what the
// mapper knows; anything else is logged with the request id and becomes a bare `internal`.
Response exception_response(const Request& request, std::exception_ptr thrown,
                            const ExceptionMapper& mapper = {});

}  // namespace beian::http
