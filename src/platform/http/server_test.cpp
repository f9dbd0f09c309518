#include "platform/http/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/http/client.hpp"
#include "platform/http/raw_sockets.hpp"
#include "platform/log/log.hpp"

namespace beian::http {
namespace {

using namespace std::chrono_literals;
using raw::Socket;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A door that handlers wait at.
class Door {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool wait_for(int n) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return waiting_ >= n; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

Response echo(const Request& r) {
  Json query = Json::object();
  for (const auto& [key, value] : r.query) query.set(key, value);
  return Response::json(Json::object({{"method", r.method},
                                      {"path", r.path},
                                      {"query", query},
                                      {"body", r.body},
                                      {"remote", r.remote},
                                      {"x-smuggled", r.header("x-smuggled")}}));
}

std::string get(const std::string& path, const std::string& more = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + more + "\r\n";
}
std::string post(const std::string& body, const std::string& more = "") {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more + "\r\n" + body;
}

TEST(Server, AnswersWithTheHeadersThatAreDue) {
  Server server({}, echo);
  auto s = Socket::connect(server.port());
  s.say(get("/a%20b?x=1", "X-Request-Id: abc-1.2_3\r\n"));
  const std::string answer = s.hear_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Request-Id: abc-1.2_3\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(answer, HasSubstr("X-Frame-Options: DENY\r\n"));
  EXPECT_THAT(answer, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(answer, HasSubstr("Referrer-Policy: same-origin\r\n"));
  EXPECT_THAT(answer, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(answer, HasSubstr(" GMT\r\n"));
  EXPECT_THAT(answer, HasSubstr(R"("path":"/a b","query":{"x":"1"})"));
  EXPECT_THAT(answer, HasSubstr(R"("remote":"127.0.0.1")"));
}

TEST(Server, MakesARequestIdWhereNoneIsGood) {
  Server server({}, [](const Request& r) { return Response::text("id=" + r.request_id + "."); });
  auto s = Socket::connect(server.port());
  for (const std::string bad :
       {"", "X-Request-Id: a b\r\n", "X-Request-Id: <x>\r\n",
        "X-Request-Id: "
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"}) {
    s.say(get("/", bad));
    const std::string answer = s.hear_answer();
    const size_t at = answer.find("id=");
    const std::string id = answer.substr(at + 3, 26);
    EXPECT_EQ(answer.substr(at + 29), ".");
    EXPECT_THAT(answer, HasSubstr("X-Request-Id: " + id));
  }
}

TEST(Server, LetsNothingSlipIntoTheHead) {
  Server server({}, [](const Request&) {
    Response r = Response::redirect("/x\r\nSet-Cookie: evil=1");
    r.headers.emplace_back("X-Frame-Options", "SAMEORIGIN");
    r.headers.emplace_back("Content-Length", "99");
    return r;
  });
  auto s = Socket::connect(server.port());
  s.say(get("/"));
  const std::string answer = s.hear_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 303 See Other\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("\nSet-Cookie")));
  EXPECT_THAT(answer, HasSubstr("X-Frame-Options: SAMEORIGIN\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("DENY")));
  EXPECT_THAT(answer, Not(HasSubstr("99")));
}

TEST(Server, KeepsTheConnectionAndTakesPipelinedRequestsInOrder) {
  Server server({}, [](const Request& r) { return Response::text("=" + r.path + r.body); });
  auto s = Socket::connect(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += i % 2 == 0 ? get("/" + std::to_string(i)) : post("b" + std::to_string(i));
  ASSERT_TRUE(s.say(all));
  for (int i = 0; i < 50; ++i) {
    const std::string want = i % 2 == 0 ? "=/" + std::to_string(i) : "=/b" + std::to_string(i);
    EXPECT_TRUE(s.hear_answer().ends_with("\r\n\r\n" + want)) << i;
  }
  s.say(get("/last", "Connection: close\r\n"));
  EXPECT_THAT(s.hear_all(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(s.closed());
}

TEST(Server, KeepsHttp10ConnectionsOnlyWhenAsked) {
  Server server({}, echo);
  auto s = Socket::connect(server.port());
  s.say("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(s.hear_answer(), HasSubstr("Connection: keep-alive\r\n"));
  s.say("GET /2 HTTP/1.0\r\n\r\n");
  EXPECT_THAT(s.hear_all(), HasSubstr("/2"));
  EXPECT_TRUE(s.closed());
}

TEST(Server, SendsNoBodyWhereNoneBelongs) {
  Server server({}, [](const Request& r) {
    return r.path == "/none" ? Response{204, {}, "stray"} : Response::text("12345");
  });
  auto s = Socket::connect(server.port());
  s.say("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string head = s.hear_answer(true);
  EXPECT_THAT(head, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  s.say(get("/none"));
  const std::string none = s.hear_answer();
  EXPECT_THAT(none, StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
  s.say(get("/"));
  EXPECT_TRUE(s.hear_answer().ends_with("12345"));
}

TEST(Server, ReadsChunkedBodiesAndDropsTheirTrailers) {
  Server server({}, echo);
  auto s = Socket::connect(server.port());
  s.say(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\nX-Smuggled: yes\r\n\r\n");
  const std::string answer = s.hear_answer();
  EXPECT_THAT(answer, HasSubstr(R"("body":"abcdefg")"));
  EXPECT_THAT(answer, HasSubstr(R"("x-smuggled":"")"));
  s.say(get("/next"));
  EXPECT_THAT(s.hear_answer(), HasSubstr("/next"));
}

TEST(Server, SaysContinueOnlyForABodyThatItTakes) {
  Server server({.body_limit = 100}, echo);
  auto s = Socket::connect(server.port());
  s.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(s.hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  s.say("hello");
  EXPECT_THAT(s.hear_answer(), HasSubstr(R"("body":"hello")"));
  s.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(s.hear_answer(), StartsWith("HTTP/1.1 413"));
}

TEST(Server, AnswersHeadsOnly) {
  Server server({.body_limit = 10, .heads_only = true}, echo);
  for (const std::string& said :
       {post(std::string(2'000'000, 'x')),
        std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe")}) {
    auto s = Socket::connect(server.port());
    s.say(said);
    const std::string answer = s.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_FALSE(s.reset());
  }
  auto s = Socket::connect(server.port());
  s.say(get("/"));
  EXPECT_THAT(s.hear_answer(), StartsWith("HTTP/1.1 200"));
  s.say(get("/"));
  EXPECT_THAT(s.hear_answer(), StartsWith("HTTP/1.1 200")) << "without a body it goes on";
}

TEST(Server, RefusesWhatIsTooLarge) {
  Server server({.header_limit = 2'000, .body_limit = 10'000}, echo);
  {
    auto s = Socket::connect(server.port());
    s.say(get("/", "X-Long: " + std::string(3'000, 'x') + "\r\n"));
    const std::string answer = s.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 431"));
    EXPECT_THAT(answer, HasSubstr("header_too_large"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  }
  {
    // The whole body is under way when the answer comes; it must arrive all the same.
    auto s = Socket::connect(server.port());
    s.say(post(std::string(2'000'000, 'x')));
    const std::string answer = s.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
    EXPECT_THAT(answer, HasSubstr("too_large"));
    EXPECT_FALSE(s.reset());
  }
  {
    auto s = Socket::connect(server.port());
    s.say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 30; ++i) s.say("200\r\n" + std::string(512, 'x') + "\r\n");
    EXPECT_THAT(s.hear_all(), StartsWith("HTTP/1.1 413"));
  }
  auto s = Socket::connect(server.port());
  s.say(post(std::string(10'000, 'x')));
  EXPECT_THAT(s.hear_answer(), StartsWith("HTTP/1.1 200"));
}

TEST(Server, RefusesWhatIsMalformedOrAmbiguous) {
  std::atomic<int> ran = 0;
  Server server({}, [&](const Request&) {
    ++ran;
    return Response::no_content();
  });
  const std::vector<std::string> bad = {
      "hello\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",                        // no Host
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",  // two
      "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/3.7\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
  };
  for (const auto& request : bad) {
    auto s = Socket::connect(server.port());
    s.say(request);
    const std::string answer = s.hear_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << request;
    EXPECT_THAT(answer, HasSubstr("\"code\":\"bad_request\"")) << request;
    EXPECT_THAT(answer, HasSubstr("X-Request-Id: ")) << request;
    EXPECT_TRUE(s.closed()) << request;
  }
  EXPECT_EQ(ran, 0);
}

TEST(Server, CutsSlowHeads) {
  Server server({.header_timeout = 300ms}, echo);
  auto s = Socket::connect(server.port());
  s.say("GET / HTTP/1.1\r\n");
  const auto began = std::chrono::steady_clock::now();
  // A byte now and then does not buy time.
  std::string answer;
  for (int i = 0; i < 200 && !s.closed() && answer.empty(); ++i) {
    s.say("X");
    answer = s.hear([](const std::string& h) { return !h.empty(); }, 20ms);
  }
  answer += s.hear_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  EXPECT_TRUE(s.closed());
}

TEST(Server, CutsSlowBodiesAndIdleConnections) {
  Server server({.header_timeout = 250ms, .body_timeout = 250ms, .idle_timeout = 250ms}, echo);
  auto slow = Socket::connect(server.port());
  slow.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  auto idle = Socket::connect(server.port());
  idle.say(get("/"));
  auto silent = Socket::connect(server.port());
  EXPECT_THAT(slow.hear_all(), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(idle.hear_all(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(silent.hear_all(), "");
  EXPECT_TRUE(silent.closed());
}

TEST(Server, CutsClientsThatDoNotRead) {
  std::atomic<int> answered = 0;
  Server server(
      {.write_timeout = 300ms},
      [](const Request&) { return Response::text(std::string(64'000'000, 'x')); },
      [&](const Observed&) { ++answered; });
  auto s = Socket::connect(server.port());
  s.say(get("/"));
  EXPECT_TRUE(raw::eventually([&] { return answered == 1; }));
  EXPECT_LT(s.hear_all().size(), 64'000'000u);
}

TEST(Server, AnswersBusyWhenTheQueueIsFull) {
  Door door;
  Server server({.handler_threads = 2, .queue_limit = 3}, [&](const Request&) {
    door.wait();
    return Response::text("done");
  });
  std::vector<Socket> busy;
  for (int i = 0; i < 2; ++i) {
    busy.push_back(Socket::connect(server.port()));
    busy.back().say(get("/"));
  }
  ASSERT_TRUE(door.wait_for(2));
  // Five places in all: two running, three waiting; of five more, two are refused.
  std::vector<Socket> more;
  for (int i = 0; i < 5; ++i) {
    more.push_back(Socket::connect(server.port()));
    more.back().say(get("/"));
  }
  int refused = 0;
  std::vector<Socket*> left;
  EXPECT_TRUE(raw::eventually([&] {
    refused = 0;
    for (auto& s : more) {
      char c;
      if (::recv(s.fd(), &c, 1, MSG_PEEK | MSG_DONTWAIT) == 1) ++refused;
    }
    return refused == 2;
  }));
  door.open();
  int done = 0;
  for (auto& s : more) {
    const std::string answer = s.hear_answer();
    if (answer.starts_with("HTTP/1.1 200")) ++done;
    if (answer.starts_with("HTTP/1.1 503")) {
      EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
      // The connection stays usable.
      s.say(get("/"));
      EXPECT_THAT(s.hear_answer(), StartsWith("HTTP/1.1 200"));
    }
  }
  EXPECT_EQ(done, 3);
}

TEST(Server, TurnsAwayConnectionsAboveTheLimit) {
  Server server({.max_connections = 2}, echo);
  auto a = Socket::connect(server.port());
  a.say(get("/"));
  a.hear_answer();
  auto b = std::make_unique<Socket>(Socket::connect(server.port()));
  b->say(get("/"));
  b->hear_answer();
  auto c = Socket::connect(server.port());
  c.say(get("/"));
  const std::string answer = c.hear_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(answer, HasSubstr("Retry-After: 2\r\n"));
  b.reset();
  EXPECT_TRUE(raw::eventually([&] {
    auto d = Socket::connect(server.port());
    d.say(get("/"));
    return d.hear_answer().starts_with("HTTP/1.1 200");
  }));
}

TEST(Server, AnswersAHandlerThatThrows) {
  log::set_sink([](std::string_view) {});
  Server server({}, [](const Request&) -> Response { throw std::runtime_error("no"); });
  const auto answer = send({.url = server.origin() + "/"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_FALSE(header_of(answer->headers, "x-request-id").empty());
  log::set_sink({});
}

TEST(Server, ClosesWithoutAnAnswerWhenTheHandlerWantsThat) {
  Server server({}, [](const Request& r) {
    Response response = Response::text("answered");
    if (r.path == "/drop") response.status = 0;
    return response;
  });
  auto s = Socket::connect(server.port());
  s.say(get("/"));
  EXPECT_THAT(s.hear_answer(), HasSubstr("answered"));
  s.say(get("/drop"));
  EXPECT_EQ(s.hear_all(), "");
}

TEST(Server, ObservesEveryAnswer) {
  std::mutex mutex;
  std::vector<std::pair<std::string, int>> seen;
  Server server({.body_limit = 10}, echo, [&](const Observed& o) {
    const std::lock_guard lock(mutex);
    EXPECT_GE(o.took.count(), 0);
    seen.emplace_back(o.request.path, o.response.status);
  });
  auto s = Socket::connect(server.port());
  s.say(get("/one"));
  s.hear_answer();
  s.say(post(std::string(20, 'x')));
  s.hear_all();
  EXPECT_TRUE(server.stop());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0], std::make_pair(std::string("/one"), 200));
  EXPECT_EQ(seen[1], std::make_pair(std::string("/"), 413));
}

TEST(Server, SaysWhyItCannotListen) {
  Server first({}, echo);
  try {
    Server second({.port = first.port()}, echo);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& e) {
    EXPECT_THAT(e.what(), HasSubstr("127.0.0.1:" + std::to_string(first.port())));
  }
  EXPECT_THROW(Server({.address = "not an address"}, echo), std::runtime_error);
}

TEST(ServerStop, AnswersWhatWasAcceptedAndClosesTheRest) {
  Door door;
  auto server = std::make_unique<Server>(ServerOptions{.handler_threads = 2}, [&](const Request&) {
    door.wait();
    return Response::text("finished");
  });
  auto idle = Socket::connect(server->port());
  std::vector<Socket> busy;
  for (int i = 0; i < 6; ++i) {  // two in handlers, four waiting
    busy.push_back(Socket::connect(server->port()));
    busy.back().say(get("/"));
  }
  ASSERT_TRUE(door.wait_for(2));
  bool whole = false;
  const uint16_t port = server->port();
  std::thread stopper([&] { whole = server->stop(10s); });
  EXPECT_EQ(idle.hear_all(), "");
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(raw::eventually([&] {
    try {
      Socket::connect(port);
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  })) << "still accepting";
  door.open();
  stopper.join();
  EXPECT_TRUE(whole);
  for (auto& s : busy) {
    const std::string answer = s.hear_all();
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(answer.ends_with("finished")) << answer;
  }
  EXPECT_TRUE(server->stop()) << "a second stop says the same";
}

TEST(ServerStop, CutsWhatOutlastsTheGrace) {
  log::set_sink([](std::string_view) {});
  Door door;
  Server server({}, [&](const Request&) {
    door.wait();
    return Response::text("late");
  });
  auto s = Socket::connect(server.port());
  s.say(get("/"));
  ASSERT_TRUE(door.wait_for(1));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(server.stop(300ms));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  EXPECT_EQ(s.hear_all(), "");
  EXPECT_TRUE(s.closed());
  door.open();
  log::set_sink({});
}

TEST(ServerStop, IsNotHeldUpBySlowHeads) {
  Server server({}, echo);
  auto s = Socket::connect(server.port());
  auto done = Socket::connect(server.port());
  s.say("GET / HT");
  done.say(get("/"));
  done.hear_answer();
  const auto began = std::chrono::steady_clock::now();
  server.stop(8s);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
}

// Clients in a tight loop while the server stops: every request whose handler ran is answered
// whole.
TEST(ServerStop, LosesNoRequestUnderLoad) {
  for (int round = 0; round < 5; ++round) {
    std::atomic<int> handled = 0;
    std::atomic<int> answered = 0;
    std::atomic<bool> go_on = true;
    ServerOptions options;
    options.io_threads = round % 2 == 0 ? 1 : 2;
    options.handler_threads = 4;
    auto server = std::make_unique<Server>(options, [&](const Request& r) {
      ++handled;
      return Response::text(std::string(20'000, 'a') + r.body);
    });
    std::vector<std::thread> clients;
    const uint16_t port = server->port();
    for (int i = 0; i < 24; ++i) {
      clients.emplace_back([&, i] {
        while (go_on) {
          try {
            auto s = Socket::connect(port);
            for (int k = 0; k < 20 && go_on; ++k) {
              if (!s.say(post("tail" + std::to_string(i)))) break;
              const std::string answer = s.hear_answer();
              if (!answer.ends_with("tail" + std::to_string(i))) break;
              ++answered;
            }
          } catch (const std::runtime_error&) {
          }
        }
      });
    }
    EXPECT_TRUE(raw::eventually([&] { return answered > 300; }));
    EXPECT_TRUE(server->stop(10s));
    go_on = false;
    for (auto& client : clients) client.join();
    EXPECT_EQ(handled, answered) << "round " << round;
  }
}

}  // namespace
}  // namespace beian::http
