// Answers that go on: what is pushed arrives, no thread waits, everything ends.
#include "platform/http/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "platform/http/raw_sockets.hpp"
#include "platform/http/server.hpp"
#include "testing/poll.hpp"

namespace beian::http {
namespace {

using namespace std::chrono_literals;
using raw::Socket;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

// Gives every request a stream and keeps them.
struct Streams {
  explicit Streams(ServerOptions options = {})
      : server(options, [this](const Request& request) { return answer(request); }) {}
  Response answer(const Request& request) {
    if (request.path == "/plain") return Response::text("plain");
    Response response{200, {{"Content-Type", "text/event-stream"}}, ""};
    response.stream = std::make_shared<Stream>();
    const std::lock_guard lock(mutex);
    all.push_back(response.stream);
    return response;
  }
  std::shared_ptr<Stream> at(size_t i) {
    testing::eventually([&] {
      const std::lock_guard lock(mutex);
      return all.size() > i;
    });
    const std::lock_guard lock(mutex);
    return all.at(i);
  }
  std::mutex mutex;
  std::vector<std::shared_ptr<Stream>> all;
  Server server;
};

TEST(Stream, KeepsWhatIsPushedAndNothingAfterItsEnd) {
  Stream stream(10);
  int woken = 0;
  stream.on_wake([&] { ++woken; });
  EXPECT_TRUE(stream.push("12345"));
  EXPECT_TRUE(stream.push("67890"));
  EXPECT_EQ(woken, 2);
  auto taken = stream.take();
  EXPECT_EQ(taken.bytes, "1234567890");
  EXPECT_FALSE(taken.closed);
  EXPECT_TRUE(stream.push("a"));
  stream.close();
  stream.close();
  EXPECT_EQ(woken, 4);
  EXPECT_FALSE(stream.push("b"));
  taken = stream.take();
  EXPECT_EQ(taken.bytes, "a");
  EXPECT_TRUE(taken.closed);
}

TEST(Stream, EndsForAClientThatIsTooSlow) {
  Stream stream(10);
  EXPECT_TRUE(stream.push("12345"));
  EXPECT_FALSE(stream.push("678901"));
  EXPECT_TRUE(stream.closed());
  EXPECT_EQ(stream.take().bytes, "12345");
}

TEST(StreamedAnswer, ArrivesAsItIsPushed) {
  Streams streams;
  auto s = Socket::connect(streams.server.port());
  s.say(kGet);
  const std::string head = s.hear_until("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  const auto stream = streams.at(0);
  EXPECT_TRUE(stream->push("one\n"));
  EXPECT_EQ(s.hear_until("\n"), "one\n");
  EXPECT_TRUE(stream->push("two\n"));
  EXPECT_EQ(s.hear_until("\n"), "two\n");
  stream->push("last\n");
  stream->close();
  EXPECT_EQ(s.hear_all(), "last\n");
  EXPECT_TRUE(s.closed());
}

// A hundred of them, one thread for handlers and one for the network: others are served meanwhile.
TEST(StreamedAnswer, HoldsNoThread) {
  ServerOptions options;
  options.handler_threads = 1;
  options.queue_limit = 4;
  Streams streams(options);
  std::vector<Socket> open;
  for (int i = 0; i < 100; ++i) {
    open.push_back(Socket::connect(streams.server.port()));
    open.back().say(kGet);
    open.back().hear_until("\r\n\r\n");
  }
  auto other = Socket::connect(streams.server.port());
  other.say("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(other.hear_answer(), HasSubstr("plain"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (size_t i = static_cast<size_t>(t); i < 100; i += 4)
        streams.at(i)->push("news " + std::to_string(i) + "\n");
    });
  for (auto& thread : threads) thread.join();
  for (size_t i = 0; i < 100; ++i)
    EXPECT_EQ(open[i].hear_until("\n"), "news " + std::to_string(i) + "\n");
}

TEST(StreamedAnswer, LosesNothingUnderLoad) {
  ServerOptions options;
  options.io_threads = 2;
  Streams streams(options);
  auto s = Socket::connect(streams.server.port());
  s.say(kGet);
  s.hear_until("\r\n\r\n");
  const auto stream = streams.at(0);
  std::string all;
  for (int i = 0; i < 2000; ++i) {
    const std::string line = std::to_string(i) + "\n";
    all += line;
    ASSERT_TRUE(stream->push(line));
  }
  stream->close();
  EXPECT_EQ(s.hear_all(), all);
}

TEST(StreamedAnswer, EndsWhenTheClientGoes) {
  Streams streams;
  {
    auto s = Socket::connect(streams.server.port());
    s.say(kGet);
    s.hear_until("\r\n\r\n");
  }
  EXPECT_TRUE(testing::eventually([&] { return streams.at(0)->closed(); }));
  auto talks = Socket::connect(streams.server.port());
  talks.say(kGet);
  talks.hear_until("\r\n\r\n");
  talks.say("more");
  EXPECT_TRUE(testing::eventually([&] { return streams.at(1)->closed(); }));
}

TEST(StreamedAnswer, SaysNowAndThenThatItIsAlive) {
  ServerOptions options;
  options.stream_pause = 50ms;
  Streams streams(options);
  auto s = Socket::connect(streams.server.port());
  s.say(kGet);
  s.hear_until("\r\n\r\n");
  EXPECT_EQ(s.hear_until(":\n\n:\n\n").substr(0, 3), ":\n\n");
  streams.at(0)->push("news\n");
  EXPECT_THAT(s.hear_until("news\n"), HasSubstr("news\n"));
}

TEST(StreamedAnswer, IsOnlyItsHeadForHead) {
  Streams streams;
  auto s = Socket::connect(streams.server.port());
  s.say("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(s.hear_all(), ::testing::EndsWith("\r\n\r\n"));
  EXPECT_TRUE(streams.at(0)->closed());
}

TEST(StreamedAnswer, DoesNotHoldUpTheStop) {
  Streams streams;
  std::vector<Socket> open;
  for (int i = 0; i < 10; ++i) {
    open.push_back(Socket::connect(streams.server.port()));
    open.back().say(kGet);
    open.back().hear_until("\r\n\r\n");
  }
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(streams.server.stop());
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  for (auto& s : open) {
    EXPECT_EQ(s.hear_all(), "");
    EXPECT_TRUE(s.closed());
  }
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_TRUE(streams.at(i)->closed());
    EXPECT_FALSE(streams.at(i)->push("too late"));
  }
}

}  // namespace
}  // namespace beian::http
