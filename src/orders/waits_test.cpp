// The usual waiting time comes from orders of the same province and kind that have ended.
#include "orders/waits.hpp"

#include <gtest/gtest.h>

#include "orders/world_for_test.hpp"

namespace beian::orders {
namespace {

using std::chrono::hours;

TEST(UsualTime, NothingFromFewCases) {
  EXPECT_FALSE(usual_of({}));
  EXPECT_FALSE(usual_of(std::vector<Millis>(kLeastWaits - 1, Millis{1})));
  const auto five = usual_of({Millis{50}, Millis{10}, Millis{40}, Millis{20}, Millis{30}});
  ASSERT_TRUE(five);
  EXPECT_EQ(five->cases, 5u);
  EXPECT_EQ(five->median, Millis{30});
  EXPECT_EQ(five->most, Millis{50});
  std::vector<Millis> hundred;
  for (int i = 100; i > 0; --i) hundred.emplace_back(i);
  EXPECT_EQ(usual_of(hundred)->median, Millis{50});
  EXPECT_EQ(usual_of(hundred)->most, Millis{90});
}

class Waits : public OrdersWorld {
 protected:
  Context context() {
    return Context{db_.database, *blobs_,    clock_,    cipher_, status_,
                   passwords_,   directory_, Options{}, {}};
  }
  Json waiting(const std::string& id, const std::string& account = "a1") {
    const auto answer = send("GET", "/api/v1/orders/" + id + "/waiting", account);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  void pass(Millis time) { clock_.advance(time); }
  // So long in review, then so long at the authority; the rest takes no time.
  void completed(int n, Millis review, Millis authority) {
    const std::string id = submitted("a1", sample_document(n));
    pass(review);
    ASSERT_TRUE(apply(id, Event::review_pass, Actor::reviewer));
    ASSERT_TRUE(apply(id, Event::report, Actor::system));
    ASSERT_TRUE(apply(id, Event::accept, Actor::authority));
    pass(authority);
    ASSERT_TRUE(apply(id, Event::approve, Actor::authority));
  }
  int64_t kept() {
    return db_.database->read_value(
        [](db::Tx& tx) { return tx.query_i64("SELECT COUNT(*) AS n FROM order_waits"); });
  }
  static constexpr int64_t kHour = 3600;
};
INSTANTIATE_TEST_SUITE_P(Backends, Waits, ::testing::ValuesIn(testing::backends()));

TEST_P(Waits, AreToldForTheStepAndUntilTheNumber) {
  for (int n = 1; n <= 4; ++n) completed(n, hours(n), hours(100 * n));
  keep_waits(context());
  const std::string id = submitted("a1", sample_document(9));
  EXPECT_EQ(waiting(id)["state"].as_string(), "in_review");
  EXPECT_TRUE(waiting(id)["step"].is_null()) << "four cases are too few";
  EXPECT_TRUE(waiting(id)["number"].is_null());
  EXPECT_EQ(waiting(id)["least_cases"].as_int(), 5);
  completed(5, hours(5), hours(500));
  keep_waits(context());
  const Json in_review = waiting(id);
  EXPECT_EQ(
      in_review["step"],
      Json::object({{"cases", 5}, {"median_seconds", 3 * kHour}, {"most_seconds", 5 * kHour}}));
  EXPECT_EQ(
      in_review["number"],
      Json::object({{"cases", 5}, {"median_seconds", 303 * kHour}, {"most_seconds", 505 * kHour}}));
  ASSERT_TRUE(apply(id, Event::review_pass, Actor::reviewer));
  ASSERT_TRUE(apply(id, Event::report, Actor::system));
  ASSERT_TRUE(apply(id, Event::accept, Actor::authority));
  const Json there = waiting(id);
  EXPECT_EQ(there["state"].as_string(), "at_authority");
  EXPECT_EQ(there["step"]["median_seconds"].as_int(), 300 * kHour);
  EXPECT_EQ(there["number"], there["step"]);
  ASSERT_TRUE(apply(id, Event::approve, Actor::authority));
  const Json over = waiting(id);
  EXPECT_TRUE(over["state"].is_null());
  EXPECT_TRUE(over["step"].is_null());
}

TEST_P(Waits, InTheApplicantsHandsTheNextStepIsTold) {
  for (int n = 1; n <= 5; ++n) completed(n, hours(n), hours(1));
  keep_waits(context());
  const std::string id = complete_draft("a1", sample_document(9));
  EXPECT_EQ(waiting(id)["state"].as_string(), "in_review");
  EXPECT_EQ(waiting(id)["step"]["cases"].as_int(), 5);
  send("POST", "/api/v1/orders/" + id + "/submit", "a1");
  ASSERT_TRUE(apply(id, Event::review_needs_changes, Actor::reviewer));
  EXPECT_EQ(waiting(id)["state"].as_string(), "in_rereview");
  EXPECT_TRUE(waiting(id)["step"].is_null());
  EXPECT_EQ(send("GET", "/api/v1/orders/" + id + "/waiting", "a2").status, 404);
}

// What was taken back tells nothing of the reviewer, what was given up nothing of the number.
TEST_P(Waits, OnlyWhatWasWaitedForCounts) {
  for (int n = 1; n <= 5; ++n) {
    const std::string id = submitted("a1", sample_document(n));
    pass(hours(n));
    const std::string path = "/api/v1/orders/" + id;
    ASSERT_EQ(send("POST", path + "/withdraw", "a1").status, 200);
    ASSERT_EQ(send("POST", path + "/submit", "a1").status, 200);
    pass(hours(10 * n));
    ASSERT_TRUE(apply(id, Event::review_reject, Actor::reviewer));
    ASSERT_EQ(send("POST", path + "/abandon", "a1").status, 200);
  }
  EXPECT_EQ(keep_waits(context()), 5u);
  const std::string id = submitted("a1", sample_document(9));
  EXPECT_EQ(
      waiting(id)["step"],
      Json::object({{"cases", 5}, {"median_seconds", 30 * kHour}, {"most_seconds", 50 * kHour}}));
  EXPECT_TRUE(waiting(id)["number"].is_null());
}

TEST_P(Waits, AnotherProvinceOrKindOrYearDoesNotCount) {
  for (int n = 1; n <= 5; ++n) completed(n, hours(n), hours(1));
  keep_waits(context());
  const std::string id = submitted("a1", sample_document(9));
  EXPECT_FALSE(waiting(id)["step"].is_null());
  db_.database->write([](db::Tx& tx) { tx.exec("UPDATE order_waits SET province = 110000"); });
  EXPECT_TRUE(waiting(id)["step"].is_null());
  db_.database->write([](db::Tx& tx) {
    tx.exec("UPDATE order_waits SET province = 440000, kind = 'add_service'");
  });
  EXPECT_TRUE(waiting(id)["step"].is_null());
  db_.database->write([](db::Tx& tx) { tx.exec("UPDATE order_waits SET kind = 'first'"); });
  EXPECT_FALSE(waiting(id)["step"].is_null());
  pass(std::chrono::days(366));
  EXPECT_TRUE(waiting(id)["step"].is_null());
}

// A limit that is reached must not leave behind what is older than what was written down.
TEST_P(Waits, TheOldestIsWrittenDownFirst) {
  for (int n = 1; n <= 3; ++n) {
    const std::string path = "/api/v1/orders/" + submitted("a1", sample_document(n));
    for (const auto* step : {"/withdraw", "/abandon"})
      ASSERT_EQ(send("POST", path + step, "a1").status, 200);
    pass(hours(1));
  }
  pass(std::chrono::days(30));
  completed(4, hours(1), hours(1));
  size_t all = 0;
  while (const size_t some = keep_waits(context(), 1)) all += some;
  EXPECT_EQ(all, 4u);
}

TEST_P(Waits, EachOrderIsWrittenDownOnce) {
  for (int n = 1; n <= 3; ++n) completed(n, hours(1), hours(1));
  EXPECT_EQ(keep_waits(context(), 2), 2u);
  EXPECT_EQ(keep_waits(context(), 2), 1u);
  EXPECT_EQ(keep_waits(context(), 2), 0u);
  const int64_t rows = kept();
  EXPECT_EQ(rows, 3 * 5);  // draft, in review, ready, reporting, at the authority
  // One that ends now joins them, by the job of the room.
  completed(4, hours(1), hours(1));
  jobs::Worker worker(db_.database, clock_);
  api_.on_jobs(worker);
  api_.schedule();
  worker.run_due();
  EXPECT_EQ(kept(), rows + 5);
}

}  // namespace
}  // namespace beian::orders
