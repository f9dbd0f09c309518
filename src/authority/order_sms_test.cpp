// How an order's SMS verification is told, from what the ledger knows, on every database.
#include "authority/order_sms.hpp"

#include <gtest/gtest.h>

#include "authority/link_world_for_tests.hpp"

namespace beian::authority {
namespace {

using testing::World;

class OrderSmsTest : public ::testing::TestWithParam<std::string> {
 protected:
  // Reported; what the authority tells comes from the test.
  void report(const std::string& profile) {
    world_ = std::make_unique<World>(GetParam(), profile);
    id_ = world_->add_ready_order(1);
    world_->run();
  }
  void tell(const std::string& role, const std::string& state, int64_t wrong = 0) {
    world_->clock.advance(Millis{1000});
    const int64_t record = world_->record_id(id_);
    world_->write([&](db::Tx& tx) {
      ledger::SmsTask task;
      task.provider_entity_id = record;
      task.role = role;
      task.provider_service_id = role == "entity_manager" ? 0 : 1;
      task.state = state;
      task.wrong_inputs = wrong;
      task.deadline = china_datetime(world_->clock.now() + Millis{3'600'000});
      task.mobile_tail = "0001";
      ledger::put_sms(tx, task, world_->clock.now());
    });
  }
  Json seen(Language language = Language::zh) {
    const auto order = world_->order(id_);
    const TimePoint now = world_->clock.now();
    return world_->storage.database->read_value([&](db::Tx& tx) {
      return order_sms_json(order_sms(tx, {world_->config}, order), order, now, language);
    });
  }

  std::unique_ptr<World> world_;
  std::string id_;
};
INSTANTIATE_TEST_SUITE_P(Backends, OrderSmsTest, ::testing::ValuesIn(beian::testing::backends()));

TEST_P(OrderSmsTest, EachPersonHasAState) {
  report("openbeian-3.1");
  EXPECT_EQ(seen()["state"].as_string(), "not_started");
  tell("entity_manager", "pending", 2);
  tell("service_manager", "done");
  const Json sms = seen();
  EXPECT_EQ(sms["state"].as_string(), "waiting");
  const Json& manager = sms["persons"].at(0);
  EXPECT_EQ(manager["state"].as_string(), "waiting");
  EXPECT_EQ(manager["state_title"].as_string(), "待核验");
  EXPECT_EQ(manager["wrong_inputs"].as_int(), 2);
  EXPECT_EQ(manager["of"].as_int(), 5);
  EXPECT_EQ(manager["field"].as_string(), "/entity/manager");
  EXPECT_EQ(manager["mobile_tail"].as_string(), "0001");
  // The clock of the tests goes on a little with each round of the link.
  EXPECT_LT(manager["seconds_left"].as_int(), 3600);
  EXPECT_GT(manager["seconds_left"].as_int(), 3590);
  const std::string name = world_->order(id_).document["entity"]["manager"]["name"].as_string();
  EXPECT_NE(manager["name"].as_string(), name);
  EXPECT_FALSE(manager["name"].as_string().empty());
  EXPECT_EQ(sms["persons"].at(1)["state"].as_string(), "done");
  EXPECT_TRUE(sms["persons"].at(1)["seconds_left"].is_null());
  EXPECT_EQ(seen(Language::en)["persons"].at(1)["role_title"].as_string(),
            "Manager of the service");

  // The same told again is no new state; another one is.
  const std::string since = sms["persons"].at(1)["since"].as_string();
  tell("service_manager", "done");
  EXPECT_EQ(seen()["persons"].at(1)["since"].as_string(), since);
  tell("entity_manager", "failed", 5);
  EXPECT_EQ(seen()["state"].as_string(), "missed");
  EXPECT_EQ(seen()["persons"].at(0)["state"].as_string(), "wrong_inputs");
  EXPECT_NE(seen()["persons"].at(0)["since"].as_string(), since);
}

TEST_P(OrderSmsTest, WhatTheInterfaceDoesNotTellIsUnknown) {
  report("miit-3.0");
  ASSERT_EQ(world_->state(id_), "at_authority");
  const Json sms = seen();
  EXPECT_EQ(sms["state"].as_string(), "unknown");
  EXPECT_FALSE(sms["known"].as_bool(true));
  EXPECT_FALSE(sms["reason"].as_string().empty());
  EXPECT_EQ(sms["persons"].size(), 0u);
}

TEST_P(OrderSmsTest, RemindersHaveAPause) {
  report("openbeian-3.1");
  tell("entity_manager", "pending");
  const auto remind = [&]() -> Result<int64_t> {
    const auto order = world_->order(id_);
    return world_->storage.database->write_result([&](db::Tx& tx) {
      return remind_persons(tx, world_->cipher, world_->clock.now(), {world_->config}, order,
                            "account-1");
    });
  };
  EXPECT_EQ(remind().error().front().code, ProblemCode::event_not_allowed);
  world_->write([&](db::Tx& tx) {
    ASSERT_TRUE(orders::OrderStore(world_->cipher)
                    .apply(tx, world_->clock.now(), id_, orders::Event::accept_with_sms,
                           {orders::Actor::authority, "", "", {}}));
  });
  EXPECT_TRUE(seen()["reminder"]["allowed"].as_bool());
  EXPECT_EQ(remind().value(), 1);
  EXPECT_FALSE(seen()["reminder"]["allowed"].as_bool());
  world_->clock.advance(kSmsReminderPause - Millis{1'500});
  const auto soon = remind();
  ASSERT_FALSE(soon);
  EXPECT_EQ(soon.error().front().code, ProblemCode::reminder_too_soon);
  EXPECT_EQ(soon.error().front().args.front().second, "1");
  world_->clock.advance(Millis{1'500});
  EXPECT_EQ(remind().value(), 1);
  EXPECT_EQ(world_->storage.database->read_value([](db::Tx& tx) {
    return tx.query_i64("SELECT COUNT(*) FROM jobs WHERE kind = 'notices.tell'");
  }),
            2);
  EXPECT_EQ(world_->events(id_).back(), "note");
}

}  // namespace
}  // namespace beian::authority
