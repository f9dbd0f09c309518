#include "platform/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "platform/log/log.hpp"

namespace beian {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, CountsByLabel) {
  metrics::count("beian_orders_events_total", 1, "event=submit");
  metrics::count("beian_orders_events_total", 2, "event=submit");
  EXPECT_THAT(metrics::scrape(), HasSubstr("beian_orders_events_total{event=\"submit\"} 3"));
}

TEST(Metrics, SetsGaugesAndObservesTimes) {
  metrics::gauge("beian_jobs_due", 7);
  metrics::observe("beian_authority_call_seconds", 0.02, "operation=isp_upload");
  const std::string page = metrics::scrape();
  EXPECT_THAT(page, HasSubstr("beian_jobs_due 7"));
  EXPECT_THAT(
      page,
      HasSubstr("beian_authority_call_seconds_bucket{operation=\"isp_upload\",le=\"0.01\"} 0"));
  EXPECT_THAT(
      page,
      HasSubstr("beian_authority_call_seconds_bucket{operation=\"isp_upload\",le=\"0.025\"} 1"));
}

TEST(Metrics, LogsWhatIsNotDeclaredAndCountsNothing) {
  std::vector<std::string> lines;
  log::set_sink([&](std::string_view line) { lines.emplace_back(line); });
  metrics::count("beian_nothing_total");
  metrics::gauge("beian_orders_events_total", 1, "event=x");     // another type
  metrics::count("beian_orders_events_total", 1, "kind=wrong");  // another label
  metrics::count("beian_orders_events_total");                   // no label
  log::set_sink({});
  EXPECT_EQ(lines.size(), 4u);
  EXPECT_THAT(metrics::scrape(), Not(HasSubstr("wrong")));
}

TEST(Metrics, AreDeclaredOnceWithProperNames) {
  std::set<std::string_view> names;
  for (const auto& d : metrics::declarations()) {
    EXPECT_TRUE(names.insert(d.name).second) << d.name;
    EXPECT_TRUE(std::regex_match(std::string(d.name), std::regex("beian_[a-z_]+"))) << d.name;
    EXPECT_FALSE(d.help.empty()) << d.name;
    EXPECT_EQ(d.type == metrics::Type::counter, d.name.ends_with("_total")) << d.name;
    EXPECT_EQ(d.type == metrics::Type::histogram, d.name.ends_with("_seconds")) << d.name;
  }
}

TEST(Metrics, LoseNothingBetweenThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 500; ++k) metrics::count("beian_jobs_runs_total", 1, "outcome=done");
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(metrics::scrape(), HasSubstr("beian_jobs_runs_total{outcome=\"done\"} 2000"));
}

}  // namespace
}  // namespace beian
