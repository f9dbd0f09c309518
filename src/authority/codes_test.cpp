// Each code of a call has its own right reaction, against a scripted authority.
#include <gtest/gtest.h>

#include <algorithm>

#include "authority/link_world_for_tests.hpp"
#include "authority/reactions.hpp"
#include "authority/trace.hpp"

namespace beian::authority {
namespace {

using testing::World;
using Fault = testing::FakeAuthority::Fault;
using Kind = Fault::Kind;

class Codes : public ::testing::TestWithParam<std::string> {
 protected:
  World world_{GetParam()};

  void answer(const std::string& operation, int code, int times = 1, const std::string& text = {}) {
    for (int i = 0; i < times; ++i) world_.authority.fault(operation, {Kind::code, code, {}, text});
  }
  Json legs() {
    return parse_json(world_.storage.database->read_value(
                          [&](db::Tx& tx) { return ledger::legs_of(tx, "gd"); }))
        .value();
  }
  // The pause until the link comes again.
  Millis pause() { return from_ms(world_.link_row().next_attempt) - world_.clock.now(); }
  int uploads() { return world_.authority.calls("isp_upload"); }
};
INSTANTIATE_TEST_SUITE_P(Backends, Codes, ::testing::ValuesIn(beian::testing::backends()));

TEST(Reactions, EveryCodeThatStopsALinkSaysWhatToDo) {
  for (int code = 4; code <= 22; ++code) {
    ASSERT_NE(reaction_to(code), nullptr) << code;
    EXPECT_FALSE(advice_for("waiting", code).empty()) << code;
    EXPECT_EQ(advice_for("working", code), "");
  }
  for (const int code : {901, 902, 999}) EXPECT_NE(reaction_to(code), nullptr) << code;
  EXPECT_EQ(reaction_to(23), nullptr);
  EXPECT_NE(advice_for("waiting", std::nullopt), advice_for("blocked", std::nullopt));
}

// Covers code:15
TEST_P(Codes, TooManyFilesWaitLongerAndLongerWhileResultsStillCome) {
  const auto first = world_.add_ready_order(1);
  world_.authority.when_uploaded(
      [&](const Json& record) { world_.authority.hand_down(testing::filed_document(record, 1)); });
  world_.service->run_due();
  answer("isp_upload", 15, 3);
  world_.add_ready_order(2);
  Millis last{0};
  for (int i = 0; i < 3; ++i) {
    world_.service->run_due();
    EXPECT_EQ(world_.link_row().code, 15);
    EXPECT_EQ(world_.link_row().state, "waiting");
    EXPECT_GE(pause(), last);
    last = pause();
    EXPECT_GE(last, Millis{30'000} * (1 << i));
    EXPECT_EQ(legs()["downloading"]["state"].as_string(), "working");
    world_.clock.advance(last);
  }
  EXPECT_EQ(world_.state(first), "completed");
  world_.service->run_due();
  EXPECT_EQ(world_.link_row().state, "working");
  EXPECT_EQ(uploads(), 5);
}

// Covers code:20
TEST_P(Codes, OutsideTheReportingHoursTheLinkWaitsForThem) {
  world_.service->run_due();
  // The clock of the tests starts at 04:26 in Beijing.
  ASSERT_EQ(china_datetime(world_.clock.now()).substr(11, 2), "04");
  answer("isp_upload", 20, 1, "请您在规定的时间段内进行报备，报备时间为：9:00-17:30");
  const auto id = world_.add_ready_order(1);
  world_.service->run_due();
  const auto row = world_.link_row();
  EXPECT_EQ(row.state, "waiting");
  EXPECT_EQ(row.code, 20);
  EXPECT_EQ(china_datetime(from_ms(row.next_attempt)).substr(11), "09:00:00");
  EXPECT_NE(row.reason.find("9:00-17:30"), std::string::npos);
  EXPECT_NE(row.reason.find("09:00:00"), std::string::npos);
  world_.clock.advance(pause() - Millis{1});
  world_.service->run_due();
  EXPECT_EQ(uploads(), 1);
  world_.clock.advance(Millis{1});
  world_.service->run_due();
  EXPECT_EQ(world_.state(id), "at_authority");
}

TEST_P(Codes, HoursThatCannotBeReadAreTriedAgain) {
  world_.service->run_due();
  answer("isp_upload", 20);
  world_.add_ready_order(1);
  world_.service->run_due();
  EXPECT_GE(pause(), Millis{5 * 60'000});
  EXPECT_LE(pause(), Millis{60 * 60'000});
}

// Covers code:901
TEST_P(Codes, MaintenanceOfUploadsLeavesDownloadsAlone) {
  world_.service->run_due();
  answer("isp_upload", 901);
  world_.add_ready_order(1);
  world_.authority.hand_down_bytes("notice1", "<not-a-document/>");
  world_.run(0);
  EXPECT_EQ(legs()["reporting"]["code"].as_int(), 901);
  EXPECT_EQ(legs()["downloading"]["state"].as_string(), "working");
  world_.clock.advance(Millis{30'000});
  world_.service->run_due();
  EXPECT_EQ(world_.authority.acks().size(), 1u);
}

// Covers code:902
TEST_P(Codes, MaintenanceOfDownloadsLeavesUploadsAlone) {
  answer("isp_download", 902, 3);
  const auto id = world_.add_ready_order(1);
  world_.service->run_due();
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(legs()["downloading"]["code"].as_int(), 902);
  EXPECT_EQ(legs()["reporting"]["state"].as_string(), "working");
  EXPECT_GE(pause(), Millis{30'000});
}

// Covers operation:isp_downloadack code:21
TEST_P(Codes, AnAckWithoutItsNameIsSentOnceMoreWithAFreshWsdlThenShown) {
  world_.authority.hand_down_bytes("notice1", "<not-a-document/>");
  answer("isp_downloadack", 21);
  world_.service->run_due();
  EXPECT_EQ(world_.authority.acks(), std::vector<std::string>{"notice1"});
  EXPECT_EQ(world_.link_row().state, "working");

  world_.authority.hand_down_bytes("notice2", "<not-a-document/>");
  answer("isp_downloadack", 21, 2);
  world_.clock.advance(Millis{60'000});
  world_.service->run_due();
  EXPECT_EQ(legs()["downloading"]["state"].as_string(), "blocked");
  EXPECT_EQ(legs()["downloading"]["code"].as_int(), 21);
  // Reporting goes on.
  const auto id = world_.add_ready_order(1);
  world_.service->run_due();
  EXPECT_EQ(world_.state(id), "at_authority");
}

// Covers code:999
TEST_P(Codes, OtherErrorsAskFirstAndCallAPersonAfterAWhile) {
  world_.service->run_due();
  answer("isp_upload", 999, 5);
  const auto id = world_.add_ready_order(1);
  for (int i = 1; i <= 5; ++i) {
    world_.service->run_due();
    EXPECT_EQ(world_.authority.calls("isp_querypreviousupload"), i);
    EXPECT_EQ(world_.link_row().state, i < 5 ? "waiting" : "blocked");
    EXPECT_EQ(world_.link_row().code, 999);
    world_.clock.advance(pause());
  }
  world_.service->run_due();
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.uploads().size(), 1u);
  EXPECT_EQ(uploads(), 6);
}

// Covers code:14
TEST_P(Codes, MissingFilesLeaveATrace) {
  world_.config.max_records = 1;
  world_.restart();
  world_.add_ready_order(1);
  world_.add_ready_order(2);
  world_.service->run_due();
  world_.authority.forget_after(1);
  const auto id = world_.add_ready_order(3);
  world_.service->run_due();
  EXPECT_EQ(world_.state(id), "at_authority");
  EXPECT_EQ(world_.authority.files().size(), 3u);
  const int64_t third = world_.uploads()[2].number;
  const auto traces = world_.storage.database->read_value(
      [&](db::Tx& tx) { return ledger::traces_of_upload(tx, third); });
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_EQ(traces[0].code, 14);
  EXPECT_EQ(traces[1].code, 0);
}

}  // namespace
}  // namespace beian::authority
