// Reminders, the history's lines and what a review leaves for the next one, on every database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "orders/expire.hpp"
#include "orders/remind.hpp"
#include "orders/reviewed.hpp"
#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using ::testing::ElementsAre;

constexpr Millis kDay = std::chrono::days{1};

class OrderLife : public OrdersWorld {
 protected:
  Context context(std::vector<int> days = {30, 40, 44}) {
    Options options;
    options.reminder_days = std::move(days);
    return Context{db_.database, *blobs_,    clock_,  cipher_, status_,
                   passwords_,   directory_, options, {}};
  }
  std::string draft() {
    const auto made = send("POST", "/api/v1/orders", "a1",
                           to_string(Json::object({{"document", sample_document()}})));
    return json(made)["id"].as_string();
  }
  Json get(const std::string& id, const std::string& rest = "",
           const std::string& language = "zh") {
    return json(
        send("GET", "/api/v1/orders/" + id + rest, "a1", "", {{"Accept-Language", language}}));
  }
  // What was put into the outbox for the room of notices.
  std::vector<Json> told() {
    std::vector<Json> out;
    db_.database->read([&](db::Tx& tx) {
      for (const auto& row :
           tx.query("SELECT payload FROM jobs WHERE kind = 'notices.tell' ORDER BY id"))
        out.push_back(parse_json(row.text("payload")).value());
    });
    return out;
  }
  std::vector<int64_t> days_told() {
    std::vector<int64_t> out;
    for (const auto& one : told()) out.push_back(one["args"]["days"].as_int());
    return out;
  }
  http::Response save(const std::string& id, const std::string& name) {
    Json document = sample_document();
    document.find("entity")->set("name", name);
    return send("PUT", "/api/v1/orders/" + id, "a1",
                to_string(Json::object({{"document", document}, {"version", version(id)}})));
  }
  Json review(const std::string& id, const std::string& verdict, Json findings) {
    return json(send(
        "POST", "/api/v1/orders/" + id + "/review", "r1",
        to_string(Json::object(
            {{"verdict", verdict}, {"version", version(id)}, {"findings", std::move(findings)}})),
        {}, "reviewer"));
  }
  static Json finding(const std::string& field, const std::string& verdict) {
    return Json::object({{"field", field}, {"verdict", verdict}, {"text", "样例"}});
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, OrderLife, ::testing::ValuesIn(testing::backends()));

TEST_P(OrderLife, EachDayRemindsOnce) {
  const std::string id = draft();
  clock_.advance(30 * kDay - Millis{1});
  EXPECT_EQ(remind_untouched(context()), 0u);
  clock_.advance(Millis{1});
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_EQ(remind_untouched(context()), 0u);
  clock_.advance(10 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  clock_.advance(4 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_EQ(remind_untouched(context()), 0u);
  EXPECT_THAT(days_told(), ElementsAre(30, 40, 44));
  const Json last = told().back();
  EXPECT_EQ(last["account"].as_string(), "a1");
  EXPECT_EQ(last["order"].as_string(), id);
  EXPECT_EQ(last["args"]["left"].as_int(), 1);
  // No touch: the order expires on its day.
  clock_.advance(kDay);
  EXPECT_EQ(expire_untouched(context()), 1u);
  EXPECT_EQ(remind_untouched(context()), 0u);
}

TEST_P(OrderLife, ATouchStartsThemAnew) {
  const std::string id = draft();
  clock_.advance(31 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_EQ(save(id, "样例改名有限公司").status, 200);
  clock_.advance(29 * kDay);
  EXPECT_EQ(remind_untouched(context()), 0u);
  clock_.advance(kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_THAT(days_told(), ElementsAre(30, 30));
}

TEST_P(OrderLife, WhoWasAwayIsRemindedOfTheLatestDayOnly) {
  draft();
  clock_.advance(42 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_EQ(remind_untouched(context()), 0u);
  EXPECT_THAT(days_told(), ElementsAre(40));
}

TEST_P(OrderLife, OnlyWhatTheApplicantHoldsIsRemindedOf) {
  const std::string id = submitted("a1", sample_document());
  clock_.advance(31 * kDay);
  EXPECT_EQ(remind_untouched(context()), 0u);
  review(id, "needs_changes", Json::array({finding("/entity/name", "needs_changes")}));
  clock_.advance(31 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  EXPECT_EQ(remind_untouched(context({})), 0u);
}

TEST_P(OrderLife, ManyNodesRemindOnce) {
  for (int i = 0; i < 4; ++i) draft();
  clock_.advance(30 * kDay);
  std::atomic<size_t> reminded = 0;
  {
    std::vector<std::jthread> nodes;
    for (int i = 0; i < 4; ++i)
      nodes.emplace_back([&] { reminded += remind_untouched(context()); });
  }
  EXPECT_EQ(reminded, 4u);
  EXPECT_EQ(told().size(), 4u);
}

TEST_P(OrderLife, TheHistoryHasALineForEachVersion) {
  const std::string id = complete_draft("a1", sample_document());
  save(id, "样例改名有限公司");
  send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  send("POST", "/api/v1/orders/" + id + "/withdraw", "a1");
  clock_.advance(30 * kDay);
  EXPECT_EQ(remind_untouched(context()), 1u);
  const Json history = get(id, "/history")["history"];
  std::vector<std::string> events;
  for (size_t i = 0; i < history.size(); ++i) {
    EXPECT_EQ(history.at(i)["seq"].as_int(), static_cast<int64_t>(i) + 1);
    EXPECT_FALSE(history.at(i)["reason"].as_string().empty());
    events.push_back(history.at(i)["event"].as_string());
  }
  EXPECT_THAT(events, ElementsAre("create", "save", "submit", "withdraw", "note"));
  EXPECT_EQ(history.at(1)["details"]["changed"], Json::array({"/entity/name"}));
  EXPECT_EQ(history.at(1)["actor_id"].as_string(), "a1");
  EXPECT_EQ(version(id), 5);
  // Saving what is there already is no step.
  EXPECT_EQ(save(id, "样例改名有限公司").status, 200);
  EXPECT_EQ(version(id), 5);
}

TEST_P(OrderLife, AReviewSeesWhatChangedSinceTheLast) {
  const std::string id = submitted("a1", sample_document());
  EXPECT_TRUE(get(id)["review"].is_null());
  review(id, "reject",
         Json::array({finding("/entity/name", "reject"), finding("/entity/certificate", "pass"),
                      finding("/services/0/name", "pass")}));
  Json seen = get(id)["review"];
  EXPECT_EQ(seen["verdict"].as_string(), "reject");
  EXPECT_EQ(seen["changed"], Json::array());
  EXPECT_EQ(seen["unanswered"], Json::array({"/entity/name"}));
  EXPECT_EQ(seen["verified"], Json::array({"/entity/certificate", "/services/0/name"}));

  Json document = sample_document();
  document.find("entity")->set("name", "样例改名有限公司");
  document.find("services")->items()[0].set("name", "样例改名网站");
  const auto saved =
      send("PUT", "/api/v1/orders/" + id, "a1",
           to_string(Json::object({{"document", document}, {"version", version(id)}})));
  ASSERT_EQ(saved.status, 200) << saved.body;
  upload_all("a1", id);  // every picture anew
  seen = get(id)["review"];
  EXPECT_EQ(seen["changed"],
            Json::array({"/entity/name", "/services/0/name", "/services/0/materials/1",
                         "/entity/materials/2", "/entity/materials/3", "/services/0/materials/4",
                         "/services/0/materials/5", "/entity/materials/11"}))
      << to_string(seen["changed"]);
  EXPECT_EQ(seen["unanswered"], Json::array());
  EXPECT_EQ(seen["verified"], Json::array({"/entity/certificate"}));

  // What was passed once stays verified over the next decisions, until it changes.
  send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  review(id, "needs_changes", Json::array({finding("/services/0/name", "needs_changes")}));
  seen = get(id)["review"];
  EXPECT_EQ(seen["changed"], Json::array());
  EXPECT_EQ(seen["verified"], Json::array({"/entity/certificate"}));
  db_.database->read([&](db::Tx& tx) {
    for (const auto& row : tx.query("SELECT judged FROM order_reviews"))
      EXPECT_FALSE(row.text("judged").contains("样例"));
  });
}

TEST_P(OrderLife, AnOrderSaysWhoActsNext) {
  const std::string id = submitted("a1", sample_document());
  Json progress = get(id)["progress"];
  EXPECT_EQ(progress["next"].as_string(), "reviewer");
  EXPECT_EQ(progress["since"].as_string(), to_rfc3339(clock_.now()));
  EXPECT_FALSE(progress["deadline"].is_null());
  EXPECT_EQ(get(id, "", "en")["progress"]["next_title"].as_string(), "Provider's reviewer");
  EXPECT_TRUE(apply(id, Event::review_pass, Actor::reviewer));
  EXPECT_TRUE(apply(id, Event::report, Actor::system));
  EXPECT_TRUE(apply(id, Event::accept_with_sms, Actor::authority));
  EXPECT_EQ(get(id)["progress"]["next"].as_string(), "person");
  EXPECT_TRUE(apply(id, Event::sms_failed, Actor::person));
  EXPECT_TRUE(get(id)["progress"]["todo"].as_string().contains("原样重新提交"));
  // Changed since, it cannot go back unchanged: but the cause stays the SMS.
  EXPECT_EQ(save(id, "样例改名有限公司").status, 200);
  EXPECT_EQ(errors(send("POST", "/api/v1/orders/" + id + "/resubmit", "a1")),
            std::vector<std::string>{"resubmit_changed@"});
}

}  // namespace
}  // namespace beian::orders
