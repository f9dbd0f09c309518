// The codes that the real sandbox can play, and what the real link does about each: the state that
// officers read, and that everything is filed in the end, once and in sequence.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/sandbox_host.hpp"
#include "authority/trace.hpp"
#include "platform/http/client.hpp"
#include "provider_side.hpp"
#include "testing/poll.hpp"

namespace beian::tests {
namespace {

struct Row {
  const char* operation;
  int code;
  const char* leg;  // that tells it
  const char* state;
};

class CodeReactions : public ::testing::TestWithParam<std::string> {
 protected:
  CodeReactions() {
    app::SandboxHostOptions options;
    options.data_directory = folder_.path("authority");
    options.sandbox.auto_decide_after = Millis{0};
    host_ = std::make_unique<app::SandboxHost>(options);
    EXPECT_TRUE(host_->sandbox().put_provider(account_of(1, "miit-3.0")));
    host_->start();
    provider_.restart({link_of("gd", 1, host_->origin(), "miit-3.0")});
  }

  int manage(const std::string& method, const std::string& path, const Json& body) {
    http::ClientRequest request;
    request.method = method;
    request.url = host_->origin() + path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = to_string(body);
    const auto answer = http::send(request);
    return answer ? answer->status : 0;
  }
  void play(const Row& row) {
    EXPECT_EQ(
        manage("POST", "/manage/faults",
               Json::object({{"operation", row.operation}, {"kind", "code"}, {"code", row.code}})),
        201);
  }
  Json leg(const std::string& name) {
    const auto legs = provider_.storage.database->read_value(
        [&](db::Tx& tx) { return authority::ledger::legs_of(tx, "gd"); });
    return legs.empty() ? Json() : parse_json(legs).value()[name];
  }
  bool settle(const std::string& order) {
    return testing::eventually(
        [&] {
          clock_.advance(Millis{3'700'000});
          provider_.service->run_due();
          return provider_.state(order) == "completed";
        },
        std::chrono::seconds(30));
  }

  testing::TempFolder folder_;
  FakeClock clock_;
  std::unique_ptr<app::SandboxHost> host_;
  ProviderSide provider_{GetParam(), clock_};
};
INSTANTIATE_TEST_SUITE_P(Backends, CodeReactions, ::testing::ValuesIn(testing::backends()));

// Covers code:14 code:15 code:19 code:20 code:901 code:902 code:999
TEST_P(CodeReactions, EachIsToldAndOutlived) {
  const Row rows[] = {
      {"isp_upload", 14, "reporting", "waiting"},
      {"isp_upload", 15, "reporting", "waiting"},
      {"isp_upload", 19, "reporting", "blocked"},
      {"isp_upload", 20, "reporting", "waiting"},
      {"isp_upload", 901, "reporting", "waiting"},
      {"isp_upload", 999, "reporting", "waiting"},
      {"isp_querypreviousupload", 901, "reporting", "waiting"},
      {"isp_download", 20, "downloading", "waiting"},
      {"isp_download", 902, "downloading", "waiting"},
      {"isp_download", 999, "downloading", "waiting"},
  };
  int n = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.operation) + " " + std::to_string(row.code));
    clock_.advance(Millis{3'700'000});
    const auto order = provider_.add_ready_order(++n, "gd");
    play(row);
    provider_.service->run_due();
    EXPECT_EQ(leg(row.leg)["state"].as_string(), row.state);
    EXPECT_EQ(leg(row.leg)["code"].as_int(), row.code);
    EXPECT_FALSE(leg(row.leg)["advice"].as_string().empty());
    ASSERT_TRUE(settle(order)) << provider_.state(order);
    EXPECT_EQ(leg(row.leg)["state"].as_string(), "working");
  }
  const auto uploads = provider_.uploads("gd");
  ASSERT_EQ(uploads.size(), std::size(rows));
  for (size_t i = 0; i < uploads.size(); ++i)
    EXPECT_EQ(uploads[i].sequence, static_cast<int64_t>(i) + 1);
}

// Covers code:18
TEST_P(CodeReactions, AFileThatIsTooLargeGoesInTwo) {
  const auto first = provider_.add_ready_order(1, "gd");
  clock_.advance(Millis{1});
  const auto second = provider_.add_ready_order(2, "gd");
  play({"isp_upload", 18, "", ""});
  provider_.service->run_due();
  ASSERT_TRUE(settle(first));
  ASSERT_TRUE(settle(second));
  const auto uploads = provider_.uploads("gd");
  ASSERT_EQ(uploads.size(), 3u);
  EXPECT_EQ(uploads[0].state, "refused");
  EXPECT_EQ(uploads[1].sequence, 1);
  EXPECT_EQ(uploads[2].sequence, 2);
}

// Covers operation:isp_downloadack code:21
TEST_P(CodeReactions, AnAckWhoseNameWasLostIsRepeatedAtOnce) {
  const auto order = provider_.add_ready_order(1, "gd");
  play({"isp_downloadack", 21, "", ""});
  ASSERT_TRUE(settle(order));
  for (const auto& download : provider_.downloads("gd")) {
    EXPECT_GT(download.acked, 0);
    EXPECT_EQ(download.times_received, 1);
  }
}

// Covers code:901 code:902
TEST_P(CodeReactions, MaintenanceStopsBothAndEnds) {
  const auto order = provider_.add_ready_order(1, "gd");
  ASSERT_EQ(manage("PUT", "/manage/settings", Json::object({{"maintenance", true}})), 200);
  provider_.service->run_due();
  EXPECT_EQ(leg("reporting")["code"].as_int(), 901);
  EXPECT_EQ(leg("downloading")["code"].as_int(), 902);
  ASSERT_EQ(manage("PUT", "/manage/settings", Json::object({{"maintenance", false}})), 200);
  EXPECT_TRUE(settle(order));
}

// Covers operation:isp_verifybamm operation:isp_querybeianstatus code:22
TEST_P(CodeReactions, APasswordIsCheckedUntilTheAuthorityWantsNoMore) {
  using Verdict = orders::PasswordVerdict::Kind;
  const auto order = provider_.add_ready_order(1, "gd");
  ASSERT_TRUE(settle(order));
  const auto status = provider_.service->domain("gd", "yangli1-example.cn");
  ASSERT_EQ(status.kind, orders::FilingStatus::Kind::filed) << status.reason;
  Verdict verdict = Verdict::wrong;
  int wrong = 0;
  for (; verdict == Verdict::wrong && wrong < 20; ++wrong)
    verdict = provider_.service->password("gd", status.service_number, Secret("Sample-Wrong")).kind;
  EXPECT_EQ(verdict, Verdict::limited);
  EXPECT_GT(wrong, 1);
}

}  // namespace
}  // namespace beian::tests
