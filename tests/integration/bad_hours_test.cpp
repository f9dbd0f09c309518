// The authority away, the database locked or away, the disk full, SIGTERM under load: orders wait,
// requests get 503 with Retry-After, nothing half-written is shown as done.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "platform/http/client.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

Json scenario(int n) {
  return app::variation(parse_json(embedded::file("data/demo/first-website.json")).value(), n);
}

app::ApiUser sign_in_new(const TwoSides& sides, const std::string& name) {
  app::ApiUser user(sides.provider_url());
  EXPECT_TRUE(user.register_account(name, sides.password()));
  EXPECT_TRUE(user.sign_in(name, sides.password()));
  return user;
}

std::string create_order(app::ApiUser& user, const Json& wanted) {
  const auto made = user.post("/api/v1/orders",
                              Json::object({{"kind", "first"}, {"document", wanted["document"]}}));
  EXPECT_TRUE(made) << app::describe(made.error());
  return made ? (*made)["id"].as_string() : "";
}

std::string state_of(app::ApiUser& user, const std::string& order) {
  const auto read = user.get("/api/v1/orders/" + order);
  return read ? (*read)["state"].as_string() : "";
}

class BadHours : public ::testing::TestWithParam<std::string> {};

TEST_P(BadHours, OrdersWaitForAnAuthorityThatIsAwayAndGoOutInOrder) {
  TwoSides sides({.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0});
  sides.start_provider();  // no authority at all
  app::ApiUser reviewer(sides.provider_url());
  ASSERT_TRUE(reviewer.sign_in(TwoSides::kReviewer, sides.password()));
  std::vector<app::ApiUser> users;
  std::vector<std::string> orders;
  for (int n = 1; n <= 3; ++n) {
    users.push_back(sign_in_new(sides, "waiting-" + std::to_string(n)));
    orders.push_back(create_order(users.back(), scenario(n)));
    const auto handed_in = app::complete_order(users.back(), orders.back(), scenario(n));
    ASSERT_TRUE(handed_in) << app::describe(handed_in.error());
    const auto passed = app::pass_review(reviewer, orders.back());
    ASSERT_TRUE(passed) << app::describe(passed.error());
  }
  for (size_t i = 0; i < orders.size(); ++i) {
    const std::string state = state_of(users[i], orders[i]);
    EXPECT_TRUE(state == "ready_to_report" || state == "reporting") << state;
  }
  sides.start_authority();
  for (size_t i = 0; i < orders.size(); ++i) {
    EXPECT_TRUE(testing::eventually([&] { return state_of(users[i], orders[i]) == "completed"; }))
        << state_of(users[i], orders[i]) << sides.log_end();
  }
  // The authority numbers records in the order in which they come.
  const auto records = app::ApiUser(sides.authority_url()).get("/manage/records");
  ASSERT_TRUE(records);
  std::map<int64_t, std::string> by_arrival;
  for (const auto& record : records->items())
    by_arrival[record["id"].as_int()] = record["name"].as_string();
  std::vector<std::string> arrived, handed_in;
  for (const auto& [id, name] : by_arrival) arrived.push_back(name);
  for (int n = 1; n <= 3; ++n)
    handed_in.push_back(scenario(n)["document"]["entity"]["name"].as_string());
  EXPECT_EQ(arrived, handed_in);
}

TEST_P(BadHours, SigtermLosesNoAcceptedRequest) {
  TwoSides sides({.backend = GetParam()});
  sides.start_provider();
  auto user = sign_in_new(sides, "stopping-1");
  const std::string order = create_order(user, scenario(1));
  std::atomic<int64_t> saved{0};
  std::atomic<bool> over{false};
  std::string trouble;
  std::jthread writer([&] {
    int64_t version = user.get("/api/v1/orders/" + order).value()["version"].as_int();
    Json document = scenario(1)["document"];
    for (int n = 1; !over; ++n) {
      document.find("entity")->set("remark", "样例第" + std::to_string(n) + "次保存");
      const auto put = user.put("/api/v1/orders/" + order,
                                Json::object({{"version", version}, {"document", document}}));
      if (!put) {
        trouble = app::describe(put.error());
        break;
      }
      version = (*put)["version"].as_int();
      saved = version;
    }
  });
  const bool writing = testing::eventually([&] { return saved > 5; });
  EXPECT_TRUE(writing) << saved << trouble;
  sides.provider().signal(SIGTERM);
  EXPECT_EQ(sides.provider().wait(std::chrono::seconds(10)), 0) << sides.log_end();
  over = true;
  writer.join();
  sides.start_provider();
  // What was answered is there; at most the one request whose answer got lost may be there too.
  const int64_t now = user.get("/api/v1/orders/" + order).value()["version"].as_int();
  EXPECT_GE(now, saved.load());
  EXPECT_LE(now, saved.load() + 1);
}

TEST_P(BadHours, SigtermDoesNotWaitForAHangingAuthority) {
  TwoSides sides({.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 0});
  sides.start_authority();
  app::ApiUser authority(sides.authority_url());
  ASSERT_TRUE(authority.post(
      "/manage/faults",
      Json::object(
          {{"operation", "isp_upload"}, {"kind", "delay"}, {"delay_ms", 30'000}, {"times", 1}})));
  sides.start_provider();
  auto user = sign_in_new(sides, "hanging-1");
  const std::string order = create_order(user, scenario(1));
  ASSERT_TRUE(app::complete_order(user, order, scenario(1)));
  app::ApiUser reviewer(sides.provider_url());
  ASSERT_TRUE(reviewer.sign_in(TwoSides::kReviewer, sides.password()));
  ASSERT_TRUE(app::pass_review(reviewer, order));
  ASSERT_TRUE(testing::eventually([&] { return state_of(user, order) == "reporting"; }));
  sides.provider().signal(SIGTERM);
  EXPECT_EQ(sides.provider().wait(std::chrono::seconds(10)), 0) << sides.log_end();
  // The call was cut; the next start finds out what became of it.
  sides.start_provider();
  EXPECT_TRUE(testing::eventually([&] { return state_of(user, order) == "completed"; },
                                  std::chrono::seconds(60)))
      << sides.log_end();
}

// What every request must be told while the store cannot work: 503, when to come again, a problem.
void expect_unavailable(const std::string& url) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = url + "/api/v1/accounts";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = R"({"name":"somebody-else","password":"Sample-Password-77"})";
  const auto answer = http::send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503) << answer->body;
  EXPECT_NE(http::header_of(answer->headers, "Retry-After"), "");
  EXPECT_NE(answer->body.find("unavailable"), std::string::npos) << answer->body;
}

TEST(LockedDatabase, AnswersRetryAfterAndRecovers) {
  TwoSides sides({.backend = "sqlite"});
  sides.start_provider();
  auto blocker = db::Database::open("sqlite:" + sides.folder() + "/provider/beian.db");
  blocker->write([&](db::Tx&) { expect_unavailable(sides.provider_url()); });
  sign_in_new(sides, "after-the-lock");
}

TEST(LostDatabase, AnswersRetryAfterAndRecovers) {
  const auto all = testing::backends();
  if (std::find(all.begin(), all.end(), "postgres") == all.end())
    GTEST_SKIP() << "BEIAN_TEST_POSTGRES is not set";
  TwoSides sides({.backend = "postgres"});
  sides.start_provider();
  auto user = sign_in_new(sides, "lost-database-1");
  const std::string order = create_order(user, scenario(1));
  sides.cut_provider_database(true);  // no new connections, and the old ones ended
  expect_unavailable(sides.provider_url());
  sides.cut_provider_database(false);
  EXPECT_TRUE(testing::eventually([&] { return state_of(user, order) == "draft"; }));
  EXPECT_TRUE(app::complete_order(user, order, scenario(1)));
}

TEST(FullDisk, AnswersRetryAfterAndRecovers) {
  const testing::TempFolder mount_point;
  if (mount("tmpfs", mount_point.path().c_str(), "tmpfs", 0, "size=24m") != 0)
    GTEST_SKIP() << "needs the right to mount a small file system";
  {
    TwoSides sides({.backend = "sqlite", .data_directory = mount_point.path() + "/provider"});
    sides.start_provider();
    auto user = sign_in_new(sides, "full-disk-1");
    const std::string order = create_order(user, scenario(1));
    const std::string ballast = mount_point.path() + "/ballast";
    (void)testing::run({"dd", "if=/dev/zero", "of=" + ballast, "bs=64k", "status=none"});
    const auto refused = app::complete_order(user, order, scenario(1));
    EXPECT_FALSE(refused);
    EXPECT_EQ(user.http_status(), 503);
    unlink(ballast.c_str());
    EXPECT_EQ(state_of(user, order), "draft");
    const auto done = app::complete_order(user, order, scenario(1));
    EXPECT_TRUE(done) << app::describe(done.error());
    EXPECT_EQ(state_of(user, order), "in_review");
  }
  umount(mount_point.path().c_str());
}

INSTANTIATE_TEST_SUITE_P(Backends, BadHours, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::tests
