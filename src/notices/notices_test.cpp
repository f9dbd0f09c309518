// Notices from jobs to readers, on every database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "notices/api.hpp"
#include "notices/notice.hpp"
#include "notices/texts.hpp"
#include "orders/kind.hpp"
#include "platform/crypto/crypto.hpp"
#include "testing/database.hpp"

namespace beian::notices {
namespace {

using ::testing::ElementsAre;

Json document() {
  return parse_json(R"({"entity": {"name": "样例甲", "manager": {"name": "样例甲",
                        "mobile": "13800000001"}},
                        "services": [{"domains": ["yangli-example.cn"]}]})")
      .value();
}

class Notices : public ::testing::TestWithParam<std::string> {
 protected:
  Notices() {
    router_.add(routes(context_));
    const auto caller = [](const http::Request& request) {
      http::Caller out;
      out.account_id = request.header("x-test-account");
      return out;
    };
    router_.set_authorizer({[caller](const http::Request& r, http::Scope) -> Result<http::Caller> {
                              return caller(r);
                            },
                            caller});
    orders::Order order;
    order.id = "O1";
    order.account_id = "a1";
    order.kind = "first";
    order.document = document();
    db_.database->write([&](db::Tx& tx) {
      context_->orders.insert(tx, order, {orders::Actor::applicant, "a1", "样例", {}});
    });
  }
  void changed(const std::string& event, const std::string& job) {
    clock_.advance(Millis{1});
    on_order_changed(*context_,
                     {job, "orders.changed", Json::object({{"order", "O1"}, {"event", event}}), 1});
  }
  bool tell(const Json& payload, const std::string& job) {
    clock_.advance(Millis{1});
    return on_tell(*context_, {job, "notices.tell", payload, 1});
  }
  http::Response send(const std::string& method, const std::string& target,
                      const std::string& account = "a1", const Json& body = {},
                      const std::string& language = "zh") {
    http::Request request;
    request.method = method;
    EXPECT_TRUE(http::set_target(request, target));
    request.headers = {{"X-Test-Account", account}, {"Accept-Language", language}};
    if (!body.is_null()) request.body = to_string(body);
    return router_.handle(std::move(request));
  }
  Json list(const std::string& query = "", const std::string& account = "a1",
            const std::string& language = "zh") {
    return parse_json(send("GET", "/api/v1/notices" + query, account, {}, language).body).value();
  }
  static std::vector<std::string> kinds_in(const Json& answer) {
    std::vector<std::string> out;
    for (const auto& notice : answer["notices"].items()) out.push_back(notice["kind"].as_string());
    return out;
  }
  static std::vector<std::string> errors(const http::Response& response) {
    std::vector<std::string> out;
    const Json body = parse_json(response.body).value();
    for (const auto& error : body["errors"].items())
      out.push_back(error["code"].as_string() + "@" + error["field"].as_string());
    return out;
  }

  testing::TestDatabase db_ = testing::make_database(GetParam());
  FakeClock clock_;
  Secret key_{std::string(32, 'k')};
  crypto::ColumnCipher cipher_{key_};
  std::shared_ptr<const Context> context_ =
      std::make_shared<Context>(Context{db_.database, clock_, orders::OrderStore(cipher_)});
  http::Router router_;
  int jobs_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Backends, Notices, ::testing::ValuesIn(testing::backends()));

TEST_P(Notices, AMoveTellsTheAccountOnce) {
  changed("submit", "j1");
  changed("submit", "j1");  // the job ran again
  changed("review_pass", "j2");
  changed("report", "j3");  // of the inside: nothing to tell
  const Json answer = list();
  EXPECT_THAT(kinds_in(answer), ElementsAre("order.review_passed", "order.submitted"));
  EXPECT_EQ(answer["unread"].as_int(), 2);
  const Json& notice = answer["notices"].at(1);
  EXPECT_EQ(notice["title"].as_string(), "订单已提交");
  EXPECT_EQ(notice["text"].as_string(),
            "首次备案订单（yangli-example.cn）已提交，等待接入商审核。");
  EXPECT_EQ(notice["order"].as_string(), "O1");
  EXPECT_TRUE(notice["read"].is_null());
  EXPECT_EQ(
      list("", "a1", "en")["notices"].at(1)["text"].as_string(),
      "The order (First filing, yangli-example.cn) was submitted and waits for the provider's "
      "review.");
}

TEST_P(Notices, ARoomToTheLeftTellsAnything) {
  EXPECT_TRUE(tell(
      Json::object({{"account", "a1"},
                    {"kind", "order.reminder"},
                    {"order", "O1"},
                    {"args", Json::object({{"days", 30}, {"left", 15}, {"until", "2026-07-12"}})}}),
      "j1"));
  EXPECT_TRUE(tell(Json::object({{"account", "a2"}, {"kind", "rules.changed"}}), "j1"));
  EXPECT_FALSE(tell(Json::object({{"account", "a1"}, {"kind", "no.such"}}), "j2"));
  EXPECT_FALSE(tell(Json::object({{"kind", "rules.changed"}}), "j3"));
  EXPECT_EQ(
      list()["notices"].at(0)["text"].as_string(),
      "首次备案订单（yangli-example.cn）已有 30 天没有处理，将在 15 天后（2026-07-12）自动放弃。");
  EXPECT_EQ(list("", "a2")["notices"].at(0)["text"].as_string(),
            "备案规则已更新，—订单（—）有 — 项需要重新检查。");
  EXPECT_EQ(list()["notices"].size(), 1u);
}

TEST_P(Notices, AreReadByTheirAccountOnly) {
  changed("submit", "j1");
  const std::string id = list()["notices"].at(0)["id"].as_string();
  EXPECT_EQ(list("", "a2")["notices"].size(), 0u);
  EXPECT_EQ(send("POST", "/api/v1/notices/" + id + "/read", "a2").status, 404);
  EXPECT_EQ(parse_json(send("GET", "/api/v1/notices/unread").body).value()["unread"].as_int(), 1);
  EXPECT_EQ(send("POST", "/api/v1/notices/" + id + "/read").status, 204);
  const std::string read = list()["notices"].at(0)["read"].as_string();
  EXPECT_FALSE(read.empty());
  clock_.advance(Millis{60'000});
  EXPECT_EQ(send("POST", "/api/v1/notices/" + id + "/read").status, 204);
  EXPECT_EQ(list()["notices"].at(0)["read"].as_string(), read);
  EXPECT_EQ(list()["unread"].as_int(), 0);
  EXPECT_EQ(send("POST", "/api/v1/notices/nothing/read").status, 404);
}

TEST_P(Notices, PagesAndAllAtOnce) {
  for (const auto* event : {"submit", "withdraw", "submit", "review_pass"})
    changed(event, std::string("j") + std::to_string(++jobs_));
  const Json page = list("?limit=2");
  EXPECT_THAT(kinds_in(page), ElementsAre("order.review_passed", "order.submitted"));
  const Json rest = list("?limit=2&before=" + page["next"].as_string());
  EXPECT_THAT(kinds_in(rest), ElementsAre("order.withdrawn", "order.submitted"));
  EXPECT_TRUE(rest["next"].is_null());
  // What came after the newest that was seen stays unread.
  const std::string seen = page["notices"].at(1)["id"].as_string();
  const auto marked = send("POST", "/api/v1/notices/read", "a1", Json::object({{"up_to", seen}}));
  EXPECT_EQ(parse_json(marked.body).value()["read"].as_int(), 3);
  EXPECT_THAT(kinds_in(list("?unread=true")), ElementsAre("order.review_passed"));
  EXPECT_EQ(list("?unread=false")["notices"].size(), 4u);
}

TEST_P(Notices, WhatIsAskedWronglyIsSaid) {
  EXPECT_THAT(errors(send("GET", "/api/v1/notices?limit=0&unread=yes")),
              ElementsAre("out_of_range@/limit", "code_unknown@/unread"));
  EXPECT_THAT(errors(send("POST", "/api/v1/notices/read", "a1", Json::object({{"upto", "x"}}))),
              ElementsAre("unknown_field@/upto", "required@/up_to"));
  EXPECT_THAT(errors(send("POST", "/api/v1/notices/read", "a1", Json::object({{"up_to", 5}}))),
              ElementsAre("wrong_type@/up_to"));
}

TEST_P(Notices, HoldNoPersonalData) {
  for (const auto& kind : kinds())
    if (!kind.event.empty()) changed(std::string(kind.event), "j" + std::string(kind.name));
  db_.database->read([](db::Tx& tx) {
    for (const auto& row : tx.query("SELECT args FROM notices")) {
      EXPECT_FALSE(row.text("args").contains("样例甲")) << row.text("args");
      EXPECT_FALSE(row.text("args").contains("13800000001")) << row.text("args");
    }
  });
}

TEST(NoticeTexts, EveryKindHasWordsAndAnEventOfTheMachine) {
  std::set<std::string_view> names, events;
  for (const auto& kind : kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    for (const auto words : {kind.title_zh, kind.title_en, kind.text_zh, kind.text_en})
      EXPECT_FALSE(words.empty()) << kind.name;
    if (kind.event.empty()) continue;
    EXPECT_TRUE(events.insert(kind.event).second) << kind.event;
    EXPECT_TRUE(orders::event_named(kind.event)) << kind.event;
  }
  // Every move but those between our own queue and its files.
  for (const auto& row : orders::transitions())
    if (row.event != orders::Event::report && row.event != orders::Event::unreport) {
      EXPECT_TRUE(events.contains(orders::name_of(row.event))) << orders::name_of(row.event);
    }
}

}  // namespace
}  // namespace beian::notices
