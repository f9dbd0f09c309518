#include "platform/http/server.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>

#include "platform/http/session.hpp"
#include "platform/log/log.hpp"

namespace beian::http {

namespace {

using boost::system::error_code;
using net::ip::tcp;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{50};
// Connections beyond the limit that are told so at the same time; more are closed without a word.
constexpr size_t kTurnedAway = 256;

std::string address_text(const tcp::socket& socket) {
  error_code ec;
  const auto endpoint = socket.remote_endpoint(ec);
  if (ec) return {};
  const auto address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

}  // namespace

struct Server::Impl {
  ServerOptions options;
  Handler handler;
  Observer observer;
  net::io_context ioc;
  net::executor_work_guard<net::io_context::executor_type> work{ioc.get_executor()};
  net::strand<net::io_context::executor_type> accept_strand{ioc.get_executor()};
  tcp::acceptor acceptor{accept_strand};
  net::steady_timer accept_pause{accept_strand};
  net::steady_timer ticker{ioc};
  std::mutex mutex;
  std::condition_variable gone;
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::atomic<bool> stopping{false};
  std::mutex stop_mutex;
  bool stopped = false;
  bool stopped_whole = true;
  tcp::endpoint bound;
  HandlerPool pool;
  const SessionContext context{options, handler, observer, pool, stopping};
  std::vector<std::thread> threads;

  Impl(ServerOptions o, Handler h, Observer ob)
      : options(std::move(o)),
        handler(std::move(h)),
        observer(std::move(ob)),
        ioc(static_cast<int>(std::max<size_t>(options.io_threads, 1))),
        pool(options.handler_threads, options.queue_limit) {
    listen();
    net::co_spawn(accept_strand, accept_all(), net::detached);
    tick();
    for (size_t i = 0; i < std::max<size_t>(options.io_threads, 1); ++i)
      threads.emplace_back([this] { ioc.run(); });
  }

  ~Impl() {
    // Handlers refer to exchanges, exchanges live in coroutines, coroutines in the io_context.
    pool.close();
    pool.join();
  }

  void listen();
  net::any_io_executor connection_executor();
  net::awaitable<void> accept_all();
  void take_connection(tcp::socket socket);
  net::awaitable<void> serve(std::shared_ptr<Connection> c);
  void tick();
  void drain_backlog();
  bool stop(std::chrono::milliseconds grace);
};

void Server::Impl::listen() {
  const std::string where = options.address + ":" + std::to_string(options.port);
  try {
    const auto address =
        net::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address);
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(net::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen(1024);
    bound = acceptor.local_endpoint();
  } catch (const boost::system::system_error& e) {
    throw std::runtime_error("cannot listen on " + where + ": " + e.code().message());
  }
}

net::any_io_executor Server::Impl::connection_executor() {
  if (options.io_threads <= 1) return ioc.get_executor();
  return net::make_strand(ioc);
}

net::awaitable<void> Server::Impl::accept_all() {
  while (!stopping) {
    tcp::socket socket(connection_executor());
    error_code ec;
    co_await acceptor.async_accept(socket, net::redirect_error(net::use_awaitable, ec));
    if (!ec) {
      try {
        take_connection(std::move(socket));
      } catch (const std::exception& e) {
        log::error("http.accept", {{"what", e.what()}});
      }
    } else if (ec != net::error::operation_aborted && ec != net::error::connection_aborted) {
      // Out of descriptors, mostly: those that are open must end first.
      log::warn("http.accept", {{"reason", ec.message()}});
      accept_pause.expires_after(std::chrono::milliseconds(100));
      co_await accept_pause.async_wait(net::redirect_error(net::use_awaitable, ec));
    }
  }
}

void Server::Impl::take_connection(tcp::socket socket) {
  const auto executor = socket.get_executor();
  auto c = std::make_shared<Connection>(std::move(socket));
  error_code ec;
  c->socket.set_option(tcp::no_delay(true), ec);
  c->remote = address_text(c->socket);
  {
    const std::lock_guard lock(mutex);
    if (connections.size() >= options.max_connections + kTurnedAway) return;
    c->one_too_many = connections.size() >= options.max_connections;
    connections.insert(c);
  }
  net::co_spawn(executor, serve(std::move(c)), net::detached);
}

net::awaitable<void> Server::Impl::serve(std::shared_ptr<Connection> c) {
  try {
    co_await run_session(context, *c);
  } catch (const std::exception& e) {
    log::error("http.connection", {{"what", e.what()}});
  }
  error_code ec;
  // The client hears of the end though a child process may still hold a copy of the descriptor.
  c->socket.shutdown(tcp::socket::shutdown_send, ec);
  c->socket.close(ec);
  const std::lock_guard lock(mutex);
  connections.erase(c);
  gone.notify_all();
}

// One clock for all deadlines: cheaper than a timer for each read and write.
void Server::Impl::tick() {
  ticker.expires_after(kTick);
  ticker.async_wait([this](const error_code& ec) {
    if (ec) return;
    const int64_t now = steady_ms();
    {
      const std::lock_guard lock(mutex);
      for (const auto& c : connections) {
        if (c->deadline.load(std::memory_order_relaxed) > now) continue;
        net::post(c->socket.get_executor(), [c] {
          if (c->deadline.load(std::memory_order_relaxed) > steady_ms()) return;
          c->timed_out = true;
          error_code ignored;
          c->socket.cancel(ignored);
        });
      }
    }
    tick();
  });
}

// Connections that the kernel has taken already are served, not reset.
void Server::Impl::drain_backlog() {
  error_code ec;
  acceptor.cancel(ec);
  acceptor.non_blocking(true, ec);
  while (!ec) {
    tcp::socket socket(connection_executor());
    acceptor.accept(socket, ec);
    if (!ec) take_connection(std::move(socket));
  }
  acceptor.close(ec);
}

bool Server::Impl::stop(std::chrono::milliseconds grace) {
  const std::lock_guard once(stop_mutex);
  if (stopped) return stopped_whole;
  stopped = true;
  const auto until = Steady::now() + grace;
  stopping = true;
  std::atomic<bool> drained{false};
  net::post(accept_strand, [this, &drained] {
    drain_backlog();
    drained = true;
    drained.notify_one();
  });
  drained.wait(false);

  const auto post_all = [this](auto what) {
    const std::lock_guard lock(mutex);
    for (const auto& c : connections) net::post(c->socket.get_executor(), [c, what] { what(*c); });
  };
  post_all([](Connection& c) {
    error_code ec;
    if ((c.idle && !c.has_unread()) || c.waiting) c.socket.cancel(ec);
    if (c.in_head) c.deadline = std::min(c.deadline.load(), steady_ms() + kStopHead.count());
  });
  {
    std::unique_lock lock(mutex);
    stopped_whole = gone.wait_until(lock, until, [this] { return connections.empty(); });
  }
  if (!stopped_whole) {
    {
      const std::lock_guard lock(mutex);
      log::warn("http.stop_cut", {{"connections", std::to_string(connections.size())}});
    }
    post_all([](Connection& c) {
      error_code ec;
      c.socket.close(ec);
    });
    std::unique_lock lock(mutex);
    gone.wait_for(lock, std::chrono::milliseconds(200), [this] { return connections.empty(); });
  }
  pool.close();
  ioc.stop();
  for (auto& thread : threads) thread.join();
  return stopped_whole;
}

Server::Server(ServerOptions options, Handler handler, Observer observer)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), std::move(observer))) {}

Server::~Server() {
  stop();
}

uint16_t Server::port() const {
  return impl_->bound.port();
}

std::string Server::origin() const {
  const auto address = impl_->bound.address();
  std::string host = address.to_string();
  if (address.is_unspecified()) host = address.is_v6() ? "::1" : "127.0.0.1";
  if (address.is_v6()) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(port());
}

bool Server::stop(std::chrono::milliseconds grace) {
  return impl_->stop(grace);
}

}  // namespace beian::http
