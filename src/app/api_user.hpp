// Somebody who uses the public HTTP API, as the portal does: signs in, keeps the cookie, sends the
// CSRF token. The demo, the crash test and the benchmark act through it and through nothing else.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/personal.hpp"
#include "base/result.hpp"

namespace beian::app {

class ApiUser {
 public:
  explicit ApiUser(std::string origin) : origin_(std::move(origin)) {}

  Status register_account(const std::string& name, const Secret& password);
  Status sign_in(const std::string& name, const Secret& password);

  // The answer's JSON (null when it has no body). An API problem comes back as the Problems it
  // lists; peer_unreachable when no answer came, and `http_status()` is 0 then.
  Result<Json> get(std::string_view path);
  // With a key, sending the same request again answers what the first one did.
  Result<Json> post(std::string_view path, const Json& body, std::string_view idempotency_key = {});
  Result<Json> put(std::string_view path, const Json& body);
  Result<Json> del(std::string_view path);
  Result<Json> post_bytes(std::string_view path, std::string_view content_type, std::string bytes);
  int http_status() const { return status_; }

 private:
  Result<Json> send(std::string_view method, std::string_view path, std::string_view content_type,
                    std::string body, std::string_view idempotency_key = {});

  std::string origin_, cookie_, csrf_;
  int status_ = 0;
};

// The problems of an application/problem+json body.
Problems read_problems(const Json& body);
// One line a problem, in Chinese, for terminals.
std::string describe(const Problems& problems);

}  // namespace beian::app
