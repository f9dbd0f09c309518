// Scenarios: our own files, every step of them, and everything that is wrong with a bad one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.hpp"
#include "sandbox/handed_for_tests.hpp"
#include "sandbox/scenario_rules.hpp"

namespace beian::sandbox {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

Json named(const std::string& name) {
  return parse_json(embedded::file("data/sandbox/" + name + ".json")).value();
}

class Scenarios : public ::testing::TestWithParam<std::string> {
 protected:
  void play(const Json& document) { p.s.json("POST", "/manage/scenario", document); }
  std::vector<Json> report(int n) {
    p.report(kA, "icp", Json::object({{"new_filings", Json::array({samples::record(n)})}}));
    p.s.sandbox->run_due();
    return p.fetch(kA);
  }
  Providers p{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Backends, Scenarios, ::testing::ValuesIn(testing::backends()),
                         [](const auto& test) { return test.param; });

TEST_P(Scenarios, RefuseOnceThenApprove) {
  play(named("refuse-once"));
  const auto first = report(1);
  const Json& results = first.at(0)["icp"]["results"];
  EXPECT_EQ(results["records"].at(1)["outcomes"].at(0)["code"].as_int(), 1027);
  EXPECT_EQ(results["decisions"].at(0)["result"].as_int(), 0);
  EXPECT_THAT(results["decisions"].at(0)["opinion"].as_string(), HasSubstr("样例意见"));
  const auto second = report(1);
  EXPECT_EQ(second.at(0)["icp"]["results"]["decisions"].at(0)["result"].as_int(), 1);
  EXPECT_NE(second.at(1)["icp"].find("filed"), nullptr);
  const Json steps = p.s.json("GET", "/manage/scenario").at(0)["steps"];
  EXPECT_EQ(steps.at(0)["remaining"].as_int(), 0);
  EXPECT_EQ(steps.at(1)["played"].as_int(), 1);
}

// Covers code:901
TEST_P(Scenarios, DayAway) {
  play(named("day-away"));
  EXPECT_EQ(p.s.soap("isp_download").status, 0);
  p.s.clock.advance(hours(23));
  p.s.restart();
  EXPECT_EQ(p.s.soap("isp_download").status, 0);
  p.s.clock.advance(hours(1));
  EXPECT_EQ(p.s.call("isp_download").msg_code, 2);
}

// Covers code:20
TEST_P(Scenarios, ReportingHours) {
  play(named("reporting-hours"));
  // The clock of the tests begins at 04:26 in Beijing.
  ASSERT_EQ(china_datetime(p.s.clock.now()).substr(11, 5), "04:26");
  const auto refusal = p.s.upload(1, {samples::record(1)});
  EXPECT_EQ(refusal.msg_code, 20);
  EXPECT_THAT(refusal.msg, HasSubstr("09:00-18:00"));
  EXPECT_EQ(p.s.call("isp_download").msg_code, 2);
  p.s.clock.advance(hours(5));
  EXPECT_EQ(p.s.upload(1, {samples::record(1)}).msg_code, 0);
  p.s.clock.advance(hours(16));  // 01:26
  EXPECT_EQ(p.s.upload(2, {samples::record(2)}).msg_code, 901);
  EXPECT_EQ(p.s.call("isp_download").msg_code, 902);
  p.s.request("DELETE", "/manage/scenario");
  EXPECT_EQ(p.s.call("isp_download").msg_code, 2);
}

TEST_P(Scenarios, BrokenLine) {
  play(named("broken-line"));
  const auto sealed =
      p.s.sealed(1, wire::seal_envelope(p.s.document({samples::record(1)}), p.s.keys));
  EXPECT_EQ(p.s.soap("isp_upload", sealed).status, 0);
  EXPECT_EQ(p.s.call("isp_querypreviousupload").file, std::nullopt);
  EXPECT_EQ(p.s.call("isp_upload", sealed).msg_code, 15);
  EXPECT_EQ(p.s.soap("isp_upload", sealed).status, 0);
  EXPECT_EQ(p.s.call("isp_querypreviousupload").file->data_sequence, 1);
  EXPECT_EQ(p.s.call("isp_upload", sealed).msg_code, 0);
}

TEST_P(Scenarios, FullTaskDay) {
  report(1);
  const Json waiting = p.s.json("GET", "/manage/records?state=at_authority");
  p.s.json("POST", "/manage/records/" + std::to_string(waiting.at(0)["id"].as_int()) + "/decision",
           Json::object({{"approve", true}}));
  p.fetch(kA);
  play(named("full-task-day"));
  std::set<std::string> kinds;
  for (const auto& part : p.fetch(kA))
    for (const auto& [block, content] : part.members())
      for (const auto& [kind, value] : content.members()) kinds.insert(block + "/" + kind);
  for (const auto* kind :
       {"base_codes/codes", "icp/verification_tasks", "icp/unfiled_sites", "icp/notices",
        "icp/blacklist", "icp/illegal_accesses", "icp/check_results", "ip/check_results",
        "synchronisation/filed", "synchronisation/base_codes"})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  EXPECT_EQ(p.s.json("GET", "/manage/tasks?provider_id=20001").size(), 3u);
  EXPECT_GE(p.fetch(kC).size(), 7u);
}

TEST_P(Scenarios, RejectOneDomainAndTellOfIt) {
  play(parse_json(R"({"name": "one", "steps": [
    {"when": {"record": "new_filing", "domain": "YANGLI2-example.cn", "provider_id": 20001},
     "then": {"codes": [1064, 1065],
              "hand_out": [{"kind": "rectifications", "body": {"kind": 0, "text": "样例"}}]}},
    {"when": {"decided": "approved", "name": "样例公司1"},
     "then": {"settings": {"maintenance": true}}}]})")
           .value());
  EXPECT_EQ(p.s.json("GET", "/manage/records").size(), 0u);
  report(1);
  const auto told = report(2);
  EXPECT_EQ(told.at(0)["icp"]["notices"].at(0)["text"].as_string(), "样例");
  EXPECT_EQ(told.at(1)["icp"]["results"]["records"].at(0)["outcomes"].size(), 2u);
  const Json waiting = p.s.json("GET", "/manage/records?state=at_authority");
  ASSERT_EQ(waiting.size(), 1u);
  p.s.json("POST", "/manage/records/" + std::to_string(waiting.at(0)["id"].as_int()) + "/decision",
           Json::object({{"approve", true}}));
  EXPECT_EQ(p.s.call("isp_download").msg_code, 902);
}

TEST_P(Scenarios, DecideOnlyWhenThePersonsAreVerified) {
  p.s.add_provider("openbeian-3.1");
  play(parse_json(R"({"name": "later", "steps": [
    {"when": {"record": "*"}, "times": 1,
     "then": {"decision": {"approve": true, "after_ms": 60000}}}]})")
           .value());
  p.report(kA, "icp", Json::object({{"new_filings", Json::array({samples::record(1)})}}));
  p.s.clock.advance(hours(1));
  p.s.sandbox->run_due();
  EXPECT_EQ(p.s.state(), "sms_pending");
  p.s.json("PUT", "/manage/settings", Json::object({{"auto_sms", true}}));
  p.s.sandbox->run_due();
  EXPECT_EQ(p.s.state(), "at_authority");
  p.s.restart();
  p.s.clock.advance(Millis(60000));
  p.s.sandbox->run_due();
  EXPECT_EQ(p.s.state(), "approved");
}

TEST(ScenarioRules, SayEverythingThatIsWrong) {
  const Problems problems = scenario_problems(parse_json(R"({"title": 1, "more": 2, "steps": [
    {"when": {"call": "isp_x", "domain": "a.cn", "daily": ["25:00", "x"]}, "times": 0,
     "then": {"answer": 1000, "cut": "maybe", "codes": [1]}},
    {"when": {"record": "new_thing"}, "then": {"codes": [7], "decision": {"approve": false}}},
    {"when": {"call": "*", "record": "*"}, "then": {}},
    {"when": {"loaded": true}, "then": {"hand_out": [
      {"kind": "x"}, {"kind": "blacklist", "library": true, "provider_id": 0},
      {"kind": "rectifications", "provider_id": 0, "body": {"kind": 7}}],
      "settings": {"wrong": 1}}}]})")
                                                  .value());
  std::vector<std::string> fields;
  for (const auto& problem : problems) fields.push_back(problem.field);
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre(
                  "/more", "/name", "/title", "/steps/0/when/call", "/steps/0/when/domain",
                  "/steps/0/when/daily/0", "/steps/0/when/daily/1", "/steps/0/times",
                  "/steps/0/then/answer", "/steps/0/then/cut", "/steps/0/then/codes",
                  "/steps/0/then/codes/0", "/steps/1/when/record", "/steps/1/then/decision",
                  "/steps/1/then/codes/0", "/steps/1/then/decision/opinion", "/steps/2/when",
                  "/steps/3/then/hand_out/0/kind", "/steps/3/then/hand_out/0/provider_id",
                  "/steps/3/then/hand_out/1/library", "/steps/3/then/hand_out/2/body",
                  "/steps/3/then/hand_out/2/body", "/steps/3/then/settings/wrong"));
  EXPECT_FALSE(scenario_problems(Json::array()).empty());
  for (const auto& file : embedded::files()) {
    if (!file.name.starts_with("data/sandbox/")) continue;
    EXPECT_TRUE(scenario_problems(parse_json(file.bytes).value()).empty()) << file.name;
  }
}

TEST(ScenarioRules, KnowTheTimeOfDay) {
  const auto at = [](const char* utc) { return parse_rfc3339(utc).value(); };
  const Json day = Json::array({"09:00", "18:00"}), night = Json::array({"22:00", "06:00"});
  EXPECT_TRUE(in_daily_span(day, at("2026-06-01T01:00:00Z")));    // 09:00
  EXPECT_FALSE(in_daily_span(day, at("2026-06-01T10:00:00Z")));   // 18:00
  EXPECT_TRUE(in_daily_span(night, at("2026-06-01T14:00:00Z")));  // 22:00
  EXPECT_TRUE(in_daily_span(night, at("2026-06-01T21:59:00Z")));  // 05:59
  EXPECT_FALSE(in_daily_span(night, at("2026-06-01T22:00:00Z")));
  EXPECT_TRUE(in_daily_span(Json::array({"00:00", "24:00"}), at("2026-06-01T15:59:59Z")));
  EXPECT_EQ(minutes_of("24:00"), 1440);
  EXPECT_EQ(minutes_of("24:01"), std::nullopt);
  EXPECT_EQ(minutes_of("9:00"), std::nullopt);
}

}  // namespace
}  // namespace beian::sandbox
