#include <gtest/gtest.h>

#include "gate/block/page.hpp"
#include "gate/block/remote.hpp"
#include "gate/block/server.hpp"
#include "platform/http/server.hpp"

namespace beian::gate {
namespace {

using http::Request;
using http::Response;

const std::string kHtml = "text/html,application/xhtml+xml,*/*;q=0.8";

Request request_of(const std::string& host, const std::string& accept = kHtml) {
  Request request;
  request.method = "GET";
  request.path = "/any";
  request.headers = {{"Host", host}, {"Accept", accept}};
  return request;
}
BlockPage page_saying(const BlockAnswer& answer, std::optional<BlockOrder> order = {}) {
  return {{"样例云", "https://beian.provider-example.cn/"},
          [answer](const std::string&) { return answer; },
          [order](const std::string&) { return order; }};
}
bool has(const Response& response, std::string_view text) {
  return response.body.find(text) != std::string::npos;
}

TEST(BlockPage, TellsTheReasonTheRemedyAndTheOrder) {
  const BlockAnswer answer{false, Reason::elsewhere, HostKind::name, "粤ICP备2026000001号-1",
                           "yangli-example.cn"};
  const BlockOrder order{"yangli-example.cn", "at_authority", "管局审核中", "in review"};
  const auto html = page_saying(answer, order).answer(request_of("www.yangli-example.cn"));
  EXPECT_EQ(html.status, 403);
  EXPECT_TRUE(html.body.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"));
  for (const char* part : {"<title>该域名未在本接入商办理接入</title>", "www.yangli-example.cn",
                           "粤ICP备2026000001号-1", "已有备案申请在办理中：管局审核中", "新增接入",
                           "href=\"https://beian.provider-example.cn/\"", "前往样例云备案系统",
                           "<section lang=\"en\">", "filed with another provider"})
    EXPECT_TRUE(has(html, part)) << part;
  EXPECT_EQ(http::header_of(html.headers, "Cache-Control"), "no-store");
  EXPECT_LT(html.body.size(), 20'000u);
  EXPECT_FALSE(has(html, "src=")) << "nothing comes from elsewhere";

  const auto json =
      page_saying(answer, order).answer(request_of("www.yangli-example.cn", "application/json"));
  const Json told = *parse_json(json.body);
  EXPECT_EQ(json.status, 403);
  EXPECT_EQ(told["reason"], Json("elsewhere"));
  EXPECT_EQ(told["filing_number"], Json("粤ICP备2026000001号-1"));
  EXPECT_EQ(told["order"]["stage"], Json("at_authority"));

  const auto text = page_saying(answer).answer(request_of("www.yangli-example.cn", "*/*"));
  EXPECT_EQ(http::header_of(text.headers, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(text.body.starts_with("www.yangli-example.cn：该域名未在本接入商办理接入\n"));
  EXPECT_FALSE(has(text, "已有备案申请"));
}

TEST(BlockPage, EveryReasonHasItsOwnWords) {
  std::set<std::string_view> titles;
  for (size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    const BlockAnswer answer{false, reason, HostKind::name, "", ""};
    const auto& words = words_of(&answer);
    for (const auto text :
         {words.title, words.why, words.remedy, words.title_en, words.why_en, words.remedy_en})
      EXPECT_FALSE(text.empty()) << name_of(reason);
    // filed, grace, exempt deny nothing; they share the words of what has no name.
    titles.insert(words.title);
  }
  EXPECT_EQ(titles.size(), kReasons - 3);
  EXPECT_NE(words_of(nullptr).title, "");
}

// Of what would stay closed whatever an order brings, nobody is told of one.
TEST(BlockPage, AnOrderIsToldOnlyWhereItWouldOpen) {
  const BlockOrder order{"a-example.cn", "sms", "待相关负责人完成短信核验", ""};
  const auto told = [&](Reason reason) {
    return has(page_saying({false, reason, HostKind::name, "", ""}, order)
                   .answer(request_of("a-example.cn")),
               "待相关负责人完成短信核验");
  };
  EXPECT_TRUE(told(Reason::not_filed));
  EXPECT_TRUE(told(Reason::expired));
  EXPECT_FALSE(told(Reason::closed));
  EXPECT_FALSE(told(Reason::blocked));
}

TEST(BlockPage, AHostThatWasJustOpenedIsToReload) {
  const auto open =
      page_saying({true, Reason::filed, HostKind::name, "", ""}).answer(request_of("a-example.cn"));
  EXPECT_EQ(open.status, 503);
  EXPECT_EQ(http::header_of(open.headers, "Retry-After"), "5");
}

TEST(BlockPage, HostileHostsHarmNobody) {
  const auto page = page_saying({false, Reason::not_filed, HostKind::name, "", ""});
  const auto script = page.answer(request_of("<script>alert(1)</script>.cn"));
  EXPECT_EQ(script.status, 403);
  EXPECT_FALSE(has(script, "<script"));
  EXPECT_TRUE(has(script, "&lt;script&gt;"));
  EXPECT_TRUE(has(script, "不能通过这个地址访问网站"));
  for (const auto& host : {std::string(4000, 'a') + ".cn", std::string(100, '\x01'),
                           std::string("\xff\xfe"), std::string(), std::string("203.0.113.1"),
                           std::string("a\xE2\x80\xAE"
                                       "b-example.cn")}) {
    for (const char* accept : {"text/html", "application/json", "*/*"}) {
      const auto answer = page.answer(request_of(host, accept));
      EXPECT_EQ(answer.status, 403);
      EXPECT_LT(answer.body.size(), 20'000u);
      EXPECT_FALSE(has(answer, "\xE2\x80\xAE"));
      if (std::string_view(accept) == "application/json") {
        EXPECT_TRUE(parse_json(answer.body));
      }
    }
  }
  Request twice = request_of("a-example.cn", "application/json");
  twice.headers.emplace_back("host", "b-example.cn");
  EXPECT_EQ((*parse_json(page.answer(twice).body))["kind"], Json("repeated"));
}

TEST(BlockPage, InternationalNamesStandInBothForms) {
  EXPECT_EQ(shown_host("例子.中国"), "例子.中国 (xn--fsqu00a.xn--fiqs8s)");
  EXPECT_EQ(shown_host("XN--FSQU00A.xn--fiqs8s:8080"), "例子.中国 (xn--fsqu00a.xn--fiqs8s)");
  EXPECT_EQ(shown_host("WWW.Example.CN"), "www.example.cn");
  EXPECT_EQ(shown_host("\xff"), "");
}

TEST(BlockPage, ReadsWhatAGateAndAProviderSay) {
  const auto answer = read_block_answer(
      R"({"host":"a.cn","allow":false,"reason":"cancelled","entry":"a.cn","number":"粤ICP备1号"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->reason, Reason::cancelled);
  EXPECT_EQ(answer->number, "粤ICP备1号");
  for (const char* bad : {"", "[]", "{}", R"({"allow":false,"reason":"?"})", "<html>"})
    EXPECT_FALSE(read_block_answer(bad)) << bad;
  EXPECT_FALSE(read_block_order(R"({"in_progress":false,"title":"x"})"));
  EXPECT_FALSE(read_block_order("nonsense"));
}

class Peer {
 public:
  http::Server server{{}, [this](const Request& request) {
                        ++asked;
                        last = std::string(request.query_value("host"));
                        return Response{status, {}, "said"};
                      }};
  std::atomic<int> asked = 0, status = 200;
  std::string last;
};

TEST(Remote, KeepsAnswersForAMoment) {
  Peer peer;
  FakeClock clock;
  Remote remote(peer.server.origin() + "/?host=", clock, {.kept = Millis{1000}, .entries = 2});
  EXPECT_EQ(remote.ask("a&b.cn"), "said");
  EXPECT_EQ(peer.last, "a&b.cn");
  EXPECT_EQ(remote.ask("a&b.cn"), "said");
  EXPECT_EQ(peer.asked, 1);
  clock.advance(Millis(1001));
  EXPECT_EQ(remote.ask("a&b.cn"), "said");
  EXPECT_EQ(peer.asked, 2);
  for (const char* host : {"1.cn", "2.cn", "3.cn", "4.cn"}) remote.ask(host);
  EXPECT_EQ(peer.asked, 6) << "memory is bounded, answers come all the same";
  EXPECT_EQ(remote.ask("4.cn"), "said");
  EXPECT_EQ(peer.asked, 6);
}

TEST(Remote, LeavesAPeerThatFailsAlone) {
  Peer peer;
  FakeClock clock;
  Remote remote(peer.server.origin() + "/?host=", clock, {.pause = Millis{3000}});
  peer.status = 503;
  EXPECT_FALSE(remote.ask("a.cn"));
  peer.status = 200;
  EXPECT_FALSE(remote.ask("a.cn"));
  EXPECT_EQ(peer.asked, 1);
  clock.advance(Millis(3001));
  EXPECT_EQ(remote.ask("a.cn"), "said");
  peer.status = 422;
  EXPECT_EQ(remote.ask("b.cn"), "");
  peer.status = 200;
  EXPECT_EQ(remote.ask("c.cn"), "said") << "a host that it cannot read is no failure";
}

TEST(Remote, AsksNoFaster) {
  Peer peer;
  FakeClock clock;
  Remote remote(peer.server.origin() + "/?host=", clock, {.burst = 3, .per_second = 1});
  for (int i = 0; i < 10; ++i) remote.ask(std::to_string(i) + ".cn");
  EXPECT_EQ(peer.asked, 3);
  clock.advance(Millis(2000));
  for (int i = 10; i < 20; ++i) remote.ask(std::to_string(i) + ".cn");
  EXPECT_EQ(peer.asked, 5);
}

}  // namespace
}  // namespace beian::gate
