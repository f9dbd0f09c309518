// Webhooks from the move of an order to a real server, and what happens when that is slow, broken,
// elsewhere or gone.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "notices/webhook_api.hpp"
#include "notices/webhook_deliver.hpp"
#include "notices/webhook_events.hpp"
#include "notices/webhook_sign.hpp"
#include "orders/world_for_test.hpp"
#include "platform/http/server.hpp"

namespace beian::notices {
namespace {

using Lines = std::vector<std::string>;

// Somebody's server: keeps what it got, and answers as told.
class Receiver {
 public:
  Receiver() : server_({}, [this](const http::Request& request) { return take(request); }) {}
  ~Receiver() {
    hold(false);
    server_.stop();
  }
  std::string url(const std::string& path = "/hook") const { return server_.origin() + path; }
  void answer(int status) {
    const std::lock_guard lock(mutex_);
    status_ = status;
  }
  // Requests wait inside.
  void hold(bool on) {
    {
      const std::lock_guard lock(mutex_);
      held_ = on;
    }
    changed_.notify_all();
  }
  std::vector<http::Request> got() const {
    const std::lock_guard lock(mutex_);
    return got_;
  }
  // "event cause" of each call, in the order of arrival.
  Lines told() const {
    Lines out;
    for (const auto& request : got()) {
      const auto body = parse_json(request.body).value();
      const auto& cause = body["data"]["cause"].as_string();
      out.push_back(body["event"].as_string() + (cause.empty() ? "" : " " + cause));
    }
    return out;
  }

 private:
  http::Response take(const http::Request& request) {
    std::unique_lock lock(mutex_);
    got_.push_back(request);
    changed_.wait(lock, [this] { return !held_; });
    if (status_ == 302) return http::Response::redirect("/elsewhere", 302);
    return http::Response::text("ok", status_);
  }
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Request> got_;
  int status_ = 200;
  bool held_ = false;
  http::Server server_;
};

class Webhooks : public orders::OrdersWorld {
 protected:
  Webhooks() {
    router_.add(webhook_routes(context_));
    start();
  }
  void start() {
    worker_ = std::make_unique<jobs::Worker>(db_.database, clock_);
    worker_->on("orders.changed", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      webhook_order_changed(*context_, store_, job);
      return jobs::Outcome::done();
    });
    worker_->on("certificates.ending", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      webhook_certificate_ending(*context_, job);
      return jobs::Outcome::done();
    });
    worker_->on("batches.done", [this](const jobs::Job& job) -> Result<jobs::Outcome> {
      webhook_batch_done(*context_, job);
      return jobs::Outcome::done();
    });
    on_delivery_jobs(*worker_, context_);
  }
  http::Response call(const std::string& method, const std::string& path, const Json& body = {},
                      const std::string& account = "a1") {
    return send(method, "/api/v1/webhooks" + path, account, body.is_null() ? "" : to_string(body));
  }
  Json create(const Json& events = Json::array({"order.moved"}),
              const std::string& account = "a1") {
    const auto made =
        call("POST", "", Json::object({{"url", receiver_.url()}, {"events", events}}), account);
    EXPECT_EQ(made.status, 201) << made.body;
    return json(made);
  }
  void run() { worker_->run_due(); }
  void later(Millis by) {
    clock_.advance(by);
    run();
  }
  Json deliveries(const std::string& id) {
    return json(call("GET", "/" + id + "/deliveries"))["deliveries"];
  }
  std::string state_of(const std::string& id, size_t nth = 0) {
    return deliveries(id).at(nth)["state"].as_string();
  }
  Json history(const std::string& id, size_t nth = 0) {
    const auto delivery = deliveries(id).at(nth)["id"].as_string();
    return json(call("GET", "/" + id + "/deliveries/" + delivery))["history"];
  }
  void act(const std::string& order, const std::string& event) {
    const auto done = send("POST", "/api/v1/orders/" + order + "/" + event, "a1");
    EXPECT_EQ(done.status, 200) << done.body;
  }

  Receiver receiver_;
  std::shared_ptr<WebhookContext> context_ = std::make_shared<WebhookContext>(WebhookContext{
      db_.database, clock_, cipher_, {.allow_loopback = true, .timeout = Millis{3000}}, {}});
  std::unique_ptr<jobs::Worker> worker_;
};

TEST_P(Webhooks, AnOrderThatMovesIsTold) {
  const Json webhook = create();
  const std::string secret = webhook["secret"].as_string();
  EXPECT_TRUE(secret.starts_with("whsec_"));
  const std::string order = submitted("a1", orders::sample_document());
  run();
  const auto got = receiver_.got();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].method, "POST");
  EXPECT_EQ(got[0].path, "/hook");
  EXPECT_EQ(got[0].header("content-type"), "application/json");
  EXPECT_EQ(got[0].header("x-beian-event"), "order.moved");
  const auto verify = [&](const std::string& key, TimePoint now, const std::string& body) {
    return verify_signature(Secret(key), now, got[0].header("x-beian-timestamp"),
                            got[0].header("x-beian-signature"), body);
  };
  EXPECT_TRUE(verify(secret, clock_.now(), got[0].body));
  EXPECT_TRUE(verify(secret, clock_.now() + std::chrono::minutes(4), got[0].body));
  EXPECT_FALSE(verify(secret, clock_.now() + std::chrono::minutes(6), got[0].body));
  EXPECT_FALSE(verify(secret, clock_.now() - std::chrono::minutes(6), got[0].body));
  EXPECT_FALSE(verify(secret + "x", clock_.now(), got[0].body));
  EXPECT_FALSE(verify(secret, clock_.now(), got[0].body + " "));
  const Json body = parse_json(got[0].body).value();
  EXPECT_EQ(body["id"].as_string(), got[0].header("x-beian-delivery"));
  EXPECT_EQ(body["data"]["order"].as_string(), order);
  EXPECT_EQ(body["data"]["kind"].as_string(), "first");
  EXPECT_EQ(body["data"]["from"].as_string(), "draft");
  EXPECT_EQ(body["data"]["state"].as_string(), "in_review");
  EXPECT_EQ(body["data"]["cause"].as_string(), "submit");
  EXPECT_EQ(body["data"]["version"].as_int(), load(order).version);
  EXPECT_EQ(state_of(webhook["id"].as_string()), "delivered");
  EXPECT_EQ(history(webhook["id"].as_string()).at(0)["status"].as_int(), 200);
}

// Nothing that somebody filled in leaves this way.
TEST_P(Webhooks, BodiesHoldNoPersonalData) {
  create(Json::array({"order.moved", "order.findings"}));
  const std::string order = submitted("a1", orders::sample_document());
  const Json findings = Json::array({Json::object(
      {{"field", "/entity/manager/name"}, {"verdict", "needs_changes"}, {"text", "样例甲不符"}})});
  ASSERT_TRUE(db_.database->write_result([&](db::Tx& tx) {
    store_.set_findings(tx, order, findings);
    return store_.apply(tx, clock_.now(), order, orders::Event::review_needs_changes,
                        {orders::Actor::reviewer, "r1", "样例甲的材料不清晰",
                         Json::object({{"findings", findings}})});
  }));
  run();
  const auto got = receiver_.got();
  EXPECT_EQ(receiver_.told(),
            (Lines{"order.moved submit", "order.moved review_needs_changes", "order.findings"}));
  for (const auto& request : got)
    for (const auto* personal : {"样例", "138", "4401", "yangli"})
      EXPECT_EQ(request.body.find(personal), std::string::npos) << request.body;
  EXPECT_EQ(parse_json(got.at(2).body).value()["data"]["count"].as_int(), 1);
}

TEST_P(Webhooks, TellThatACertificateEnds) {
  create(Json::array({"certificate.ending"}));
  const Json said =
      Json::object({{"entity", "粤ICP备2026000001号"}, {"whose", "entity"}, {"days", 7}});
  Json payload = said;
  payload.set("account", "a1");
  db_.database->write([&](db::Tx& tx) {
    jobs::enqueue(tx, {"certificates.ending", payload, clock_.now(), ""});
  });
  run();
  ASSERT_EQ(receiver_.told(), Lines{"certificate.ending"});
  EXPECT_EQ(parse_json(receiver_.got().front().body).value()["data"], said);
}

TEST_P(Webhooks, OnlyWhatWasChosenAndOnlyOwn) {
  create(Json::array({"batch.done"}));
  create(Json::array({"order.moved"}), "a2");
  submitted("a1", orders::sample_document());
  run();
  EXPECT_EQ(receiver_.told(), Lines{});
  db_.database->write([&](db::Tx& tx) {
    jobs::enqueue(
        tx, {"batches.done", Json::object({{"batch", "b1"}, {"account", "a1"}, {"stage", "check"}}),
             clock_.now(), ""});
  });
  run();
  ASSERT_EQ(receiver_.told(), Lines{"batch.done"});
  const Json data = parse_json(receiver_.got().front().body).value()["data"];
  EXPECT_EQ(data, Json::object({{"batch", "b1"}, {"stage", "check"}}));
}

TEST_P(Webhooks, WhatFailedComesAgainAndInOrder) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(500);
  const std::string order = submitted("a1", orders::sample_document(1));
  run();
  act(order, "withdraw");
  act(order, "submit");
  run();
  // The later moves wait for the first one.
  EXPECT_EQ(receiver_.told(), Lines{"order.moved submit"});
  EXPECT_EQ(state_of(id, 2), "waiting");
  EXPECT_EQ(history(id, 2).at(0)["error"].as_string(), "HTTP 500");
  // Another order does not.
  submitted("a1", orders::sample_document(2));
  run();
  EXPECT_EQ(receiver_.told().size(), 2u);
  receiver_.answer(204);
  later(std::chrono::seconds(9));
  EXPECT_EQ(receiver_.told().size(), 2u);
  later(std::chrono::seconds(2));
  const Lines expected = {"order.moved submit",   "order.moved submit", "order.moved submit",
                          "order.moved withdraw", "order.moved submit", "order.moved submit"};
  EXPECT_EQ(receiver_.told().size(), expected.size());
  Lines of_order;
  for (const auto& request : receiver_.got()) {
    const Json data = parse_json(request.body).value()["data"];
    if (data["order"].as_string() == order) of_order.push_back(data["cause"].as_string());
  }
  EXPECT_EQ(of_order, (Lines{"submit", "submit", "withdraw", "submit"}));
  const Json all = deliveries(id);
  EXPECT_EQ(all.size(), 4u);
  for (const auto& delivery : all.items()) EXPECT_EQ(delivery["state"].as_string(), "delivered");
  // The same delivery keeps its id, so that the receiver can tell.
  EXPECT_EQ(receiver_.got()[0].header("x-beian-delivery"),
            receiver_.got()[2].header("x-beian-delivery"));
}

TEST_P(Webhooks, AJobThatRunsTwiceTellsOnce) {
  create();
  const std::string order = submitted("a1", orders::sample_document());
  const jobs::Job job{"j1", "orders.changed", Json::object({{"order", order}}), 1};
  webhook_order_changed(*context_, store_, job);
  webhook_order_changed(*context_, store_, job);
  run();
  EXPECT_EQ(receiver_.told().size(), 1u);
}

TEST_P(Webhooks, GivenUpAfterADayAndSentAgainByHand) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(503);
  const std::string order = submitted("a1", orders::sample_document());
  run();
  for (const auto pause : context_->options.pauses) later(pause);
  EXPECT_EQ(receiver_.told().size(), context_->options.pauses.size() + 1);
  EXPECT_EQ(state_of(id), "failed");
  EXPECT_EQ(history(id).size(), 11u);
  // What comes next goes on.
  receiver_.answer(200);
  act(order, "withdraw");
  run();
  EXPECT_EQ(state_of(id, 0), "delivered");
  const auto failed = deliveries(id).at(1)["id"].as_string();
  EXPECT_EQ(call("POST", "/" + id + "/deliveries/" + failed + "/resend", {}, "a2").status, 404);
  EXPECT_EQ(call("POST", "/" + id + "/deliveries/" + failed + "/resend").status, 202);
  run();
  EXPECT_EQ(state_of(id, 1), "delivered");
  EXPECT_EQ(history(id, 1).size(), 12u);
}

TEST_P(Webhooks, SwitchedOffWhenNothingGetsThrough) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(500);
  submitted("a1", orders::sample_document(1));
  run();
  EXPECT_FALSE(json(call("GET", "/" + id))["failing_since"].is_null());
  for (int day = 0; day < 4; ++day) {
    submitted("a1", orders::sample_document(2 + day));
    later(std::chrono::hours(23));
  }
  const Json webhook = json(call("GET", "/" + id));
  EXPECT_FALSE(webhook["enabled"].as_bool()) << to_string(webhook);
  EXPECT_EQ(webhook["reason"].as_string(), "长时间没有一次送达");
  const size_t before = receiver_.told().size();
  submitted("a1", orders::sample_document(9));
  later(std::chrono::hours(24));
  EXPECT_EQ(receiver_.told().size(), before);
  EXPECT_EQ(errors(call("POST", "/" + id + "/ping")), Lines{"conflict@"});
  receiver_.answer(200);
  EXPECT_EQ(call("PUT", "/" + id, Json::object({{"enabled", true}})).status, 200);
  EXPECT_EQ(call("POST", "/" + id + "/ping").status, 202);
  run();
  EXPECT_EQ(receiver_.told().back(), "ping");
  EXPECT_TRUE(json(call("GET", "/" + id))["reason"].is_null());
}

TEST_P(Webhooks, GoneMeansGone) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(410);
  submitted("a1", orders::sample_document());
  run();
  EXPECT_FALSE(json(call("GET", "/" + id))["enabled"].as_bool());
  EXPECT_EQ(state_of(id), "dropped");
}

TEST_P(Webhooks, FollowsNoRedirect) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(302);
  submitted("a1", orders::sample_document());
  run();
  ASSERT_EQ(receiver_.got().size(), 1u);
  EXPECT_EQ(receiver_.got()[0].path, "/hook");
  EXPECT_EQ(history(id).at(0)["error"].as_string(), "不跟随跳转");
  EXPECT_EQ(state_of(id), "waiting");
}

TEST_P(Webhooks, ASlowAnswerIsNone) {
  context_->options.timeout = Millis{200};
  const std::string id = create()["id"].as_string();
  receiver_.hold(true);
  submitted("a1", orders::sample_document());
  run();
  EXPECT_TRUE(history(id).at(0)["status"].is_null());
  EXPECT_GE(history(id).at(0)["took_ms"].as_int(), 190);
  receiver_.hold(false);
  later(std::chrono::seconds(10));
  EXPECT_EQ(state_of(id), "delivered");
}

// What waits is a row: whoever starts next delivers it.
TEST_P(Webhooks, ARestartLosesNothing) {
  const std::string id = create()["id"].as_string();
  const std::string order = submitted("a1", orders::sample_document());
  worker_.reset();
  start();
  run();
  EXPECT_EQ(receiver_.told(), Lines{"order.moved submit"});
  receiver_.answer(500);
  act(order, "withdraw");
  run();
  worker_.reset();
  start();
  receiver_.answer(200);
  later(std::chrono::seconds(10));
  EXPECT_EQ(state_of(id), "delivered");
  EXPECT_EQ(history(id).size(), 2u);
}

TEST_P(Webhooks, BothSecretsSignForADay) {
  const Json webhook = create();
  const std::string id = webhook["id"].as_string();
  const auto rotated = json(call("POST", "/" + id + "/secret"));
  const std::string before = webhook["secret"].as_string(), now = rotated["secret"].as_string();
  EXPECT_NE(before, now);
  const auto fits = [&](const std::string& secret) {
    EXPECT_EQ(call("POST", "/" + id + "/ping").status, 202);
    run();
    const auto request = receiver_.got().back();
    return verify_signature(Secret(secret), clock_.now(), request.header("x-beian-timestamp"),
                            request.header("x-beian-signature"), request.body);
  };
  EXPECT_TRUE(fits(before));
  EXPECT_TRUE(fits(now));
  clock_.advance(std::chrono::hours(25));
  EXPECT_FALSE(fits(before));
  EXPECT_TRUE(fits(now));
}

TEST_P(Webhooks, TheSecretIsShownOnce) {
  const Json webhook = create();
  const std::string id = webhook["id"].as_string();
  const std::string secret = webhook["secret"].as_string();
  for (const auto& answer : {call("GET", ""), call("GET", "/" + id),
                             call("PUT", "/" + id, Json::object({{"description", "样例"}}))})
    EXPECT_EQ(answer.body.find(secret), std::string::npos);
  db_.database->read([&](db::Tx& tx) {
    const auto row = tx.query_one("SELECT secret FROM webhooks WHERE id = :id", {{"id", id}});
    EXPECT_EQ(row->text("secret").find(secret), std::string::npos);
  });
}

TEST_P(Webhooks, RefusesWhatItCannotKeep) {
  const auto wrong = [&](const Json& body) { return errors(call("POST", "", body)); };
  const Json events = Json::array({"order.moved"});
  EXPECT_EQ(wrong(Json::object()), (Lines{"required@/events", "required@/url"}));
  EXPECT_EQ(wrong(Json::object({{"url", receiver_.url()}, {"events", Json::array()}})),
            Lines{"required@/events"});
  EXPECT_EQ(wrong(Json::object({{"url", receiver_.url()},
                                {"events", Json::array({"order.moved", "order.lost"})},
                                {"secret", "x"}})),
            (Lines{"code_unknown@/events/1", "unknown_field@/secret"}));
  EXPECT_EQ(wrong(Json::object({{"url", "https://10.0.0.1/"}, {"events", events}})),
            Lines{"webhook_address@/url"});
  const std::string id = create()["id"].as_string();
  EXPECT_EQ(errors(call("PUT", "/" + id, Json::object({{"url", "ftp://x"}}))),
            Lines{"webhook_address@/url"});
  EXPECT_EQ(errors(call("PUT", "/" + id, Json::object({{"enabled", "yes"}}))),
            Lines{"wrong_type@/enabled"});
  for (size_t i = 1; i < context_->options.most; ++i) create();
  EXPECT_EQ(wrong(Json::object({{"url", receiver_.url()}, {"events", events}})),
            Lines{"too_many@"});
}

TEST_P(Webhooks, NobodySeesAnothers) {
  const std::string id = create()["id"].as_string();
  for (const auto& [method, path] :
       std::initializer_list<std::pair<const char*, const char*>>{{"GET", ""},
                                                                  {"DELETE", ""},
                                                                  {"POST", "/secret"},
                                                                  {"POST", "/ping"},
                                                                  {"GET", "/deliveries"}})
    EXPECT_EQ(call(method, "/" + id + path, {}, "a2").status, 404) << method << path;
  EXPECT_EQ(call("PUT", "/" + id, Json::object(), "a2").status, 404);
  EXPECT_EQ(send("GET", "/api/v1/webhooks/" + id, "b1", "", {}, "auditor").status, 404);
  EXPECT_EQ(json(call("GET", "", {}, "a2"))["webhooks"].size(), 0u);
}

TEST_P(Webhooks, DeletedWithAllThatWaits) {
  const std::string id = create()["id"].as_string();
  receiver_.answer(500);
  submitted("a1", orders::sample_document());
  run();
  EXPECT_EQ(call("DELETE", "/" + id).status, 204);
  EXPECT_EQ(call("GET", "/" + id).status, 404);
  later(std::chrono::hours(1));
  EXPECT_EQ(receiver_.told().size(), 1u);
}

TEST_P(Webhooks, OldDeliveriesAreForgotten) {
  const std::string id = create()["id"].as_string();
  submitted("a1", orders::sample_document());
  schedule_webhooks(*context_);
  run();
  later(std::chrono::days(29));
  EXPECT_EQ(deliveries(id).size(), 1u);
  later(std::chrono::days(2));
  EXPECT_EQ(deliveries(id).size(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Backends, Webhooks, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::notices
