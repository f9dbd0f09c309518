#include "platform/http/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "platform/http/raw_sockets.hpp"
#include "platform/http/server.hpp"

namespace beian::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string at(uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port) + "/";
}

std::string reason_of(const Result<Response>& r) {
  if (r) return "it succeeded";
  EXPECT_EQ(r.error().size(), 1u);
  EXPECT_EQ(r.error()[0].code, ProblemCode::peer_unreachable);
  EXPECT_EQ(r.error()[0].args[0].first, "reason");
  return r.error()[0].args[0].second;
}

// The name of the URL leads nowhere; it is what the server is told all the same.
TEST(Client, ConnectsToTheGivenAddress) {
  Server server({}, [](const Request& r) { return Response::text(std::string(r.header("host"))); });
  const std::string host = "nowhere.invalid:" + std::to_string(server.port());
  for (int i = 0; i < 2; ++i) {
    const auto answer = send({.url = "http://" + host + "/", .connect_to = "127.0.0.1"});
    ASSERT_TRUE(answer) << reason_of(answer);
    EXPECT_EQ(answer->body, host);
  }
  EXPECT_NE(reason_of(send({.url = "http://" + host + "/"})), "it succeeded");
  EXPECT_NE(reason_of(send({.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/",
                            .connect_to = "::1"})),
            "it succeeded");
}

TEST(Client, SendsMethodHeadersAndBody) {
  Server server({}, [](const Request& r) {
    return Response{
        r.method == "PUT" ? 201 : 404,
        {{"X-Seen", std::string(r.header("x-mine")) + "|" + std::string(r.header("content-type"))}},
        r.method + r.body};
  });
  const auto put = send({.method = "PUT",
                         .url = server.origin() + "/",
                         .headers = {{"X-Mine", "1"}, {"Content-Type", "text/xml"}},
                         .body = std::string("b\0dy", 4)});
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 201);
  EXPECT_EQ(put->body, std::string("PUTb\0dy", 7));
  EXPECT_EQ(header_of(put->headers, "x-seen"), "1|text/xml");
  const auto missing = send({.url = server.origin() + "/none"});
  ASSERT_TRUE(missing) << "any status is an answer";
  EXPECT_EQ(missing->status, 404);
  for (const std::string method : {"DELETE", "POST", "PATCH"}) {
    const auto answer = send({.method = method, .url = server.origin() + "/"});
    ASSERT_TRUE(answer) << method;
    EXPECT_EQ(answer->body, method);
  }
  const auto head = send({.method = "HEAD", .url = server.origin() + "/"});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(header_of(head->headers, "content-length"), "4");
}

TEST(Client, CarriesLargeBodiesBothWays) {
  Server server({.body_limit = 40'000'000}, [](const Request& r) {
    return Response{200, {}, r.body};
  });
  std::string body(30'000'000, 'x');
  for (size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(i);
  const auto answer = send({.method = "POST", .url = server.origin() + "/", .body = body});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body == body);
  EXPECT_THAT(reason_of(send({.method = "POST",
                              .url = server.origin() + "/",
                              .body = body,
                              .response_limit = 1'000'000})),
              HasSubstr("larger than 1000000"));
}

TEST(Client, SaysWhenNobodyListens) {
  uint16_t port = 0;
  {
    raw::Listener listener;
    port = listener.port();
  }
  EXPECT_THAT(reason_of(send({.url = at(port)})), HasSubstr("connect"));
  EXPECT_FALSE(send({.url = "ftp://127.0.0.1/"}));
  EXPECT_FALSE(send({.url = "nonsense"}));
}

TEST(Client, GivesUpInTime) {
  raw::Listener listener;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(reason_of(send({.url = at(listener.port()), .timeout = 200ms})),
              HasSubstr("timed out"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(Client, DoesNotTakeHalfAnAnswer) {
  for (const std::string half : {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                                 "HTTP/1.1 200 OK\r\nConte", "", "garbage\r\n\r\n"}) {
    raw::Listener listener;
    std::thread peer([&] {
      auto s = listener.accept();
      s.hear_until("\r\n\r\n");
      s.say(half);
    });
    EXPECT_NE(reason_of(send({.url = at(listener.port()), .timeout = 5s})), "it succeeded") << half;
    peer.join();
  }
}

TEST(Client, FollowsNoRedirect) {
  Server server({}, [](const Request&) { return Response::redirect("/elsewhere"); });
  const auto answer = send({.url = server.origin() + "/"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 303);
}

// The peer takes the second request on a kept connection and dies. Sending it again could do twice
// what may be done once only.
TEST(Client, NeverSendsARequestTwice) {
  for (const std::string body : {"<upload/>", ""}) {
    raw::Listener listener;
    std::atomic<int> requests = 0;
    bool again = false;
    std::thread peer([&] {
      auto s = listener.accept();
      s.hear_until("\r\n\r\n");
      s.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      // The POST comes on this connection or, having no body, on a new one.
      std::unique_ptr<raw::Socket> other;
      if (body.empty() && listener.somebody_waits(5s))
        other = std::make_unique<raw::Socket>(listener.accept());
      auto& second = other ? *other : s;
      if (second.hear_until("\r\n\r\n" + body).find("POST") != std::string::npos) ++requests;
      second.close();
      // libcurl may connect anew before it finds that it must not repeat itself.
      if (listener.somebody_waits(500ms)) {
        auto third = listener.accept();
        again = !third.hear_until("POST").empty();
      }
    });
    ASSERT_TRUE(send({.url = at(listener.port())}));
    EXPECT_NE(reason_of(send(
                  {.method = "POST", .url = at(listener.port()), .body = body, .timeout = 5s})),
              "it succeeded");
    peer.join();
    EXPECT_EQ(requests, 1);
    EXPECT_FALSE(again) << "sent again:  '" << body << "'";
  }
}

TEST(Client, KeepsConnectionsWhereItMay) {
  raw::Listener listener;
  std::thread peer([&] {
    auto s = listener.accept();
    for (int i = 0; i < 3; ++i) {
      s.hear_until(i == 0 ? "\r\n\r\n" : "body");
      s.say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  EXPECT_TRUE(send({.url = at(listener.port())}));
  EXPECT_TRUE(send({.method = "POST", .url = at(listener.port()), .body = "body"}));
  EXPECT_TRUE(send({.method = "POST", .url = at(listener.port()), .body = "body"}));
  peer.join();
}

TEST(Client, ServesManyThreads) {
  Server server({}, [](const Request& r) { return Response::text(r.body); });
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 50; ++k) {
        const std::string body = std::to_string(i) + "-" + std::to_string(k);
        const auto answer = send({.method = "POST", .url = server.origin() + "/", .body = body});
        if (answer && answer->body == body) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

}  // namespace
}  // namespace beian::http
