// A batch while the provider's real process is killed with SIGKILL again and again: in the end each
// row has made exactly one order, and the webhook heard of the end. On both databases.
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>
#include <set>

#include "app/api_user.hpp"
#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "platform/http/server.hpp"
#include "testing/database.hpp"
#include "testing/poll.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

constexpr int kRows = 1200;
constexpr int kKills = 3;

class BatchCrash : public ::testing::TestWithParam<std::string> {
 protected:
  BatchCrash() {
    std::ofstream config(folder_.path("provider.toml"));
    config
        << "[server]\nport = " << port_ << "\n[data]\ndirectory = \"" << folder_.path("data")
        << "\"\n[database]\nurl = \"" << storage_.url << "\"\n[webhooks]\nallow_loopback = true\n"
        << "[[authority]]\nid = \"gd\"\nprovinces = [440000]\nbase_url = \"http://127.0.0.1:9\"\n"
        << "user_name = \"sample\"\npassword = \"Sample-Password-1\"\nprovider_id = 1001\n"
        << "profile = \"openbeian-3.1\"\nencryption = \"none\"\npoll_seconds = 3600\n";
  }
  void start() {
    process_.emplace(std::vector<std::string>{beian_binary(), "serve", "--config",
                                              folder_.path("provider.toml")},
                     folder_.path("provider.log"));
    app::ApiUser somebody(url());
    ASSERT_TRUE(testing::eventually(
        [&] {
          (void)somebody.get("/readyz");
          return somebody.http_status() == 200;
        },
        std::chrono::seconds(60)));
  }
  // As if the lease of the dead one were over.
  void end_leases() {
    storage_.database->write([](db::Tx& tx) { tx.exec("UPDATE jobs SET run_at = 0"); });
  }
  int64_t count(const std::string& sql) {
    return storage_.database->read_value([&](db::Tx& tx) { return tx.query_i64(sql); });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  testing::TestDatabase storage_ = testing::make_database(GetParam());
  testing::TempFolder folder_;
  int port_ = testing::free_port();
  std::optional<testing::Process> process_;
  std::mutex mutex_;
  std::set<std::string> heard_;  // ids of deliveries
  http::Server receiver_{{}, [this](const http::Request& request) {
                           const std::lock_guard lock(mutex_);
                           heard_.emplace(request.header("x-beian-delivery"));
                           return http::Response::text("ok");
                         }};
};

TEST_P(BatchCrash, EachRowMakesOneOrder) {
  ASSERT_NO_FATAL_FAILURE(start());
  app::ApiUser agency(url());
  const Secret password("Sample-Password-77");
  ASSERT_TRUE(agency.register_account("agency", password));
  ASSERT_TRUE(agency.sign_in("agency", password));
  ASSERT_TRUE(
      agency.post("/api/v1/webhooks", Json::object({{"url", receiver_.origin() + "/hook"},
                                                    {"events", Json::array({"batch.done"})}})));
  const Json scenario = parse_json(embedded::file("data/demo/first-website.json")).value();
  Json rows = Json::array();
  for (int n = 1; n <= kRows; ++n)
    rows.push(Json::object({{"document", app::variation(scenario, n)["document"]}}));
  const auto made = agency.post("/api/v1/batches?mode=create",
                                Json::object({{"rows", std::move(rows)}}), "crash-1");
  ASSERT_TRUE(made) << app::describe(made.error());
  const std::string path = "/api/v1/batches/" + (*made)["id"].as_string();

  const auto created = [&] { return count("SELECT COUNT(*) AS n FROM orders"); };
  for (int kill = 1; kill <= kKills; ++kill) {
    const int64_t aim = kRows * kill / (kKills + 1);
    ASSERT_TRUE(testing::eventually([&] { return created() >= aim; }, std::chrono::seconds(120)));
    process_->kill_now();
    end_leases();
    ASSERT_NO_FATAL_FAILURE(start());
  }
  Json batch;
  ASSERT_TRUE(testing::eventually(
      [&] {
        const auto read = agency.get(path);
        if (read) batch = *read;
        return batch["done"].as_bool();
      },
      std::chrono::seconds(180)))
      << to_string(batch);
  EXPECT_EQ(batch["rows"]["created"].as_int(), kRows) << to_string(batch);
  EXPECT_EQ(created(), kRows);
  EXPECT_EQ(count("SELECT COUNT(DISTINCT order_id) AS n FROM batch_rows"), kRows);
  EXPECT_TRUE(testing::eventually([&] {
    const std::lock_guard lock(mutex_);
    return heard_.size() == 1;
  }));
}

INSTANTIATE_TEST_SUITE_P(Backends, BatchCrash, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::tests
