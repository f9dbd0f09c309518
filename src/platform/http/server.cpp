#include "platform/http/server.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unordered_set>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/http/handler_pool.hpp"
#include "platform/http/response_head.hpp"
#include "platform/log/log.hpp"

namespace beian::http {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using net::ip::tcp;
using Steady = std::chrono::steady_clock;
using Parser = beast::http::request_parser<beast::http::string_body>;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr std::chrono::milliseconds kTick{50};
// How long an answer that ends a connection waits for the client to stop sending: closing with
// unread bytes would reset the connection and could take the answer with it.
constexpr std::chrono::milliseconds kLinger{1'000};
// What a head that has begun to arrive may still take once the server stops.
constexpr std::chrono::milliseconds kStopHead{1'000};
// Connections beyond the limit that are told so at the same time; more are closed without a word.
constexpr size_t kTurnedAway = 256;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now().time_since_epoch())
      .count();
}

struct Connection {
  explicit Connection(tcp::socket s) : socket(std::move(s)) {}
  tcp::socket socket;
  beast::flat_buffer buffer;
  std::string remote;
  std::atomic<int64_t> deadline{kNever};  // of the operation under way
  // Touched on the socket's executor only.
  bool timed_out = false;
  bool idle = false;  // no byte of the next request has been seen
  bool in_head = false;
  bool fresh = true;  // no request yet
  bool one_too_many = false;

  void arm(std::chrono::milliseconds timeout) {
    timed_out = false;
    deadline.store(now_ms() + timeout.count(), std::memory_order_relaxed);
  }
  void disarm() { deadline.store(kNever, std::memory_order_relaxed); }
  bool has_unread() {
    error_code ec;
    return buffer.size() > 0 || socket.available(ec) > 0;
  }
};

struct Exchange {
  Request request;
  Response response;
  Steady::time_point began = Steady::now();
  bool http10 = false;
  bool close = false;
};

bool good_request_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string fresh_request_id() {
  return new_id(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()));
}

Problem bad_request(std::string reason) {
  return {ProblemCode::bad_request, "", {{"reason", std::move(reason)}}};
}

// Copies the head; trailers of a chunked body come later and never get in. What is wrong with it.
Problems take_head(const Parser& parser, Exchange& x) {
  const auto& message = parser.get();
  x.http10 = message.version() < 11;
  x.close = !message.keep_alive();
  x.request.method = std::string(message.method_string());
  size_t hosts = 0;
  bool odd_encoding = false;
  for (const auto& field : message) {
    x.request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    if (field.name() == beast::http::field::host) ++hosts;
    if (field.name() == beast::http::field::transfer_encoding)
      odd_encoding |= text::lower_ascii(x.request.headers.back().second) != "chunked";
  }
  if (const auto id = x.request.header("x-request-id"); good_request_id(id))
    x.request.request_id = std::string(id);
  Problems problems;
  if (auto ok = set_target(x.request, std::string(message.target())); !ok) problems = ok.error();
  if (hosts > 1 || (hosts == 0 && !x.http10)) problems.push_back(bad_request("Host"));
  // What another server on the way might read differently ends here.
  if (odd_encoding) problems.push_back(bad_request("Transfer-Encoding"));
  return problems;
}

// What to tell the client of a failed read; nothing when it is gone.
Problems problems_of(const error_code& ec, const Connection& c, const ServerOptions& options) {
  using beast::http::error;
  const auto max = [](size_t n) {
    return std::vector<std::pair<std::string, std::string>>{{"max", std::to_string(n)}};
  };
  if (c.timed_out) return {Problem{ProblemCode::request_timeout, "", {}}};
  if (ec == error::header_limit || ec == error::buffer_overflow)
    return {Problem{ProblemCode::header_too_large, "", max(options.header_limit)}};
  if (ec == error::body_limit)
    return {Problem{ProblemCode::too_large, "", max(options.body_limit)}};
  if (ec == error::end_of_stream || ec == error::partial_message) return {};
  if (ec.category() == beast::http::make_error_code(error::bad_target).category())
    return {bad_request(ec.message())};
  return {};
}

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

  // GCC 12.2 destroys a class value built inside a co_await expression twice, a coroutine's
  // by-value argument among them: those below take references, and closures get a name first.
  void listen();
  net::any_io_executor connection_executor();
  net::awaitable<void> accept_all();
  void take_connection(tcp::socket socket);
  net::awaitable<void> serve(std::shared_ptr<Connection> c);
  net::awaitable<bool> serve_one(Connection& c);
  net::awaitable<bool> turn_away(Connection& c);
  net::awaitable<bool> wait_for_bytes(Connection& c);
  net::awaitable<Problems> read_request(Connection& c, Exchange& x, bool& lost);
  net::awaitable<void> run_handler(Exchange& x);
  net::awaitable<bool> write_answer(Connection& c, Exchange& x);
  net::awaitable<void> linger(Connection& c);
  net::awaitable<bool> refuse(Connection& c, Exchange& x, const Problems& problems);
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
    if (c->one_too_many) {
      co_await turn_away(*c);
    } else {
      while (co_await serve_one(*c)) {
      }
    }
  } catch (const std::exception& e) {
    log::error("http.connection", {{"what", e.what()}});
  }
  error_code ec;
  c->socket.close(ec);
  const std::lock_guard lock(mutex);
  connections.erase(c);
  gone.notify_all();
}

net::awaitable<bool> Server::Impl::turn_away(Connection& c) {
  Exchange x;
  Problems problems{Problem{ProblemCode::unavailable, "", {{"seconds", "2"}}}};
  co_return co_await refuse(c, x, problems);
}

// True when there are bytes of a request.
net::awaitable<bool> Server::Impl::wait_for_bytes(Connection& c) {
  while (c.buffer.size() == 0) {
    if (stopping && !c.has_unread()) co_return false;
    c.arm(c.fresh ? options.header_timeout : options.idle_timeout);
    c.idle = true;
    error_code ec;
    const size_t n = co_await c.socket.async_read_some(c.buffer.prepare(8 * 1024),
                                                       net::redirect_error(net::use_awaitable, ec));
    c.idle = false;
    const bool late = c.timed_out;
    c.disarm();
    c.buffer.commit(n);
    // Aborted by stop(): the bytes may have come just then.
    if (ec && (late || ec != net::error::operation_aborted)) co_return false;
  }
  c.fresh = false;
  co_return true;
}

// Problems for the client; `lost` when it is gone instead.
net::awaitable<Problems> Server::Impl::read_request(Connection& c, Exchange& x, bool& lost) {
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(options.header_limit));
  parser.body_limit(boost::none);
  error_code ec;
  c.arm(stopping ? std::min(options.header_timeout, kStopHead) : options.header_timeout);
  c.in_head = true;
  co_await beast::http::async_read_header(c.socket, c.buffer, parser,
                                          net::redirect_error(net::use_awaitable, ec));
  c.in_head = false;
  c.disarm();
  if (ec) {
    Problems problems = problems_of(ec, c, options);
    lost = problems.empty();
    co_return problems;
  }
  Problems problems = take_head(parser, x);
  if (!problems.empty()) co_return problems;
  if (parser.content_length().value_or(0) > options.body_limit) {
    ec = beast::http::error::body_limit;
    co_return problems_of(ec, c, options);
  }
  if (!parser.is_done()) {
    parser.body_limit(options.body_limit);
    c.arm(options.body_timeout);
    if (!x.http10 && text::lower_ascii(x.request.header("expect")) == "100-continue") {
      co_await net::async_write(c.socket, net::buffer(kContinue),
                                net::redirect_error(net::use_awaitable, ec));
    }
    if (!ec)
      co_await beast::http::async_read(c.socket, c.buffer, parser,
                                       net::redirect_error(net::use_awaitable, ec));
    c.disarm();
    if (ec) {
      problems = problems_of(ec, c, options);
      lost = problems.empty();
      co_return problems;
    }
  }
  x.request.body = std::move(parser.get().body());
  co_return problems;
}

net::awaitable<void> Server::Impl::run_handler(Exchange& x) {
  if (!pool.reserve()) {
    x.response =
        problem_response(x.request, {Problem{ProblemCode::unavailable, "", {{"seconds", "1"}}}});
    co_return;
  }
  auto start = [this, &x](auto done) {
    auto executor = net::get_associated_executor(done);
    pool.submit([this, &x, executor, done = std::move(done)]() mutable {
      try {
        x.response = handler(x.request);
      } catch (...) {
        x.response = exception_response(x.request, std::current_exception());
      }
      net::post(executor, std::move(done));
    });
  };
  co_await net::async_initiate<const net::use_awaitable_t<>&, void()>(start, net::use_awaitable);
}

// False when the connection is broken.
net::awaitable<bool> Server::Impl::write_answer(Connection& c, Exchange& x) {
  const auto status = beast::http::int_to_status(static_cast<unsigned>(x.response.status));
  const auto reason = beast::http::obsolete_reason(status);
  HeadContext context;
  context.reason = {reason.data(), reason.size()};
  context.request_id = x.request.request_id;
  context.http10 = x.http10;
  context.close = x.close;
  const std::string head = response_head(x.response, context);
  const bool body = x.request.method != "HEAD" && has_body(x.response.status);
  const std::array<net::const_buffer, 2> buffers = {
      net::buffer(head), net::buffer(x.response.body.data(), body ? x.response.body.size() : 0)};
  error_code ec;
  c.arm(options.write_timeout);
  co_await net::async_write(c.socket, buffers, net::redirect_error(net::use_awaitable, ec));
  c.disarm();
  if (observer) {
    const Observed observed{
        x.request, x.response,
        std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - x.began)};
    observer(observed);
  }
  co_return !ec;
}

net::awaitable<void> Server::Impl::linger(Connection& c) {
  error_code ec;
  c.socket.shutdown(tcp::socket::shutdown_send, ec);
  c.arm(kLinger);
  std::array<char, 16 * 1024> scrap;
  while (!ec)
    co_await c.socket.async_read_some(net::buffer(scrap),
                                      net::redirect_error(net::use_awaitable, ec));
  c.disarm();
}

// Answers what never reached a handler; nothing sensible can follow on the connection.
net::awaitable<bool> Server::Impl::refuse(Connection& c, Exchange& x, const Problems& problems) {
  if (x.request.request_id.empty()) x.request.request_id = fresh_request_id();
  x.request.remote = c.remote;
  x.response = problem_response(x.request, problems);
  x.close = true;
  const bool written = co_await write_answer(c, x);
  if (written) co_await linger(c);
  co_return false;
}

net::awaitable<bool> Server::Impl::serve_one(Connection& c) {
  if (!co_await wait_for_bytes(c)) co_return false;
  Exchange x;
  bool lost = false;
  Problems problems = co_await read_request(c, x, lost);
  if (lost) co_return false;
  x.began = Steady::now();
  if (!problems.empty()) co_return co_await refuse(c, x, problems);
  if (x.request.request_id.empty()) x.request.request_id = fresh_request_id();
  x.request.remote = c.remote;
  co_await run_handler(x);
  if (x.response.status == 0) co_return false;  // the handler wants no answer given
  if (stopping) x.close = true;
  if (!co_await write_answer(c, x)) co_return false;
  if (!x.close) co_return true;
  if (c.has_unread()) co_await linger(c);
  co_return false;
}

// One clock for all deadlines: cheaper than a timer for each read and write.
void Server::Impl::tick() {
  ticker.expires_after(kTick);
  ticker.async_wait([this](const error_code& ec) {
    if (ec) return;
    const int64_t now = now_ms();
    {
      const std::lock_guard lock(mutex);
      for (const auto& c : connections) {
        if (c->deadline.load(std::memory_order_relaxed) > now) continue;
        net::post(c->socket.get_executor(), [c] {
          if (c->deadline.load(std::memory_order_relaxed) > now_ms()) return;
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
    if (c.idle && !c.has_unread()) c.socket.cancel(ec);
    if (c.in_head) c.deadline = std::min(c.deadline.load(), now_ms() + kStopHead.count());
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
