// HTTP/1.1 server: coroutines at the edge, handlers on a bounded pool of threads. No TLS: a proxy
// in front does that.
//
// What goes wrong below the handlers is answered as a problem too: bad_request (400, also without
// Host, or with both lengths), request_timeout (408), too_large (413), header_too_large (431),
// unavailable (503: queue or connections full). Answers get the security headers that they lack,
// X-Request-Id and Date; Content-Length is the server's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "platform/http/http.hpp"

namespace beian::http {

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;           // 0: a free one
  size_t io_threads = 1;       // accept, read, write
  size_t handler_threads = 8;  // run handlers, which may block
  size_t queue_limit = 512;    // requests waiting for a handler thread; more get 503
  size_t max_connections = 4096;
  size_t header_limit = 16 * 1024;       // bytes; 431 above
  size_t body_limit = 16 * 1024 * 1024;  // bytes; 413 above
  // No body is read: heads are answered, and the connection ends with one that has a body.
  bool heads_only = false;
  bool any_target = false;  // one that is no address is taken for "/", not refused
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{60'000};  // keep-alive
  std::chrono::milliseconds write_timeout{60'000};
  // A stream without news sends an empty comment so often: proxies keep it, dead clients show.
  std::chrono::milliseconds stream_pause{15'000};
};

// One observation per answered request (metrics, access log), made on an io thread: be quick.
// `took` is from the whole request to the whole answer, of a stream to its head. Path and method
// are empty when the head was broken.
struct Observed {
  const Request& request;
  const Response& response;
  std::chrono::microseconds took;
};
using Observer = std::function<void(const Observed&)>;

class Server {
 public:
  // Binds at once (throws std::runtime_error naming address and cause) and serves until stopped.
  Server(ServerOptions options, Handler handler, Observer observer = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  uint16_t port() const;
  std::string origin() const;  // "http://127.0.0.1:8080"
  // Stops accepting, finishes and answers every request whose head has arrived, closes; idle
  // connections and streams are closed at once. After `grace` the rest is cut. Idempotent; not to
  // be called from a handler. False when a request was cut: a handler may still be running then,
  // and the destructor waits for it.
  bool stop(std::chrono::milliseconds grace = std::chrono::seconds(8));

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::http
