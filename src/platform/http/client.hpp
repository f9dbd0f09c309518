// HTTP client (libcurl). One call is one attempt; retrying is the caller's business.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "platform/http/http.hpp"

namespace beian::http {

struct ClientRequest {
  std::string method = "GET";
  std::string url{};
  Headers headers{};
  std::string body{};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{60'000};
  // An IP address: the connection goes there, whatever the URL's host resolves to, and through no
  // proxy. A certificate is still checked for the host.
  std::string connect_to{};
  size_t response_limit = 128 * 1024 * 1024;  // bytes
  // Once true, the call ends within about a second as peer_unreachable; for an orderly stop.
  const std::atomic<bool>* cancel = nullptr;
};

// peer_unreachable when no whole answer came (args: reason). Any HTTP status is an answer.
// Thread-safe; connections are kept and reused per thread. Follows no redirect.
Result<Response> send(const ClientRequest& request);

}  // namespace beian::http
