#include "gate/server/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gate/server/snapshot_for_test.hpp"

namespace {
std::atomic<size_t> allocations = 0;
}  // namespace
void* operator new(size_t size) {
  ++allocations;
  if (void* p = std::malloc(size > 0 ? size : 1)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, size_t) noexcept {
  std::free(p);
}

namespace beian::gate::server {
namespace {

using testing::HasSubstr;

const Live& live() {
  static Live live(sample_snapshot());
  return live;
}

// One connection, and what came out of it.
struct Line {
  explicit Line(Policy policy = {}, SessionLimits limits = {}, const Live& answers = live())
      : policy(std::move(policy)), limits(limits), desk(answers, this->policy, board, counters()) {
    desk.set_time(kCreated + 60);
  }
  Counters& counters() { return *board.counters[0]; }
  // Everything that is answered to these bytes.
  std::string ask(std::string_view bytes) {
    std::string out;
    next = session.take(bytes, out);
    while (next == Session::Next::write) {
      std::string more;
      next = session.take({}, more);
      out += more;
    }
    return out;
  }
  bool closed() const { return next == Session::Next::close; }

  Policy policy;
  SessionLimits limits;
  Board board{1};
  Desk desk;
  size_t lists = 0;
  Session session{desk, limits, lists};
  Session::Next next = Session::Next::read;
};

std::string get(const std::string& target, const std::string& fields = "Host: gate\r\n") {
  return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}
std::string check(const std::string& host) {
  return get("/check", "Host: gate\r\nX-Gate-Host: " + host + "\r\n");
}
constexpr std::string_view kDate = "Date: Fri, 15 Jan 2027 08:01:00 GMT\r\n";

TEST(Session, AnswersNginx) {
  Line line;
  EXPECT_EQ(line.ask(check("WWW.Example.CN:443")),
            "HTTP/1.1 204 No Content\r\n"
            "X-Beian-Answer: allow\r\n"
            "X-Beian-Reason: filed\r\n"
            "X-Beian-Number: %E7%B2%A4ICP%E5%A4%872026000001%E5%8F%B7-1\r\n"
            "X-Beian-Name: example.cn\r\n"
            "X-Beian-Age: 60\r\n" +
                std::string(kDate) + "\r\n");
  EXPECT_EQ(line.ask(check("a.shop.example.cn")),
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n"
            "X-Beian-Answer: deny\r\n"
            "X-Beian-Reason: blocked\r\n"
            "X-Beian-Name: shop.example.cn\r\n"
            "X-Beian-Age: 60\r\n" +
                std::string(kDate) + "\r\n");
  EXPECT_THAT(line.ask(check("other.cn")), HasSubstr("X-Beian-Reason: not_filed\r\nX-Beian-Age"));
  EXPECT_THAT(line.ask(check("203.0.113.1")), HasSubstr("403 Forbidden"));
  EXPECT_THAT(line.ask(check("")), HasSubstr("X-Beian-Reason: empty\r\n"));
  // Without the proxy's field Host counts.
  EXPECT_THAT(line.ask(get("/check", "Host: example.cn\r\n")), HasSubstr("204 No Content"));
  EXPECT_THAT(line.ask("HEAD /check?x=y HTTP/1.1\r\nHost: example.cn\r\n\r\n"),
              HasSubstr("204 No Content"));
  EXPECT_FALSE(line.closed());
}

TEST(Session, RepeatedAndMissingHostsAreNoGoodRequests) {
  for (const std::string_view fields :
       {"Host: example.cn\r\nHost: example.cn\r\n",
        "Host: gate\r\nX-Gate-Host: example.cn\r\nX-Gate-Host: example.cn\r\n",
        "Host: a\r\nHost: b\r\nX-Gate-Host: example.cn\r\n"}) {
    Line line;
    const std::string answer = line.ask(get("/check", std::string(fields)));
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_THAT(answer, HasSubstr("X-Beian-Answer: deny\r\nX-Beian-Reason: repeated\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(line.closed());
  }
  Line line;
  EXPECT_THAT(line.ask(get("/check", "X-Gate-Host: example.cn\r\n")), HasSubstr("400 Bad Request"));
  Line old;
  EXPECT_THAT(old.ask("GET /check HTTP/1.0\r\n\r\n"), HasSubstr("403 Forbidden"));
  EXPECT_TRUE(old.closed());
}

TEST(Session, TheProxysFieldIsASetting) {
  Line line({.host_field = "x-forwarded-host"});
  EXPECT_THAT(line.ask(get("/check", "Host: gate\r\nX-Forwarded-Host: example.cn\r\n")),
              HasSubstr("204 No Content"));
  EXPECT_THAT(line.ask(check("example.cn")), HasSubstr("403 Forbidden"));  // not asked for
  Line host({.host_field = "host"});
  EXPECT_THAT(host.ask(get("/check", "Host: example.cn\r\nX-Gate-Host: other.cn\r\n")),
              HasSubstr("204 No Content"));
}

TEST(Session, AnswersEnvoyForAnyMethodAndPath) {
  for (const char* first :
       {"GET /envoy/ ", "DELETE /envoy/a/b?c=d ", "PROPFIND /envoy ", "POST /envoy?x "}) {
    Line line;
    const std::string answer =
        line.ask(std::string(first) + "HTTP/1.1\r\nHost: www.example.cn\r\n\r\n");
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")) << first;
    EXPECT_THAT(answer, HasSubstr("X-Beian-Reason: filed\r\n"));
  }
  Line line;
  EXPECT_THAT(line.ask(get("/envoy/x", "Host: other.cn\r\nX-Gate-Host: example.cn\r\n")),
              HasSubstr("403 Forbidden"));  // a client's field
  EXPECT_THAT(line.ask(get("/envoys", "Host: example.cn\r\n")), HasSubstr("404 Not Found"));
}

TEST(Session, BodiesArePassedOverBeforeTheAnswer) {
  Line line;
  const std::string head = "POST /envoy/a HTTP/1.1\r\nHost: example.cn\r\n";
  EXPECT_EQ(line.ask(head + "Content-Length: 10\r\n\r\n01234"), "");
  EXPECT_EQ(line.session.phase(), Session::Phase::body);
  EXPECT_THAT(line.ask("56789" + check("other.cn")),
              testing::MatchesRegex("HTTP/1.1 200 OK(.|\n)*HTTP/1.1 403 Forbidden(.|\n)*"));
  EXPECT_EQ(line.ask(head + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(line.ask("5\r\nhello\r\n0\r\n"), "");
  EXPECT_THAT(line.ask("\r\n"), testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(line.session.phase(), Session::Phase::idle);
  EXPECT_FALSE(line.closed());
  EXPECT_THAT(line.ask(head + "Transfer-Encoding: chunked\r\n\r\nhello"), HasSubstr(" 400 "));
  EXPECT_TRUE(line.closed());
}

TEST(Session, SizesAreLimited) {
  SessionLimits limits;
  limits.head = 200;
  limits.body = limits.list = 100;
  const auto told = [&](const std::string& bytes) {
    Line line({}, limits);
    const std::string answer = line.ask(bytes);
    return answer.substr(0, answer.find('\r')) + (line.closed() ? " closed" : "");
  };
  EXPECT_EQ(told("GET /check HTTP/1.1\r\nX: " + std::string(300, 'a')),
            "HTTP/1.1 431 Request Header Fields Too Large closed");
  EXPECT_EQ(told(get("/check", "Host: a\r\nX: " + std::string(300, 'a') + "\r\n")),
            "HTTP/1.1 431 Request Header Fields Too Large closed");
  const std::string large = "HTTP/1.1 413 Content Too Large closed";
  EXPECT_EQ(told("POST /envoy HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"), large);
  EXPECT_EQ(told("POST /lookup HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"), large);
  EXPECT_EQ(told("POST /lookup HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"),
            large);
  limits.lists = 50;
  EXPECT_EQ(
      told("POST /lookup HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n" + std::string(60, 'a')),
      "HTTP/1.1 503 Service Unavailable closed");
}

TEST(Session, AnswersPeople) {
  Line line;
  EXPECT_THAT(line.ask(get("/lookup?host=WWW.example.cn")),
              testing::EndsWith("\r\n\r\n{\"host\":\"WWW.example.cn\",\"allow\":true,\"reason\":"
                                "\"filed\",\"entry\":\"example.cn\",\"number\":\"粤ICP备2026000001"
                                "号-1\",\"sequence\":7,\"age\":60}\n"));
  EXPECT_THAT(line.ask(get("/lookup?a=b&host=%E4%BE%8B%E5%AD%90.cn")),
              HasSubstr("\"host\":\"例子.cn\",\"allow\":false,\"reason\":\"not_filed\""));
  EXPECT_THAT(line.ask(get("/lookup?host=new.cn")),
              HasSubstr("\"reason\":\"grace\",\"entry\":\"new.cn\",\"until\":1800086400"));
  EXPECT_THAT(line.ask(get("/lookup?host=a.cn&host=b.cn")), HasSubstr("\"reason\":\"repeated\""));
  for (const char* bad : {"/lookup", "/lookup?hosts=a", "/lookup?host=%ff", "/lookup?host=%z"})
    EXPECT_THAT(line.ask(get(bad)), HasSubstr("400 Bad Request")) << bad;
  const std::string head = line.ask("HEAD /lookup?host=a.cn HTTP/1.1\r\nHost: gate\r\n\r\n");
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
  EXPECT_THAT(head, HasSubstr("Content-Length: 7"));
  EXPECT_THAT(line.ask(get("/")), HasSubstr("404 Not Found"));
  EXPECT_THAT(line.ask("PUT /lookup HTTP/1.1\r\nHost: a\r\n\r\n"),
              HasSubstr("405 Method Not Allowed\r\nContent-Length: 0\r\nAllow: GET, HEAD, POST"));
  EXPECT_THAT(line.ask(get("/health")),
              HasSubstr("{\"status\":\"ok\",\"entries\":5,\"created\":1800000000,\"sequence\":7"));
}

// A chunked answer's content.
std::string unchunked(const std::string& answer) {
  std::string_view body = std::string_view(answer).substr(answer.find("\r\n\r\n") + 4);
  Chunked chunks;
  std::string content;
  EXPECT_TRUE(chunks.take(body, &content) && chunks.ended() && body.empty()) << answer;
  return content;
}

TEST(Session, AnswersLists) {
  Line line;
  const auto ask = [&](const std::string& list) {
    return line.ask("POST /lookup HTTP/1.1\r\nHost: gate\r\nContent-Length: " +
                    std::to_string(list.size()) + "\r\n\r\n" + list);
  };
  EXPECT_EQ(unchunked(ask("www.example.cn\r\nother.cn\n\na\tb\n203.0.113.1")),
            "www.example.cn\tallow\tfiled\texample.cn\t粤ICP备2026000001号-1\n"
            "other.cn\tdeny\tnot_filed\t\t\n"
            "\tdeny\tempty\t\t\n"
            "a?b\tdeny\tbad_character\t\t\n"
            "203.0.113.1\tdeny\tip_address\t\t\n");
  EXPECT_EQ(unchunked(ask("\xff.cn")), "\\xff.cn\tdeny\tbad_idn\t\t\n") << "told as UTF-8";
  EXPECT_EQ(unchunked(ask("")), "");
  // Far more than one piece, in one answer.
  std::string list, wanted;
  for (int i = 0; i < 20'000; ++i) {
    list += "a" + std::to_string(i) + ".example.cn\n";
    wanted += "a" + std::to_string(i) + ".example.cn\tallow\tfiled\texample.cn\t" +
              "粤ICP备2026000001号-1\n";
  }
  EXPECT_EQ(unchunked(ask(list)), wanted);
  EXPECT_EQ(line.lists, 0u);
  EXPECT_EQ(line.counters().questions[static_cast<size_t>(Question::bulk)].get(), 20'006u);
  Line old;
  const std::string answer = old.ask(
      "POST /lookup HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 8\r\n\r\nother.cn");
  EXPECT_THAT(answer,
              testing::EndsWith("Connection: close\r\n\r\nother.cn\tdeny\tnot_filed\t\t\n"));
  EXPECT_TRUE(old.closed());
}

TEST(Session, OldStateIsAnsweredAsThePolicySays) {
  const auto told = [](WhenStale when, Seconds after, const std::string& host) {
    Line line({.stale_after = after, .when_stale = when});
    const std::string answer = line.ask(check(host));
    const size_t reason = answer.find("X-Beian-Reason: ") + 16;
    return answer.substr(9, 3) + " " + answer.substr(reason, answer.find('\r', reason) - reason);
  };
  // The snapshot is 60 seconds old.
  for (const WhenStale when : {WhenStale::answer, WhenStale::allow, WhenStale::deny}) {
    EXPECT_EQ(told(when, 0, "example.cn"), "204 filed");
    EXPECT_EQ(told(when, 60, "example.cn"), "204 filed");
    EXPECT_EQ(told(when, 60, "other.cn"), "403 not_filed");
  }
  EXPECT_EQ(told(WhenStale::answer, 59, "example.cn"), "204 filed");
  EXPECT_EQ(told(WhenStale::answer, 59, "other.cn"), "403 not_filed");
  EXPECT_EQ(told(WhenStale::deny, 59, "example.cn"), "403 stale");
  EXPECT_EQ(told(WhenStale::deny, 59, "other.cn"), "403 not_filed");
  EXPECT_EQ(told(WhenStale::allow, 59, "example.cn"), "204 filed");
  EXPECT_EQ(told(WhenStale::allow, 59, "other.cn"), "204 stale");
  EXPECT_EQ(told(WhenStale::allow, 59, "gone.cn"), "204 stale");
  EXPECT_EQ(told(WhenStale::allow, 59, "closed.cn"), "403 closed");
  EXPECT_EQ(told(WhenStale::allow, 59, "shop.example.cn"), "403 blocked");
  EXPECT_EQ(told(WhenStale::allow, 59, "203.0.113.1"), "403 ip_address");
  // Who follows a feed that has nothing newer is not old.
  Live followed(sample_snapshot());
  followed.confirm(kCreated + 58);
  Line line({.stale_after = 30, .when_stale = WhenStale::deny}, {}, followed);
  EXPECT_THAT(line.ask(check("example.cn")), HasSubstr("204 No Content"));
  EXPECT_THAT(line.ask(check("example.cn")), HasSubstr("X-Beian-Age: 2\r\n"));
  EXPECT_THAT(line.ask(get("/health")), HasSubstr("200 OK"));
  line.desk.set_time(kCreated + 100);
  EXPECT_THAT(line.ask(get("/health")), HasSubstr("503 Service Unavailable"));
  EXPECT_THAT(line.ask(get("/metrics")), HasSubstr("beian_gate_stale 1\n"));
}

TEST(Session, TellsOfTheFeedThatIsFollowed) {
  Line line;
  EXPECT_THAT(line.ask(get("/metrics")), Not(HasSubstr("beian_gate_feed")));
  line.board.feed = 0;
  line.board.feed_refused = 3;
  line.board.saved = false;
  const std::string text = line.ask(get("/metrics"));
  for (const char* wanted : {"beian_gate_feed_connected 0\n", "beian_gate_feed_refused_total 3\n",
                             "beian_gate_saved 0\n"})
    EXPECT_THAT(text, HasSubstr(wanted));
}

TEST(Session, CountsWhatItAnswers) {
  Line line;
  line.ask(check("example.cn") + check("example.cn") + check("other.cn"));
  line.ask(get("/check", "Host: a\r\nX-Gate-Host: [::1]\r\n") + get("/nothing"));
  const std::string text = line.ask(get("/metrics"));
  for (const char* wanted :
       {"beian_gate_questions_total{question=\"check\"} 4\n",
        "answers_total{answer=\"allow\",reason=\"filed\"} 2\n",
        "answers_total{answer=\"deny\",reason=\"not_filed\"} 1\n",
        "answers_total{answer=\"deny\",reason=\"ip_address\"} 1\n",
        "beian_gate_refused_requests_total 1\n", "beian_gate_snapshot_entries 5\n",
        "beian_gate_sequence 7\n", "beian_gate_age_seconds 60\n",
        "# TYPE beian_gate_latency_seconds histogram\n"})
    EXPECT_THAT(text, HasSubstr(wanted));
}

TEST(Latency, IsPutIntoItsBucket) {
  Latency latency;
  latency.add(4095, 1);
  latency.add(4096, 2);
  latency.add(uint64_t{1} << 27, 3);
  latency.add(UINT64_C(1) << 40, 4);
  EXPECT_EQ(latency.buckets[0].get(), 1u);
  EXPECT_EQ(latency.buckets[1].get(), 2u);
  EXPECT_EQ(latency.buckets[Latency::kBuckets].get(), 7u);
}

TEST(Session, AllocatesNothingForAQuestion) {
  Line line;
  const std::string asked =
      check("www.example.cn") + check("other.cn") + get("/envoy/a?b", "Host: example.cn\r\n");
  std::string out;
  out.reserve(8192);
  line.session.take(asked, out);
  const size_t before = allocations;
  for (int i = 0; i < 100; ++i) {
    out.clear();
    line.session.take(asked, out);
  }
  EXPECT_EQ(allocations, before);
  EXPECT_THAT(out, HasSubstr("204 No Content"));
  (void)line.ask(get("/metrics"));
  EXPECT_GT(allocations, before);  // it is counted at all
}

// However the bytes come, what is answered is the same.
RC_GTEST_PROP(Session, PiecesDoNotMatter, ()) {
  static const std::vector<std::string> kRequests = {
      check("www.example.cn"),
      check("other.cn"),
      "\r\n" + get("/lookup?host=example.cn"),
      "POST /envoy/a HTTP/1.1\r\nHost: example.cn\r\nContent-Length: 7\r\n\r\nGET / H",
      "POST /envoy HTTP/1.1\r\nHost: a.cn\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nGET\r\n0\r\n"
      "A: b\r\n\r\n",
      "POST /lookup HTTP/1.1\r\nHost: gate\r\nContent-Length: 22\r\n\r\nexample.cn\r\nother.cn\r\n",
      "POST /lookup HTTP/1.1\r\nHost: gate\r\nTransfer-Encoding: "
      "chunked\r\n\r\n4\r\na.cn\r\n0\r\n\r\n",
      get("/nothing"),
      "GET /check HTTP/1.0\r\nConnection: keep-alive\r\nHost: example.cn\r\n\r\n",
      get("/check", "Connection: close\r\nHost: example.cn\r\n"),
      "GET / HTTP/3.0\r\n\r\n",
  };
  std::string bytes;
  for (const size_t i :
       *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, kRequests.size())))
    bytes += kRequests[i];
  Line whole, pieces;
  const std::string wanted = whole.ask(bytes);
  std::string got;
  for (std::string_view rest = bytes; !rest.empty() && !pieces.closed();) {
    const auto size = *rc::gen::inRange<size_t>(1, 40);
    got += pieces.ask(rest.substr(0, size));
    rest.remove_prefix(std::min(size, rest.size()));
  }
  RC_ASSERT(got == wanted);
  RC_ASSERT(pieces.closed() == whole.closed());
}

TEST(Session, AnswersAFloodPieceByPiece) {
  SessionLimits limits;
  limits.enough = 1000;
  Line line({}, limits);
  std::string flood;
  for (int i = 0; i < 500; ++i) flood += check("example.cn");
  std::string out;
  ASSERT_EQ(line.session.take(flood, out), Session::Next::write);
  EXPECT_LT(out.size(), 1500u);
  const std::string rest = line.ask("");
  EXPECT_EQ(line.session.requests(), 500u);
  EXPECT_EQ(line.next, Session::Next::read);
}

}  // namespace
}  // namespace beian::gate::server
