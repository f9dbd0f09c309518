// One connection and what is said on it. Private to platform/http.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "platform/http/handler_pool.hpp"
#include "platform/http/server.hpp"

namespace beian::http {

namespace net = boost::asio;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
// What a head that has begun to arrive may still take once the server stops.
constexpr std::chrono::milliseconds kStopHead{1'000};

inline int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Connection : std::enable_shared_from_this<Connection> {
  explicit Connection(net::ip::tcp::socket s) : socket(std::move(s)) {}
  net::ip::tcp::socket socket;
  boost::beast::flat_buffer buffer;
  std::string remote;
  std::atomic<int64_t> deadline{kNever};  // of the operation under way
  // Touched on the socket's executor only.
  bool timed_out = false;
  bool idle = false;  // no byte of the next request has been seen
  bool in_head = false;
  bool fresh = true;  // no request yet
  bool one_too_many = false;
  bool waiting = false;  // in a stream, for something to write
  bool woken = false;

  void arm(std::chrono::milliseconds timeout) {
    timed_out = false;
    deadline.store(steady_ms() + timeout.count(), std::memory_order_relaxed);
  }
  void disarm() { deadline.store(kNever, std::memory_order_relaxed); }
  // There is something to write. On the socket's executor.
  void wake() {
    woken = true;
    boost::system::error_code ec;
    if (waiting) socket.cancel(ec);
  }
  bool has_unread() {
    boost::system::error_code ec;
    return buffer.size() > 0 || socket.available(ec) > 0;
  }
};

// What all sessions of a server share.
struct SessionContext {
  const ServerOptions& options;
  const Handler& handler;
  const Observer& observer;
  HandlerPool& pool;
  const std::atomic<bool>& stopping;
};

// Serves requests on the connection's executor until either side ends it. Closes nothing.
net::awaitable<void> run_session(const SessionContext& context, Connection& connection);

}  // namespace beian::http
