// Orders in flight while the provider's process is killed with SIGKILL again and again, and the
// authority's too: in the end every order is completed, the authority holds exactly one record for
// each, and the upload sequence has neither gap nor repeat. On both databases.
//
// Short form: 16 orders, 8 kills of the provider, 2 of the authority. With BEIAN_LONG_TESTS=1
// whole: 100 orders, 50 and 10.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>

#include "app/filing_walk.hpp"
#include "base/embedded.hpp"
#include "testing/database.hpp"
#include "two_sides.hpp"

namespace beian::tests {
namespace {

using std::chrono::steady_clock;

struct Plan {
  int orders, provider_kills, authority_kills;
};

Plan plan() {
  const char* whole = std::getenv("BEIAN_LONG_TESTS");
  return whole != nullptr && *whole == '1' ? Plan{100, 50, 10} : Plan{16, 8, 2};
}

// One applicant with one order; does whatever the order's state asks for next. Everything it does
// may be cut off at any moment and is simply asked again.
class Filing {
 public:
  Filing(const TwoSides& sides, const Json& scenario, int n)
      : scenario_(app::variation(scenario, n)),
        name_("applicant-" + std::to_string(n)),
        password_(sides.password()),
        applicant_(sides.provider_url()) {}

  bool done() const { return done_; }
  const std::string& trouble() const { return trouble_; }

  void advance(app::ApiUser& reviewer) {
    if (!signed_in_) {
      (void)applicant_.register_account(name_, password_);
      signed_in_ = applicant_.sign_in(name_, password_).has_value();
      return;
    }
    if (order_.empty()) {
      const auto made = applicant_.post(
          "/api/v1/orders", Json::object({{"kind", "first"}, {"document", scenario_["document"]}}),
          name_);
      if (made) order_ = (*made)["id"].as_string();
      note(made);
      return;
    }
    const auto order = applicant_.get("/api/v1/orders/" + order_);
    note(order);
    if (!order) return;
    const std::string& state = (*order)["state"].as_string();
    if (state == "draft") {
      note(app::complete_order(applicant_, order_, scenario_));
    } else if (state == "in_review") {
      note(app::pass_review(reviewer, order_));
    } else if (state == "completed") {
      done_ = true;
    } else if (state.ends_with("_rejected") || state == "needs_changes" || state == "abandoned") {
      trouble_ = state + " " + to_string((*order)["findings"]);
      done_ = true;
    }
  }

 private:
  // What was refused for good is kept for the report; a cut connection or a 503 is expected here.
  template <class T>
  void note(const Result<T>& result) {
    if (!result && applicant_.http_status() != 0 && applicant_.http_status() != 503)
      last_problem_ = app::describe(result.error());
  }

  Json scenario_;
  std::string name_, order_, trouble_, last_problem_;
  Secret password_;
  app::ApiUser applicant_;
  bool signed_in_ = false, done_ = false;
};

class Crash : public ::testing::TestWithParam<std::string> {};

TEST_P(Crash, NothingIsLostAndNothingIsSentTwice) {
  const Plan plan_now = plan();
  const Json scenario = parse_json(embedded::file("data/demo/first-website.json")).value();
  TwoSides sides({.backend = GetParam(), .auto_sms = true, .auto_decide_after_ms = 20});
  sides.start_authority();
  sides.start_provider();

  std::atomic<int> kills{0};
  std::atomic<bool> over{false};
  std::string killer_trouble;
  // Orders start as the kills go on, so that some are in flight at each of them.
  std::thread killer([&] {
    std::mt19937 random(20261123);
    try {
      for (int i = 0; i < plan_now.provider_kills && !over; ++i) {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(std::uniform_int_distribution<>(50, 900)(random)));
        sides.provider().kill_now();
        if (i % (plan_now.provider_kills / plan_now.authority_kills) == 0) {
          sides.authority().kill_now();
          sides.start_authority();
        }
        sides.start_provider();
        ++kills;
      }
    } catch (const std::exception& e) {
      killer_trouble = e.what();
      over = true;
    }
  });

  std::vector<Filing> filings;
  for (int n = 1; n <= plan_now.orders; ++n) filings.emplace_back(sides, scenario, n);
  app::ApiUser reviewer(sides.provider_url());
  bool reviewer_in = false;
  const auto deadline = steady_clock::now() + std::chrono::seconds(60 + 6 * plan_now.orders);
  size_t open = filings.size();
  while (open > 0 && steady_clock::now() < deadline && !over) {
    if (!reviewer_in)
      reviewer_in = reviewer.sign_in(TwoSides::kReviewer, sides.password()).has_value();
    open = 0;
    for (size_t i = 0; i < filings.size(); ++i) {
      const bool may_start = static_cast<int>(i) * plan_now.provider_kills <=
                             kills * plan_now.orders + plan_now.orders;
      if (may_start && !filings[i].done()) filings[i].advance(reviewer);
      open += filings[i].done() ? 0 : 1;
    }
  }
  over = true;
  killer.join();
  ASSERT_EQ(killer_trouble, "");
  ASSERT_EQ(open, 0u) << "orders not finished in time\n" << sides.log_end();
  for (const auto& filing : filings) EXPECT_EQ(filing.trouble(), "");
  EXPECT_EQ(kills, plan_now.provider_kills) << "the orders were done before the kills were";

  app::ApiUser authority(sides.authority_url());
  const auto filed = authority.get("/manage/filed");
  ASSERT_TRUE(filed) << app::describe(filed.error());
  std::set<int64_t> entities;
  std::set<std::string> numbers, domains;
  for (const auto& record : filed->items()) {
    entities.insert(record["provider_entity_id"].as_int());
    numbers.insert(record["entity_number"].as_string());
    for (const auto& service : record["services"].items())
      for (const auto& domain : service["domains"].items()) domains.insert(domain.as_string());
  }
  const auto expected = static_cast<size_t>(plan_now.orders);
  EXPECT_EQ(filed->size(), expected);
  EXPECT_EQ(entities.size(), expected);
  EXPECT_EQ(numbers.size(), expected);
  EXPECT_EQ(domains.size(), expected);

  const auto uploads = authority.get("/manage/uploads?provider_id=1001");
  ASSERT_TRUE(uploads) << app::describe(uploads.error());
  std::set<int64_t> sequences;
  for (const auto& upload : uploads->items()) {
    EXPECT_TRUE(sequences.insert(upload["sequence"].as_int()).second) << "a sequence number twice";
  }
  ASSERT_FALSE(sequences.empty());
  EXPECT_EQ(*sequences.begin(), 1);
  EXPECT_EQ(*sequences.rbegin(), static_cast<int64_t>(sequences.size())) << "a gap";
}

INSTANTIATE_TEST_SUITE_P(Backends, Crash, ::testing::ValuesIn(testing::backends()));

}  // namespace
}  // namespace beian::tests
