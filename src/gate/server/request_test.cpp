#include "gate/server/request.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "gate/server/chunked.hpp"

namespace beian::gate::server {
namespace {

// \r, \n, \t, \xNN and \N{60,a}, as the table writes them.
std::string unescape(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    if (s.starts_with("\\x")) {
      out += static_cast<char>(std::stoi(std::string(s.substr(2, 2)), nullptr, 16));
      s.remove_prefix(4);
    } else if (s.starts_with("\\N{")) {
      const size_t comma = s.find(','), close = s.find('}');
      for (int n = std::stoi(std::string(s.substr(3, comma - 3))); n > 0; --n)
        out += unescape(s.substr(comma + 1, close - comma - 1));
      s.remove_prefix(close + 1);
    } else if (s.front() == '\\') {
      out += s[1] == 'r' ? '\r' : s[1] == 'n' ? '\n' : s[1] == 't' ? '\t' : s[1];
      s.remove_prefix(2);
    } else {
      out += s.front();
      s.remove_prefix(1);
    }
  }
  return out;
}

// What read_head makes of it, as the table tells it.
std::string told(std::string_view head) {
  Request r;
  if (head_end(head) != head.size()) return "unended";
  if (const int status = read_head(head, "x-gate-host", r); status != 0)
    return std::to_string(status);
  std::string out(r.method);
  out.append(" ").append(r.target).append(r.version_1_1 ? " 1.1" : " 1.0");
  if (r.hosts > 0) out.append(" host=").append(r.host);
  if (r.hosts > 1) out.append("*").append(std::to_string(r.hosts));
  if (r.asked > 0) out.append(" asked=").append(r.asked_host);
  if (r.asked > 1) out.append("*").append(std::to_string(r.asked));
  if (r.content_length > 0) out.append(" length=").append(std::to_string(r.content_length));
  if (r.chunked) out.append(" chunked");
  if (r.expects_continue) out.append(" continue");
  return out + (r.keep_alive ? " keep" : " close");
}

TEST(ReadHead, TakesAndRefusesWhatTheTableSays) {
  std::ifstream table("src/gate/server/requests_for_tests.txt");
  size_t cases = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    const size_t bar = line.rfind(" | ");
    ASSERT_NE(bar, std::string::npos) << line;
    const std::string head = unescape(std::string_view(line).substr(0, bar)) + "\r\n\r\n";
    EXPECT_EQ(told(head), unescape(line.substr(bar + 3))) << line;
    ++cases;
  }
  EXPECT_GT(cases, 80u);
}

TEST(ReadHead, FieldsAreLimited) {
  std::string head = "GET / HTTP/1.1\r\n";
  for (size_t i = 0; i < kMostFields; ++i) head += "a: b\r\n";
  EXPECT_EQ(told(head + "\r\n"), "GET / 1.1 keep");
  EXPECT_EQ(told(head + "a: b\r\n\r\n"), "431");
}

TEST(HeadEnd, IsFoundInPiecesOfAnySize) {
  const std::string head = "GET / HTTP/1.1\r\nHost: example.cn\r\n\r\n";
  size_t looked = 0;
  for (size_t size = 0; size < head.size(); ++size) {
    EXPECT_EQ(head_end(std::string_view(head).substr(0, size), looked), std::string_view::npos);
    looked = size;
  }
  EXPECT_EQ(head_end(head, looked), head.size());
  EXPECT_EQ(head_end(head + "GET", head.size() - 1), head.size());
  // Line ends that are refused still end it.
  EXPECT_EQ(head_end("GET / HTTP/1.1\n\n"), 16u);
  EXPECT_EQ(told("GET / HTTP/1.1\n\n"), "400");
}

// The content, "more" when it has not ended, "bad"; with what follows it.
std::string content_of(std::string_view bytes, size_t piece = SIZE_MAX) {
  Chunked body;
  std::string content;
  while (!bytes.empty() && !body.ended()) {
    std::string_view some = bytes.substr(0, piece);
    const size_t size = some.size();
    if (!body.take(some, &content)) return "bad";
    bytes.remove_prefix(size - some.size());
  }
  if (!body.ended()) return "more";
  EXPECT_EQ(body.size(), content.size());
  return content + "|" + std::string(bytes);
}

TEST(Chunked, IsReadInPiecesOfAnySize) {
  const std::pair<std::string, std::string> cases[] = {
      {"0\r\n\r\n", "|"},
      {"5\r\nhello\r\n0\r\n\r\nGET", "hello|GET"},
      {"5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n00\r\nTrailer: x\r\nAnother: y\r\n\r\n",
       "hello0123456789|"},
      {"5\r\nhel", "more"},
      {"5\r\nhello\r\n0\r\n", "more"},
      {"5\nhello\r\n0\r\n\r\n", "bad"},
      {"5\r\nhelloX\r\n0\r\n\r\n", "bad"},
      {"5\r\nhello\n0\r\n\r\n", "bad"},
      {" 5\r\nhello\r\n0\r\n\r\n", "bad"},
      {"5 \r\nhello\r\n0\r\n\r\n", "bad"},
      {"-5\r\nhello\r\n0\r\n\r\n", "bad"},
      {"0x5\r\nhello\r\n0\r\n\r\n", "bad"},
      {"\r\n\r\n", "bad"},
      {"5;\rhello\r\n0\r\n\r\n", "bad"},
      {"5;a\nb\r\nhello\r\n0\r\n\r\n", "bad"},
      {"00000000000\r\n\r\n", "bad"},
      {"FFFFFFFFFFFFFFFFF\r\n", "bad"},
      {"0\r\nbad\ntrailer\r\n\r\n", "bad"},
      {"0\r\n folded\r\n\r\n", "bad"},
      {"0;" + std::string(5000, 'a'), "bad"},
  };
  for (const auto& [bytes, wanted] : cases) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{3}})
      EXPECT_EQ(content_of(bytes, piece), wanted) << bytes;
  }
}

}  // namespace
}  // namespace beian::gate::server
