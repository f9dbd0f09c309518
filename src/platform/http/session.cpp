#include "platform/http/session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "platform/http/response_head.hpp"
#include "platform/http/stream.hpp"

namespace beian::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using net::ip::tcp;
using Steady = std::chrono::steady_clock;
using Parser = beast::http::request_parser<beast::http::string_body>;

// How long an answer that ends a connection waits for the client to stop sending: closing with
// unread bytes would reset the connection and could take the answer with it.
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

struct Exchange {
  Request request;
  Response response;
  Steady::time_point began = Steady::now();
  bool http10 = false;
  bool close = false;
  bool unread_body = false;
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
Problems take_head(const Parser& parser, bool any_target, Exchange& x) {
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
  if (auto ok = set_target(x.request, std::string(message.target())); !ok) {
    if (any_target)
      x.request.path = "/";
    else
      problems = ok.error();
  }
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

// GCC 12.2 destroys a class value built inside a co_await expression twice, a coroutine's by-value
// argument among them: those below take references, and closures get a name first.
struct Session {
  const SessionContext& context;
  Connection& c;
  const ServerOptions& options = context.options;

  net::awaitable<bool> wait_for_bytes();
  net::awaitable<Problems> read_request(Exchange& x, bool& lost);
  net::awaitable<void> run_handler(Exchange& x);
  net::awaitable<bool> write_answer(Exchange& x);
  net::awaitable<bool> write(const std::string& bytes);
  net::awaitable<void> write_stream(Stream& stream);
  net::awaitable<void> linger();
  net::awaitable<bool> refuse(Exchange& x, const Problems& problems);
  net::awaitable<bool> turn_away();
  net::awaitable<bool> serve_one();
};

net::awaitable<bool> Session::turn_away() {
  Exchange x;
  Problems problems{Problem{ProblemCode::unavailable, "", {{"seconds", "2"}}}};
  co_return co_await refuse(x, problems);
}

// True when there are bytes of a request.
net::awaitable<bool> Session::wait_for_bytes() {
  while (c.buffer.size() == 0) {
    if (context.stopping && !c.has_unread()) co_return false;
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
net::awaitable<Problems> Session::read_request(Exchange& x, bool& lost) {
  Parser parser;
  parser.header_limit(static_cast<uint32_t>(options.header_limit));
  parser.body_limit(boost::none);
  error_code ec;
  c.arm(context.stopping ? std::min(options.header_timeout, kStopHead) : options.header_timeout);
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
  Problems problems = take_head(parser, options.any_target, x);
  if (!problems.empty()) co_return problems;
  if (options.heads_only) {
    x.unread_body = !parser.is_done();
    x.close = x.close || x.unread_body;
    co_return problems;
  }
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

net::awaitable<void> Session::run_handler(Exchange& x) {
  if (!context.pool.reserve()) {
    x.response =
        problem_response(x.request, {Problem{ProblemCode::unavailable, "", {{"seconds", "1"}}}});
    co_return;
  }
  auto start = [this, &x](auto done) {
    auto executor = net::get_associated_executor(done);
    context.pool.submit([this, &x, executor, done = std::move(done)]() mutable {
      try {
        x.response = context.handler(x.request);
      } catch (...) {
        x.response = exception_response(x.request, std::current_exception());
      }
      net::post(executor, std::move(done));
    });
  };
  co_await net::async_initiate<const net::use_awaitable_t<>&, void()>(start, net::use_awaitable);
}

// False when the connection is broken.
net::awaitable<bool> Session::write_answer(Exchange& x) {
  const auto status = beast::http::int_to_status(static_cast<unsigned>(x.response.status));
  const auto reason = beast::http::obsolete_reason(status);
  HeadContext about;
  about.reason = {reason.data(), reason.size()};
  about.request_id = x.request.request_id;
  about.http10 = x.http10;
  about.close = x.close;
  about.goes_on = x.response.stream != nullptr;
  const std::string head = response_head(x.response, about);
  const bool body = x.request.method != "HEAD" && has_body(x.response.status);
  const std::array<net::const_buffer, 2> buffers = {
      net::buffer(head), net::buffer(x.response.body.data(), body ? x.response.body.size() : 0)};
  error_code ec;
  c.arm(options.write_timeout);
  co_await net::async_write(c.socket, buffers, net::redirect_error(net::use_awaitable, ec));
  c.disarm();
  if (context.observer) {
    const Observed observed{
        x.request, x.response,
        std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - x.began)};
    context.observer(observed);
  }
  co_return !ec;
}

// False when the connection is broken.
net::awaitable<bool> Session::write(const std::string& bytes) {
  error_code ec;
  c.arm(options.write_timeout);
  co_await net::async_write(c.socket, net::buffer(bytes),
                            net::redirect_error(net::use_awaitable, ec));
  c.disarm();
  co_return !ec;
}

// Whoever pushes wakes the connection; nobody is woken that is gone.
struct Listening {
  Listening(Stream& s, Connection& c) : stream(s) {
    stream.on_wake([weak = c.weak_from_this()] {
      const auto connection = weak.lock();
      if (connection)
        net::post(connection->socket.get_executor(), [connection] { connection->wake(); });
    });
  }
  ~Listening() {
    stream.on_wake({});
    stream.close();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  Stream& stream;
};

// Writes what is pushed until the stream is closed, the client is gone or the server stops. While
// there is nothing to write it waits for the socket to become readable, which it does when the
// client closes (or talks, which ends the stream as well).
net::awaitable<void> Session::write_stream(Stream& stream) {
  const Listening listening(stream, c);
  const std::string pause = ":\n\n";
  while (true) {
    const Stream::Taken taken = stream.take();
    if (!taken.bytes.empty()) {
      const bool written = co_await write(taken.bytes);
      if (!written) co_return;
      continue;
    }
    if (taken.closed || context.stopping) co_return;
    c.woken = false;
    c.waiting = true;
    c.arm(options.stream_pause);
    error_code ec;
    co_await c.socket.async_wait(tcp::socket::wait_read,
                                 net::redirect_error(net::use_awaitable, ec));
    c.waiting = false;
    const bool late = c.timed_out;
    c.disarm();
    if (ec != net::error::operation_aborted) co_return;
    if (c.woken || !late) continue;
    const bool written = co_await write(pause);
    if (!written) co_return;
  }
}

net::awaitable<void> Session::linger() {
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
net::awaitable<bool> Session::refuse(Exchange& x, const Problems& problems) {
  if (x.request.request_id.empty()) x.request.request_id = fresh_request_id();
  x.request.remote = c.remote;
  x.response = problem_response(x.request, problems);
  x.close = true;
  const bool written = co_await write_answer(x);
  if (written) co_await linger();
  co_return false;
}

net::awaitable<bool> Session::serve_one() {
  const bool ready = co_await wait_for_bytes();
  if (!ready) co_return false;
  Exchange x;
  bool lost = false;
  Problems problems = co_await read_request(x, lost);
  if (lost) co_return false;
  x.began = Steady::now();
  if (!problems.empty()) co_return co_await refuse(x, problems);
  if (x.request.request_id.empty()) x.request.request_id = fresh_request_id();
  x.request.remote = c.remote;
  co_await run_handler(x);
  if (x.response.status == 0) co_return false;  // the handler wants no answer given
  if (context.stopping || x.response.stream) x.close = true;
  const bool written = co_await write_answer(x);
  if (x.response.stream) {
    const bool goes_on = written && x.request.method != "HEAD";
    if (goes_on) co_await write_stream(*x.response.stream);
    x.response.stream->close();
    co_return false;
  }
  if (!written) co_return false;
  if (!x.close) co_return true;
  if (x.unread_body || c.has_unread()) co_await linger();
  co_return false;
}

}  // namespace

net::awaitable<void> run_session(const SessionContext& context, Connection& connection) {
  Session session{context, connection};
  if (connection.one_too_many) {
    co_await session.turn_away();
    co_return;
  }
  bool more = true;
  while (more) more = co_await session.serve_one();
}

}  // namespace beian::http
