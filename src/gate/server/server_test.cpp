// The server over real sockets, and those who mean no good.
#include "gate/server/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "gate/server/last_holder.hpp"
#include "gate/server/reload.hpp"
#include "gate/server/snapshot_for_test.hpp"

namespace beian::gate::server {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kAsk = "GET /check HTTP/1.1\r\nHost: example.cn\r\n\r\n";

// A client that waits at most ten seconds for anything.
class Client {
 public:
  explicit Client(const std::string& place) {
    const Place to = read_place(place).value();
    fd_ = Descriptor(::socket(to.unix_socket ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{10, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_in);
    if (to.unix_socket) {
      auto* address = reinterpret_cast<sockaddr_un*>(&storage);
      address->sun_family = AF_UNIX;
      to.address.copy(address->sun_path, sizeof address->sun_path - 1);
      size = sizeof *address;
    } else {
      auto* address = reinterpret_cast<sockaddr_in*>(&storage);
      address->sin_family = AF_INET;
      address->sin_port = htons(to.port);
      inet_pton(AF_INET, to.address.c_str(), &address->sin_addr);
    }
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&storage), size) == 0;
  }
  bool connected() const { return connected_; }
  int fd() const { return fd_.get(); }
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  // One head; empty when the server ended instead.
  std::string hear() {
    size_t end = 0;
    while ((end = heard_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return {};
    }
    std::string head = heard_.substr(0, end + 4);
    heard_.erase(0, end + 4);
    return head;
  }
  // Everything until the server ends; false when it does not.
  bool hear_all(std::string& out) {
    while (more()) {
    }
    out = std::move(heard_);
    return ended_;
  }
  std::string ask(std::string_view bytes) { return say(bytes) ? hear() : std::string(); }
  void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  bool more() {
    char bytes[16'384];
    const ssize_t n = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    ended_ = n == 0 || (n < 0 && errno == ECONNRESET);
    if (n > 0) heard_.append(bytes, static_cast<size_t>(n));
    return n > 0;
  }
  Descriptor fd_;
  bool connected_ = false, ended_ = false;
  std::string heard_;
};

struct Gate {
  explicit Gate(ServerOptions options = {}) : live(sample_snapshot()) {
    if (options.listen == ServerOptions().listen) options.listen = "127.0.0.1:0";
    server = Server::start(live, options).value();
  }
  const std::string& place() const { return server->place(); }
  uint64_t sum(const Count& (*of)(const Counters&)) const {
    uint64_t all = 0;
    for (const auto& counters : server->board().counters) all += of(*counters).get();
    return all;
  }
  Live live;
  std::unique_ptr<Server> server;
};

ServerOptions with(LoopLimits loop, size_t threads = 1) {
  ServerOptions out;
  out.loop = loop;
  out.threads = threads;
  return out;
}

TEST(Server, KeepsConnectionsAndAnswersInOrder) {
  Gate gate(with({}, 2));
  Client client(gate.place());
  for (int i = 0; i < 3; ++i) EXPECT_THAT(client.ask(kAsk), StartsWith("HTTP/1.1 204 "));
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "GET /check HTTP/1.1\r\nHost: " + std::string(i % 2 == 0 ? "a.cn" : "example.cn") +
            "\r\n\r\n";
  ASSERT_TRUE(client.say(many));
  for (int i = 0; i < 100; ++i)
    EXPECT_THAT(client.hear(), StartsWith(i % 2 == 0 ? "HTTP/1.1 403 " : "HTTP/1.1 204 "));
  std::string rest;
  ASSERT_TRUE(client.say("GET /check HTTP/1.0\r\nHost: example.cn\r\n\r\n"));
  EXPECT_TRUE(client.hear_all(rest));
  EXPECT_THAT(rest, StartsWith("HTTP/1.1 204 "));
}

TEST(Server, AnswersWhoSaysNothingMore) {
  Gate gate;
  Client client(gate.place());
  ASSERT_TRUE(client.say(std::string(kAsk) + std::string(kAsk)));
  client.end_sending();
  EXPECT_THAT(client.hear(), StartsWith("HTTP/1.1 204 "));
  std::string rest;
  EXPECT_TRUE(client.hear_all(rest));
  EXPECT_THAT(rest, StartsWith("HTTP/1.1 204 "));
}

TEST(Server, TellsWhatIsWrongBeforeItEnds) {
  Gate gate;
  Client client(gate.place());
  // More than was read when the fault was seen: the answer must come through all the same.
  ASSERT_TRUE(client.say("GET / HTTP/1.1\r\nHost : a\r\n\r\n" + std::string(300'000, 'x')));
  std::string all;
  EXPECT_TRUE(client.hear_all(all));
  EXPECT_THAT(all, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(Server, EndsWhoIsTooSlow) {
  Gate gate(with({.idle = 2, .head = 1, .body = 1}));
  Client idle(gate.place()), slow(gate.place()), body(gate.place());
  ASSERT_TRUE(body.say("POST /envoy HTTP/1.1\r\nHost: example.cn\r\nContent-Length: 9\r\n\r\n"));
  const auto begin = steady_clock::now();
  // A byte now and then does not help.
  ASSERT_TRUE(slow.say("GET /check HTTP/1.1\r\nX: "));
  std::thread drip([&] {
    while (slow.say("a") && steady_clock::now() - begin < std::chrono::seconds(8))
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  std::string heard;
  EXPECT_TRUE(slow.hear_all(heard));
  EXPECT_TRUE(body.hear_all(heard));
  EXPECT_TRUE(idle.hear_all(heard));
  EXPECT_EQ(heard, "");
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(6));
  drip.join();
  EXPECT_EQ(gate.sum([](const Counters& c) -> const Count& { return c.timed_out; }), 3u);
}

TEST(Server, IdleConnectionsMakeRoom) {
  Gate gate(with({.connections = 3}));
  Client first(gate.place()), second(gate.place()), third(gate.place());
  for (Client* c : {&first, &second, &third}) ASSERT_THAT(c->ask(kAsk), HasSubstr(" 204 "));
  Client fourth(gate.place());
  EXPECT_THAT(fourth.ask(kAsk), HasSubstr(" 204 "));
  std::string heard;
  EXPECT_TRUE(first.hear_all(heard));
  EXPECT_THAT(second.ask(kAsk), HasSubstr(" 204 "));
  EXPECT_EQ(gate.sum([](const Counters& c) -> const Count& { return c.shed; }), 1u);
  // Who is in the middle of something is left alone; the next one waits until somebody goes.
  for (Client* c : {&second, &third, &fourth}) ASSERT_TRUE(c->say("GET /check HTTP/1.1\r\n"));
  for (Client* c : {&second, &third, &fourth}) ASSERT_TRUE(c->say("Host: example.cn\r\n"));
  Client fifth(gate.place());
  ASSERT_TRUE(fifth.say(kAsk));
  for (Client* c : {&second, &third, &fourth}) EXPECT_THAT(c->ask("\r\n"), HasSubstr(" 204 "));
  EXPECT_THAT(fifth.hear(), HasSubstr(" 204 "));
}

TEST(Server, AFloodThatNobodyReadsHindersNoOther) {
  Gate gate;
  Client flood(gate.place()), other(gate.place());
  const timeval short_patience{0, 200'000};
  setsockopt(flood.fd(), SOL_SOCKET, SO_SNDTIMEO, &short_patience, sizeof short_patience);
  std::string piece;
  for (int i = 0; i < 1000; ++i) piece += kAsk;
  // Until neither side takes more.
  size_t said = 0;
  for (ssize_t n = 1; n > 0 && said<size_t{1} << 26; said += n> 0 ? static_cast<size_t>(n) : 0) {
    const size_t at = said % piece.size();
    n = ::send(flood.fd(), piece.data() + at, piece.size() - at, MSG_NOSIGNAL);
  }
  EXPECT_LT(said, size_t{1} << 26);
  EXPECT_THAT(other.ask(kAsk), HasSubstr(" 204 "));
  flood.end_sending();
  std::string all;
  EXPECT_TRUE(flood.hear_all(all));
  size_t answers = 0;
  for (size_t at = 0; (at = all.find("HTTP/1.1 204 ", at)) != std::string::npos; ++at) ++answers;
  EXPECT_EQ(answers, said / kAsk.size());
}

TEST(Server, LongListsDoNotHinderOthers) {
  Gate gate;
  Client list(gate.place()), other(gate.place());
  std::string hosts;
  while (hosts.size() < 2'000'000) hosts += "www.example.cn\n";
  ASSERT_TRUE(list.say("POST /lookup HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(hosts.size()) + "\r\n\r\n" + hosts));
  EXPECT_THAT(list.hear(), HasSubstr("Transfer-Encoding: chunked"));
  EXPECT_THAT(other.ask(kAsk), HasSubstr(" 204 "));
  std::string all;
  EXPECT_TRUE(list.hear_all(all));
  EXPECT_THAT(all, testing::EndsWith("\r\n0\r\n\r\n"));
  EXPECT_EQ(static_cast<size_t>(std::count(all.begin(), all.end(), '\t')), 4 * (hosts.size() / 15));
}

TEST(Server, StopsWhenWhatIsUnderWayIsAnswered) {
  Gate gate;
  Client idle(gate.place()), busy(gate.place());
  ASSERT_THAT(idle.ask(kAsk), HasSubstr(" 204 "));
  ASSERT_TRUE(
      busy.say("POST /envoy HTTP/1.1\r\nHost: example.cn\r\nExpect: 100-continue\r\n"
               "Content-Length: 9\r\n\r\n"));
  ASSERT_THAT(busy.hear(), HasSubstr(" 100 "));
  const std::string place = gate.place();
  std::thread stopping([&] { gate.server->stop(); });
  std::string heard;
  EXPECT_TRUE(idle.hear_all(heard));
  EXPECT_FALSE(Client(place).connected());
  EXPECT_THAT(busy.ask("123456789"), StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(busy.hear_all(heard));
  stopping.join();
}

TEST(Server, StopsAlsoWhenSomebodyNeverEnds) {
  Gate gate(with({.stop = 1}));
  Client busy(gate.place());
  ASSERT_TRUE(busy.say("GET /check HT"));
  ASSERT_THAT(Client(gate.place()).ask(kAsk), HasSubstr(" 204 "));
  const auto begin = steady_clock::now();
  gate.server->stop();
  EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(4));
}

TEST(Server, SwapsUnderQuestions) {
  Gate gate(with({}, 2));
  std::atomic<bool> done = false;
  std::thread swaps([&] {
    for (uint64_t n = 1; !done; ++n) {
      auto view = std::make_shared<View>();
      view->snapshot = sample_snapshot();
      view->sequence = n;
      gate.live.publish(std::move(view));
    }
  });
  Client one(gate.place()), other(gate.place());
  for (int i = 0; i < 2000; ++i) {
    ASSERT_THAT(one.ask(kAsk), HasSubstr("X-Beian-Name: example.cn\r\n"));
    ASSERT_THAT(other.ask(kAsk), HasSubstr("X-Beian-Name: example.cn\r\n"));
  }
  done = true;
  swaps.join();
}

TEST(Server, ListensAtAPath) {
  ServerOptions options;
  options.threads = 2;
  options.listen = "unix:" + scratch_path("socket");
  Gate gate(options);
  EXPECT_EQ(gate.place(), options.listen);
  EXPECT_THAT(Client(options.listen).ask(kAsk), HasSubstr(" 204 "));
  EXPECT_FALSE(Server::start(gate.live, options));  // somebody is there
  gate.server->stop();
  EXPECT_NE(::access(scratch_path("socket").c_str(), F_OK), 0);
}

TEST(Server, SaysWhereItCannotListen) {
  Gate gate;
  ServerOptions options;
  for (const char* bad : {"", "8080", "localhost:80", "127.0.0.1:x", "127.0.0.1:65536", "::1:80",
                          "127.0.0.1:", "unix:", "256.0.0.1:1"}) {
    options.listen = bad;
    EXPECT_EQ(Server::start(gate.live, options).error().front().code, ProblemCode::bad_format)
        << bad;
  }
  options.listen = "203.0.113.77:1";
  EXPECT_EQ(Server::start(gate.live, options).error().front().code, ProblemCode::file_unreadable);
  EXPECT_EQ(text_of(read_place("[::1]:80").value()), "[::1]:80");
  // Only a socket that was left is taken away.
  const std::string file = scratch_path("no-socket");
  std::ofstream(file) << "a file";
  options.listen = "unix:" + file;
  EXPECT_EQ(Server::start(gate.live, options).error().front().code, ProblemCode::file_unreadable);
  std::ifstream left(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(left), {}), "a file");
}

TEST(Reloader, SeesTheNextFileAndKeepsTheLastGoodOne) {
  const std::string path = scratch_path("file");
  write_snapshot(path, 1);
  ReadAlong files({.path = path, .load = true});
  ASSERT_TRUE(files.open().has_value());
  Reloader reloader(files, path);
  Board board(1);
  Live::Reader reader(files.live());
  const auto looked = [&](bool asked = false) {
    reloader.look(asked, board);
    return std::array{reader.view().snapshot->sequence(), board.swaps.load(),
                      board.refused_snapshots.load()};
  };
  using Seen = std::array<uint64_t, 3>;  // sequence, swaps, refused
  EXPECT_EQ(looked(), (Seen{1, 0, 0}));
  write_snapshot(path, 2);
  EXPECT_EQ(looked(), (Seen{2, 1, 0}));
  EXPECT_EQ(looked(), (Seen{2, 1, 0}));
  // A damaged one is refused once, not every second, unless somebody asks.
  std::ofstream(path + ".damaged") << "damaged";
  ASSERT_EQ(std::rename((path + ".damaged").c_str(), path.c_str()), 0);
  EXPECT_EQ(looked(), (Seen{2, 1, 1}));
  EXPECT_EQ(looked(), (Seen{2, 1, 1}));
  EXPECT_EQ(looked(true), (Seen{2, 1, 2}));
  ::unlink(path.c_str());
  EXPECT_EQ(looked(), (Seen{2, 1, 2})) << "nothing new is there";
  EXPECT_TRUE(reader.lookup("www.example.cn", 1).allow);
  write_snapshot(path, 3);
  EXPECT_EQ(looked(), (Seen{3, 2, 2}));
}

TEST(LastHolder, LetsGoOfWhatNobodyAnswersFrom) {
  Live live(sample_snapshot());
  LastHolder holder;
  holder.look(live);
  const std::weak_ptr<const Snapshot> first = live.view()->snapshot;
  auto reader = std::make_unique<Live::Reader>(live);
  reader->view();
  auto view = std::make_shared<View>();
  view->snapshot = sample_snapshot();
  const std::weak_ptr<const Snapshot> second = view->snapshot;
  live.publish(std::move(view));
  holder.look(live);
  EXPECT_FALSE(first.expired());  // the reader answers from it
  reader->view();
  EXPECT_FALSE(first.expired());  // the reader was not the last
  holder.look(live);
  EXPECT_TRUE(first.expired());
  EXPECT_FALSE(second.expired());
}

}  // namespace
}  // namespace beian::gate::server
