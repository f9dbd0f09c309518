// Lines as the programs write them. All invented: 样例.
#include "gate/log_line.hpp"

#include <gtest/gtest.h>

#include "gate/log_detect.hpp"

namespace beian::gate {
namespace {

constexpr Seconds kNoon = 1796013296;  // 2026-11-30 12:34:56 in Beijing
constexpr Seconds kLater = kNoon + 8 * 3600;
const LogClock kClock{.zone_minutes = 480, .now = kNoon + 3600};

// What is read of a line: "host time address", "passed", "unreadable".
std::string read_one(const std::string& format, std::string_view line) {
  const auto named = log_format_named(format);
  if (!named) return "no format";
  LineReader reader(*named, kClock);
  Hit hit;
  switch (reader.read(line, hit)) {
    case Line::passed:
      return "passed";
    case Line::unreadable:
      return "unreadable";
    case Line::hit:
      break;
  }
  return "[" + std::string(hit.host) + "] " + std::to_string(hit.time) + " [" +
         std::string(hit.address) + "]";
}

std::string told(std::string_view host, Seconds time, std::string_view address = "") {
  return "[" + std::string(host) + "] " + std::to_string(time) + " [" + std::string(address) + "]";
}

struct Case {
  std::string format, line, want;
};
void expect_all(const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(read_one(one.format, one.line), one.want) << one.line;
}

constexpr const char* kMain =
    R"(nginx:$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent )"
    R"("$http_referer" "$http_user_agent" "$host" $server_addr)";

TEST(LogLine, Nginx) {
  const std::string vhost = R"(nginx:$host $remote_addr - - [$time_local] "$request")";
  const std::string head = R"(192.0.2.9 - - [30/Nov/2026:12:34:56 +0800] "GET / HTTP/1.1" 200 5 )";
  expect_all({
      {kMain, head + R"("-" "curl/8" "yangli-example.cn" 203.0.113.5)",
       told("yangli-example.cn", kNoon, "203.0.113.5")},
      {kMain, head + R"("-" "a \x22quoted\x22 agent" "yangli-example.cn" 203.0.113.5)",
       told("yangli-example.cn", kNoon, "203.0.113.5")},
      {kMain, head + R"("-" "x" "-" 203.0.113.5)", told("", kNoon, "203.0.113.5")},
      {kMain, head + R"("-" "x" "\xE4\xBE\x8B\xE5\xAD\x90.\xE4\xB8\xAD\xE5\x9B\xBD" 203.0.113.5)",
       told("例子.中国", kNoon, "203.0.113.5")},
      {kMain, head + R"("-" "x" "a\x22b.cn" 203.0.113.5)", told("a\"b.cn", kNoon, "203.0.113.5")},
      {kMain, head + R"("-" "x)", "unreadable"},
      {kMain, "", "passed"},
      {kMain, std::string("\x16\x03\x01\x00\xff binary", 12), "unreadable"},
      {vhost, "WWW.yangli-example.cn:443 192.0.2.9 - - [30/Nov/2026:04:34:56 +0000] \"GET",
       told("WWW.yangli-example.cn:443", kNoon)},
      {vhost, "yangli-example.cn 192.0.2.9 - - [never] \"GET", told("yangli-example.cn", 0)},
      {vhost + "\r", "yangli-example.cn 192.0.2.9 - - [30/Nov/2026:04:34:56 +0000] \"GET /\"\r",
       told("yangli-example.cn", kNoon)},
      {"nginx:${time_iso8601}|${http_host}|$server_addr",
       "2026-11-30T12:34:56+08:00|a.cn|2001:db8::1", told("a.cn", kNoon, "2001:db8::1")},
      // host before http_host before server_name, wherever they stand
      {"nginx:$server_name $http_host $host $msec", "s.cn h.cn:80 h.cn 1796013296.123",
       told("h.cn", kNoon)},
      {"nginx:$remote_addr $request", "", "no format"},
      {"nginx:", "", "no format"},
  });
}

TEST(LogLine, HaproxyCapturesOrTheWholeAddress) {
  const std::string head =
      "Nov 30 12:34:56 lb1 haproxy[14389]: 192.0.2.9:33317 [30/Nov/2026:12:34:56.655] web~ "
      "static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 ";
  expect_all({
      {"haproxy", head + R"({yangli-example.cn|Mozilla} {} "GET / HTTP/1.1")",
       told("yangli-example.cn", kNoon)},
      {"haproxy:2", head + R"({Mozilla|yangli-example.cn:8443} "GET / HTTP/1.1")",
       told("yangli-example.cn:8443", kNoon)},
      {"haproxy", head + R"({#E4#BE#8B.cn} "GET / HTTP/1.1")", told("例.cn", kNoon)},
      {"haproxy", head + R"({} "GET / HTTP/1.0")", told("", kNoon)},
      {"haproxy", head + R"("GET https://yangli-example.cn/a?b HTTP/2.0")",
       told("yangli-example.cn", kNoon)},
      {"haproxy", head + R"({|x} "GET https://yangli-example.cn HTTP/2.0")",
       told("yangli-example.cn", kNoon)},
      {"haproxy", head + R"("GET / HTTP/1.1")", "unreadable"},
      {"haproxy", head + R"({} "<BADREQ>")", "passed"},
      {"haproxy", "Nov 30 12:34:56 lb1 haproxy[14389]: Proxy web started.", "unreadable"},
      {"haproxy:0", "", "no format"},
  });
}

TEST(LogLine, JsonMembersAtAnyDepth) {
  expect_all({
      {"json:host,time,server_addr",
       R"({"time":"2026-11-30T04:34:56Z","host":"yangli-example.cn","server_addr":"203.0.113.5"})",
       told("yangli-example.cn", kNoon, "203.0.113.5")},
      {"json:request.host,ts",
       R"({"level":"info","ts":1796013296.55,"request":{"method":"GET","headers":{"A":["{\"host\""]},)"
       R"("host":"yangli-example.cn"},"host":"other.cn"})",
       told("yangli-example.cn", kNoon)},
      {"json:request.host", R"({"request.host":"flat.cn"})", told("flat.cn", 0)},
      {"json:host,ts", R"({ "ts" : 1796013296000 , "host" : "a.cn" })", told("a.cn", kNoon)},
      {"json:host", R"({"ua":"\"host\":\"no.cn\" \\","host":"a.cn"})", told("a.cn", 0)},
      {"json:host", R"({"host":"\u4f8b\u5b50.cn"})", told("例子.cn", 0)},
      {"json:host", R"({"host":"a\"b\/c"})", told("a\"b/c", 0)},
      {"json:host", R"({"host":null})", told("", 0)},
      {"json:host", R"({"host":["a.cn"],"x":1})", "passed"},
      {"json:host", R"({"other":"a.cn"})", "passed"},
      {"json:host", R"({})", "passed"},
      {"json:host", R"({"other":"a.cn")", "unreadable"},
      {"json:host", R"({"other":"a.cn\"})", "unreadable"},
      {"json:host", R"(["host"])", "unreadable"},
      {"json:host", R"({"a":{"b":[1,{"c":"}"}]},"host":"a.cn"})", told("a.cn", 0)},
      {"json:a,b,c,d", "", "no format"},
  });
}

TEST(LogLine, QueriesForAddressesOnly) {
  expect_all({
      {"bind",
       "30-Nov-2026 12:34:56.123 queries: info: client @0x7f01a8 192.0.2.9#53210 "
       "(www.yangli-example.cn): query: www.yangli-example.cn IN A +E(0)K (203.0.113.53)",
       told("www.yangli-example.cn", kNoon)},
      {"bind",
       "2026-11-30T04:34:56.123Z client 192.0.2.9#53 (a.cn): view inner: query: a.cn IN AAAA + "
       "(::1)",
       told("a.cn", kNoon)},
      {"bind", "client 192.0.2.9#53 (a.cn): query: a.cn IN TYPE65 + (::1)", told("a.cn", 0)},
      {"bind", "client 192.0.2.9#53 (a.cn): query: a.cn IN MX + (::1)", "passed"},
      {"bind", "client 192.0.2.9#53 (a.cn): query: a.cn", "unreadable"},
      {"unbound", "[1796013296] unbound[812:0] info: 192.0.2.9 yangli-example.cn. A IN",
       told("yangli-example.cn.", kNoon)},
      {"unbound", "Nov 30 12:34:56 unbound[812:0] info: query: 2001:db8::9 a.cn. HTTPS IN",
       told("a.cn.", kNoon)},
      {"unbound", "[1796013296] unbound[812:0] info: 192.0.2.9 a.cn. A IN NOERROR 0.01 0 45",
       "passed"},
      {"unbound", "[1796013296] unbound[812:0] info: 192.0.2.9 a.cn. TXT IN", "passed"},
      {"unbound", "[1796013296] unbound[812:0] info: start of service (unbound 1.17.1).", "passed"},
      {"powerdns",
       "Nov 30 12:34:56 ns1 pdns_server[77]: Remote 192.0.2.9 wants 'yangli-example.cn|A', do = 0",
       told("yangli-example.cn", kNoon)},
      {"powerdns",
       "Nov 30 12:34:56 ns1 pdns_recursor[9]: 1 [1/1] question for 'a.cn|AAAA' from 192.0.2.9:53",
       told("a.cn", kNoon)},
      {"powerdns", "Nov 30 12:34:56 pdns_server[77]: Remote 192.0.2.9 wants 'a.cn|SOA'", "passed"},
      {"powerdns", "Nov 30 12:34:56 pdns_server[77]: Done launching threads", "passed"},
      {"powerdns", "something else", "unreadable"},
  });
}

TEST(LogLine, Hosts) {
  expect_all({{"hosts", " yangli-example.cn\t", told("yangli-example.cn", 0)},
              {"hosts", "# a comment", "passed"},
              {"hosts", "   ", "passed"},
              {"hosts:x", "", "no format"},
              {"apache", "", "no format"}});
}

TEST(LogLine, Times) {
  const std::vector<std::pair<std::string, Seconds>> cases = {
      {"30/Nov/2026:12:34:56 +0800", kNoon},
      {"29/Nov/2026:23:34:56 -0500", kNoon},
      {"30/Nov/2026:12:34:56", kNoon},
      {"30/Nov/2026:12:34:56.999", kNoon},
      {"30-Nov-2026 12:34:56.123", kNoon},
      {"2026-11-30T12:34:56+08:00", kNoon},
      {"2026-11-30T04:34:56.123456Z", kNoon},
      {"2026-11-30T12:34:56", kNoon},
      {"2026-11-30 12:34:56,123", kNoon},
      {"2026/11/30 12:34:56", kNoon},
      {"2026-11-30T12:34:56 UTC", kLater},
      {"Nov 30 12:34:56", kNoon},
      {"Dec  1 12:34:56", kNoon + 86400},                    // a clock that is ahead
      {"Dec  2 12:34:56", kNoon + 2 * 86400 - 365 * 86400},  // last year
      {"1796013296", kNoon},
      {"1796013296.5", kNoon},
      {"1796013296123", kNoon},
      {"1796013296123456", kNoon},
      {"30/Nov/2026:24:34:56 +0800", 0},
      {"31/Nov/2026:12:34:56 +0800", 0},
      {"30/Nov/2026:12:34:56 +080", 0},
      {"30/Noo/2026:12:34:56 +0800", 0},
      {"2026-13-30T12:34:56Z", 0},
      {"1969-11-30T12:34:56Z", 0},
      {"2206-11-30T12:34:56Z", 0},
      {"99999999999999999999", 0},
      {"", 0},
      {"-", 0},
      {"yesterday at noon", 0},
  };
  LogTimes kept(kClock);
  for (const auto& [text, want] : cases) {
    EXPECT_EQ(read_log_time(text, kClock), want) << text;
    EXPECT_EQ(kept.read(text), want) << text;
    EXPECT_EQ(kept.read(text), want) << text;
  }
  EXPECT_EQ(read_log_time("30/Nov/2026:12:34:56", {.zone_minutes = 0}), kLater);
}

// ---- detection

std::string lines(const std::string& line, int n = 5) {
  std::string out;
  for (int i = 0; i < n; ++i) out += line + "\n";
  return out;
}

TEST(LogDetect, TellsTheFormat) {
  const std::string combined =
      R"(192.0.2.9 - - [30/Nov/2026:12:34:56 +0800] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X) a")";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {lines(combined + R"( "yangli-example.cn")"), R"("$http_user_agent" "$host")"},
      {lines(combined + R"( "yangli-example.cn" "203.0.113.5" 0.003)"),
       R"("$host" "$server_addr")"},
      {lines(combined + R"( yangli-example.cn 0.003)"), R"("$http_user_agent" $host )"},
      {lines(combined + R"( yangli-example.cn)"), R"("$http_user_agent" $host)"},
      {lines(combined + R"( "192.0.2.1" "yangli-example.cn")"),
       R"("$http_x_forwarded_for" "$host")"},
      {lines("yangli-example.cn:80 " + combined), R"(nginx:$host $remote_addr)"},
      {lines(
           R"(192.0.2.9 - - [30/Nov/2026:12:34:56 +0800] yangli-example.cn "GET / HTTP/1.1" 200)"),
       R"([$time_local] $host "$request")"},
      {lines("x haproxy[1]: 192.0.2.9:3 [30/Nov/2026:12:34:56.655] w b/s 1/0/3/6/1 200 2 - - ---- "
             "1/1/1/1/0 0/0 {Mozilla|yangli-example.cn} \"GET / HTTP/1.1\""),
       "haproxy:2"},
      {lines(R"({"ts":1796013296.5,"request":{"host":"yangli-example.cn"}})"),
       "json:request.host,ts"},
      {lines(
           R"({"@timestamp":"2026-11-30T04:34:56Z","host":"yangli-example.cn","server_addr":"203.0.113.5"})"),
       "json:host,@timestamp,server_addr"},
      {lines("yangli-example.cn"), "hosts"},
      {lines("client 192.0.2.9#5 (a.cn): query: a.cn IN A + (203.0.113.53)"), "bind"},
      {lines("[1796013296] unbound[8:0] info: 192.0.2.9 a.cn. A IN"), "unbound"},
      {lines("Remote 192.0.2.9 wants 'a.cn|A', do = 0"), "powerdns"},
      // Junk between lines, and names that are none, do not hide it.
      {lines("\x16\x03\x01", 2) + lines(combined + R"( "yangli-example.cn")") +
           lines(combined + R"( "_")", 4),
       R"("$http_user_agent" "$host")"},
      // No host anywhere: nothing must be taken for one.
      {lines(combined), "none"},
      {lines(combined + R"( "192.0.2.1")"), "none"},
      {lines(R"({"message":"started"})"), "none"},
      {lines("\x16\x03\x01"), "none"},
      {"", "none"},
  };
  for (const auto& [sample, want] : cases) {
    const auto format = settle_format({}, sample, kClock);
    const std::string got = format ? describe(*format) : "none";
    EXPECT_NE(got.find(want), std::string::npos) << sample << got;
    if (!format) continue;
    const auto again = log_format_named(got);
    ASSERT_TRUE(again) << got;
    EXPECT_EQ(describe(*again), got);
  }
}

TEST(LogDetect, UnboundRepliesCountOnlyWithoutQueries) {
  const std::string query = "[1796013296] unbound[8:0] info: 192.0.2.9 a.cn. A IN\n",
                    reply =
                        "[1796013296] unbound[8:0] info: 192.0.2.9 a.cn. A IN NOERROR 0.0 0 4\n";
  const auto both = settle_format({}, query + reply + query + reply, kClock);
  ASSERT_TRUE(both);
  EXPECT_FALSE(both->replies);
  const auto only = settle_format(*log_format_named("unbound"), reply + reply, kClock);
  ASSERT_TRUE(only);
  EXPECT_TRUE(only->replies);
}

TEST(LogDetect, GivenJsonIsFilledIn) {
  const auto format = settle_format(*log_format_named("json"),
                                    R"({"authority":"yangli-example.cn"})"
                                    "\n",
                                    kClock);
  ASSERT_TRUE(format);
  EXPECT_EQ(format->host_key, "authority");
  EXPECT_FALSE(settle_format(*log_format_named("json"),
                             R"({"x":1})"
                             "\n",
                             kClock));
}

}  // namespace
}  // namespace beian::gate
