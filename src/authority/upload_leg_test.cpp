// Reporting against a misbehaving authority, on both databases.
#include <gtest/gtest.h>

#include <algorithm>

#include "authority/link_world_for_tests.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Reporting : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};

  std::vector<std::string> add_orders(int n) {
    std::vector<std::string> ids;
    for (int i = 1; i <= n; ++i) ids.push_back(world_.add_ready_order(i));
    return ids;
  }
  void expect_all(const std::vector<std::string>& ids, const std::string& state) {
    for (const auto& id : ids) EXPECT_EQ(world_.state(id), state);
  }
  // Numbers 1…n without gap or repeat, on both sides, and each order's record exactly once.
  void expect_sound(size_t orders) {
    int64_t expected = 1;
    for (const auto& [sequence, file] : world_.authority.files()) EXPECT_EQ(sequence, expected++);
    auto certificates = world_.authority.certificates();
    EXPECT_EQ(certificates.size(), orders);
    std::ranges::sort(certificates);
    EXPECT_EQ(std::ranges::adjacent_find(certificates), certificates.end());
    EXPECT_EQ(world_.authority.violations(), 0);
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Reporting, ::testing::ValuesIn(beian::testing::backends()));

// Covers operation:isp_upload upload:ICP/XZBA
TEST_P(Reporting, ReadyOrdersGoOutInOneFile) {
  const auto ids = add_orders(3);
  world_.service->run_due();
  expect_all(ids, "at_authority");
  expect_sound(3);
  EXPECT_EQ(world_.authority.files().size(), 1u);
  EXPECT_EQ(world_.authority.calls("isp_querypreviousupload"), 1);  // at start, and only then
  const auto uploads = world_.uploads();
  ASSERT_EQ(uploads.size(), 1u);
  EXPECT_EQ(uploads[0].state, "accepted");
  EXPECT_EQ(uploads[0].attempts, 1);
  // The oldest first.
  EXPECT_EQ(world_.authority.certificates().front(), "SAMPLE1");
}

TEST_P(Reporting, FilesHoldNoMoreThanTheLimit) {
  world_.config.max_records = 2;
  world_.restart();
  const auto ids = add_orders(5);
  world_.service->run_due();
  expect_all(ids, "at_authority");
  expect_sound(5);
  EXPECT_EQ(world_.authority.files().size(), 3u);
}

TEST_P(Reporting, LostAfterAcceptanceIsNotSentTwice) {
  world_.authority.fault("isp_upload", {Kind::lost_after});
  const auto ids = add_orders(2);
  world_.run(2, Millis{60'000});
  expect_all(ids, "at_authority");
  expect_sound(2);
  EXPECT_EQ(world_.authority.calls("isp_upload"), 1);
}

TEST_P(Reporting, LostBeforeAcceptanceIsSentAgainUnchanged) {
  world_.authority.fault("isp_upload", {Kind::lost_before});
  const auto ids = add_orders(2);
  world_.service->run_due();
  expect_all(ids, "reporting");
  EXPECT_EQ(world_.link_row().state, "waiting");
  world_.run(2, Millis{60'000});
  expect_all(ids, "at_authority");
  expect_sound(2);
  EXPECT_EQ(world_.authority.calls("isp_upload"), 2);
  EXPECT_EQ(world_.uploads().size(), 1u);
}

TEST_P(Reporting, UnknownErrorAsksBeforeItSendsAgain) {
  world_.authority.fault("isp_upload", {Kind::code, 999});
  const auto ids = add_orders(1);
  world_.run(1, Millis{60'000});
  expect_all(ids, "at_authority");
  EXPECT_EQ(world_.authority.calls("isp_querypreviousupload"), 2);
  expect_sound(1);
}

TEST_P(Reporting, BusyAndMaintenanceWait) {
  for (const int code : {15, 20, 901}) world_.authority.fault("isp_upload", {Kind::code, code});
  const auto ids = add_orders(1);
  world_.service->run_due();
  EXPECT_EQ(world_.link_row().code, 15);
  world_.run(4);
  expect_all(ids, "at_authority");
  expect_sound(1);
  EXPECT_EQ(world_.link_row().state, "working");
}

TEST_P(Reporting, AWrongPasswordBlocksTheLinkVisibly) {
  const auto right = world_.config.password;
  world_.config.password = Secret("wrong");
  world_.restart();
  const auto ids = add_orders(1);
  world_.service->run_due();
  EXPECT_EQ(world_.link_row().state, "blocked");
  EXPECT_EQ(world_.link_row().code, 5);
  expect_all(ids, "ready_to_report");
  world_.config.password = right;
  world_.restart();
  world_.service->run_due();
  expect_all(ids, "at_authority");
  expect_sound(1);
}

TEST_P(Reporting, AnOfficerNeedNotWaitForTheSlowRetry) {
  world_.authority.fault("isp_upload", {Kind::code, 19});
  const auto ids = add_orders(1);
  world_.service->run_due();
  EXPECT_EQ(world_.link_row().state, "blocked");
  world_.service->run_due();
  expect_all(ids, "reporting");
  world_.write([&](db::Tx& tx) { ledger::set_next_attempt(tx, "gd", TimePoint{}); });
  world_.service->run_due();
  expect_all(ids, "at_authority");
}

TEST_P(Reporting, ADayAwayAndTheBacklogGoesOutInOrder) {
  world_.config.max_records = 3;
  world_.restart();
  world_.service->run_due();
  for (int i = 0; i < 30; ++i) world_.authority.fault("isp_upload", {Kind::lost_before});
  std::vector<std::string> ids;
  for (int i = 1; i <= 10; ++i) {
    ids.push_back(world_.add_ready_order(i));
    world_.run(2, Millis{3'600'000});
  }
  for (const auto& id : ids) EXPECT_NE(world_.state(id), "at_authority");
  world_.run(20, Millis{3'600'000});
  expect_all(ids, "at_authority");
  expect_sound(10);
  std::vector<std::string> expected;
  for (int i = 1; i <= 10; ++i) expected.push_back("SAMPLE" + std::to_string(i));
  EXPECT_EQ(world_.authority.certificates(), expected);
}

TEST_P(Reporting, AnAuthorityThatLostFilesGetsThemAgain) {
  world_.config.max_records = 1;
  world_.restart();
  auto ids = add_orders(4);
  world_.service->run_due();
  world_.authority.forget_after(1);
  ids.push_back(world_.add_ready_order(5));
  world_.run(3);
  expect_all(ids, "at_authority");
  expect_sound(5);
  EXPECT_EQ(world_.authority.files().size(), 5u);
}

TEST_P(Reporting, AGapNamedAfterARestartIsFilledToo) {
  world_.config.max_records = 1;
  world_.restart();
  auto ids = add_orders(3);
  world_.service->run_due();
  world_.authority.forget_after(0);
  ids.push_back(world_.add_ready_order(4));
  world_.restart();
  world_.run(3);
  expect_all(ids, "at_authority");
  expect_sound(4);
}

TEST_P(Reporting, ADemandForAFileWeNeverHadBlocks) {
  world_.authority.take_foreign(7);  // another system reported before us
  const auto ids = add_orders(1);
  world_.authority.fault("isp_upload", {Kind::code, 14, {3}});
  world_.service->run_due();
  EXPECT_EQ(world_.link_row().state, "blocked");
  EXPECT_NE(world_.link_row().reason.find("3"), std::string::npos);
  EXPECT_EQ(world_.uploads()[0].sequence, 8);  // counted on from the other system's number
}

TEST_P(Reporting, ANumberTakenByAnotherSystemBlocksAndSendsNothing) {
  auto ids = add_orders(1);
  world_.service->run_due();
  world_.authority.take_foreign(2);
  ids.push_back(world_.add_ready_order(2));
  world_.authority.fault("isp_upload", {Kind::lost_before});
  world_.run(3);
  EXPECT_EQ(world_.link_row().state, "blocked");
  EXPECT_EQ(world_.authority.violations(), 0);
}

TEST_P(Reporting, ARefusedFileGivesItsOrdersAndItsNumberBack) {
  for (int i = 0; i < 3; ++i) world_.authority.fault("isp_upload", {Kind::code, 6});
  const auto ids = add_orders(2);
  world_.service->run_due();
  expect_all(ids, "reporting");
  world_.service->run_due();
  while (world_.uploads()[0].state != "refused") {
    world_.clock.advance(Millis{300'000});
    world_.service->run_due();
  }
  expect_all(ids, "ready_to_report");
  EXPECT_EQ(world_.link_row().state, "blocked");
  EXPECT_EQ(world_.link_row().code, 6);
  world_.run(2);
  expect_all(ids, "at_authority");
  expect_sound(2);
  const auto uploads = world_.uploads();
  ASSERT_EQ(uploads.size(), 2u);
  EXPECT_EQ(uploads[0].refusals, 3);
  EXPECT_EQ(uploads[0].sequence, 1);
  EXPECT_EQ(uploads[1].sequence, 1);
}

TEST_P(Reporting, TooLargeMeansSmallerFiles) {
  world_.authority.fault("isp_upload", {Kind::code, 18});
  const auto ids = add_orders(4);
  world_.run(2);
  expect_all(ids, "at_authority");
  expect_sound(4);
  EXPECT_GE(world_.authority.files().size(), 2u);
}

TEST_P(Reporting, AnOrderWithoutAFormOnTheWireStopsNobodyElse) {
  const auto good = world_.add_ready_order(1);
  const auto bad = world_.add_ready_order(2);
  const auto later = world_.add_ready_order(3);
  auto order = world_.order(bad);
  Json document = order.document;
  document.find("entity")->set("name", std::string(300, 'x'));  // 255 at most
  world_.write([&](db::Tx& tx) {
    ASSERT_TRUE(
        orders::OrderStore(world_.cipher).save_document(tx, world_.clock.now(), order, document));
  });
  world_.service->run_due();
  EXPECT_EQ(world_.state(good), "at_authority");
  EXPECT_EQ(world_.state(later), "at_authority");
  EXPECT_EQ(world_.state(bad), "ready_to_report");
  const auto held = world_.storage.database->read_value(
      [&](db::Tx& tx) { return ledger::held_orders(tx, "gd"); });
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].order_id, bad);
  EXPECT_FALSE(held[0].problem.empty());
  expect_sound(2);
}

TEST_P(Reporting, OrdersOfOtherLinksStayWhereTheyAre) {
  const auto here = world_.add_ready_order(1);
  const auto elsewhere = world_.add_ready_order(2, "js");
  world_.service->run_due();
  EXPECT_EQ(world_.state(here), "at_authority");
  EXPECT_EQ(world_.state(elsewhere), "ready_to_report");
}

TEST_P(Reporting, ADatabaseThatIsAwayLosesNothing) {
  const auto ids = add_orders(1);
  world_.database->set_away(true);
  world_.service->run_due();
  world_.database->set_away(false);
  world_.run(1);
  expect_all(ids, "at_authority");
  expect_sound(1);
}

TEST_P(Reporting, AnotherNodeWaitsForTheLease) {
  world_.service->run_due();
  AuthorityService::Options options;
  options.node = "node-b";
  AuthorityService other(world_.database, *world_.blobs, world_.clock, world_.cipher,
                         {world_.config}, options);
  const auto ids = add_orders(1);
  other.run_due();
  expect_all(ids, "ready_to_report");
  world_.clock.advance(options.lease * 3);
  other.run_due();
  expect_all(ids, "at_authority");
  expect_sound(1);
}

}  // namespace
}  // namespace beian::authority
