#include "platform/jobs/jobs.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "testing/database.hpp"
#include "testing/poll.hpp"

namespace beian::jobs {
namespace {

class Jobs : public ::testing::TestWithParam<std::string> {
 protected:
  void add(const std::string& kind, Json payload = {}, std::string key = {},
           Millis in = Millis(0)) {
    db_->write([&](db::Tx& tx) { enqueue(tx, {kind, payload, clock_.now() + in, key}); });
  }
  int64_t count() {
    return db_->read_value([](db::Tx& tx) { return tx.query_i64("SELECT count(*) FROM jobs"); });
  }
  testing::TestDatabase test_ = testing::make_database(GetParam());
  std::shared_ptr<db::Database> db_ = test_.database;
  FakeClock clock_;
  SystemClock real_;
};

TEST_P(Jobs, RunWithTheirPayloadAndAreGone) {
  Worker worker(db_, clock_);
  std::vector<std::string> seen;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    seen.push_back(to_string(job.payload));
    EXPECT_EQ(job.attempt, 1);
    EXPECT_EQ(job.kind, "a");
    return Outcome::done();
  });
  add("a", Json::object({{"name", "样例"}}));
  add("other");
  EXPECT_EQ(worker.run_due(), 1u);
  EXPECT_EQ(seen, (std::vector<std::string>{R"({"name":"样例"})"}));
  EXPECT_EQ(count(), 1) << "a kind without handler is left to other nodes";
}

TEST_P(Jobs, RollBackWithTheChangeTheyTellAbout) {
  EXPECT_THROW(db_->write([&](db::Tx& tx) {
    enqueue(tx, {"a", {}, clock_.now(), ""});
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_EQ(count(), 0);
}

TEST_P(Jobs, WaitForTheirTimeInOrder) {
  Worker worker(db_, clock_);
  std::vector<int64_t> seen;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    seen.push_back(job.payload.as_int());
    return Outcome::done();
  });
  add("a", 3, "", Millis(3000));
  add("a", 1, "", Millis(1000));
  add("a", 2, "", Millis(2000));
  EXPECT_EQ(worker.run_due(), 0u);
  clock_.advance(Millis(2500));
  EXPECT_EQ(worker.run_due(), 2u);
  clock_.advance(Millis(500));
  EXPECT_EQ(worker.run_due(), 1u);
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2, 3}));
}

TEST_P(Jobs, FailuresPauseLongerEachTime) {
  Worker worker(db_, clock_);
  std::vector<int> attempts;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    attempts.push_back(job.attempt);
    if (job.attempt == 1) return fail(ProblemCode::peer_unreachable, "/x", {{"reason", "secret"}});
    throw std::runtime_error("boom");
  });
  add("a");
  Millis expected(1000);
  for (int attempt = 1; attempt <= 12; ++attempt) {
    ASSERT_EQ(worker.run_due(), 1u) << attempt;
    const auto row = db_->read_value([](db::Tx& tx) { return tx.query_one("SELECT * FROM jobs"); });
    const auto pause = row->i64("run_at") - to_ms(clock_.now());
    EXPECT_GE(pause, expected.count() * 8 / 10);
    EXPECT_LE(pause, expected.count() * 12 / 10);
    EXPECT_EQ(row->text("last_error"), attempt == 1 ? "peer_unreachable at /x" : "boom");
    EXPECT_EQ(worker.run_due(), 0u);
    clock_.advance(expected * 6 / 5);
    expected = std::min(expected * 2, Millis(300'000));
  }
  EXPECT_EQ(attempts.size(), 12u);
  EXPECT_EQ(attempts.back(), 12);
}

TEST_P(Jobs, AgainIsNoFailure) {
  Worker worker(db_, clock_);
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    EXPECT_EQ(job.attempt, 1);
    return Outcome::again(Millis(5000));
  });
  add("a");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(worker.run_due(), 1u);
    clock_.advance(Millis(4999));
    EXPECT_EQ(worker.run_due(), 0u);
    clock_.advance(Millis(1));
  }
}

TEST_P(Jobs, OneWaitingJobForEachKey) {
  Worker worker(db_, clock_);
  std::vector<int64_t> seen;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    seen.push_back(job.payload.as_int());
    return Outcome::done();
  });
  add("a", 1, "key", Millis(10'000));
  add("a", 2, "key", Millis(20'000));  // later: no change
  EXPECT_EQ(count(), 1);
  add("a", 3, "other", Millis(10'000));
  add("b", 4, "key");
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(worker.run_due(), 0u);
  add("a", 5, "key");  // brings it forward
  EXPECT_EQ(count(), 3);
  EXPECT_EQ(worker.run_due(), 1u);
  EXPECT_EQ(seen, (std::vector<int64_t>{1}));
}

TEST_P(Jobs, AnEnqueueDuringTheRunRunsAfterIt) {
  Worker worker(db_, clock_);
  int runs = 0;
  worker.on("a", [&](const Job&) -> Result<Outcome> {
    if (++runs == 1) {
      add("a", {}, "key");
      add("a", {}, "key");
      // Another worker must not take it now.
      Worker other(db_, clock_);
      other.on("a", [](const Job&) -> Result<Outcome> {
        ADD_FAILURE() << "two of one key at a time";
        return Outcome::done();
      });
      EXPECT_EQ(other.run_due(), 0u);
    }
    return Outcome::done();
  });
  add("a", {}, "key");
  EXPECT_EQ(worker.run_due(), 2u);
  EXPECT_EQ(count(), 0);
}

TEST_P(Jobs, AFailedOneJoinsTheNewerOneOfItsKey) {
  Worker worker(db_, clock_);
  std::vector<int> attempts;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    attempts.push_back(job.attempt);
    if (attempts.size() > 1) return Outcome::done();
    add("a", {}, "key");
    return fail(ProblemCode::conflict);
  });
  add("a", {}, "key");
  EXPECT_EQ(worker.run_due(), 2u);
  EXPECT_EQ(attempts, (std::vector<int>{1, 2}));
  EXPECT_EQ(count(), 0);
}

// A node that died: its job comes back when the lease is over, and what it says later is not heard.
TEST_P(Jobs, ALostLeaseComesBackAndItsHolderIsNotHeard) {
  Worker slow(db_, clock_), other(db_, clock_);
  int runs = 0;
  other.on("a", [&](const Job& job) -> Result<Outcome> {
    ++runs;
    EXPECT_EQ(job.attempt, 2);
    return Outcome::again(Millis(1000));
  });
  slow.on("a", [&](const Job&) -> Result<Outcome> {
    EXPECT_EQ(other.run_due(), 0u);
    clock_.advance(Millis(59'999));
    EXPECT_EQ(other.run_due(), 0u);
    clock_.advance(Millis(1));
    EXPECT_EQ(other.run_due(), 1u);
    return Outcome::done();
  });
  add("a");
  EXPECT_EQ(slow.run_due(), 1u);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(count(), 1) << "the slow one's done() must not remove what the other put back";
}

TEST_P(Jobs, ThreadsRunEachOnceAndNudgesWakeThem) {
  WorkerOptions options;
  options.threads = 4;
  options.poll = Millis(60'000);  // only nudges wake it
  Worker worker(db_, real_, options);
  std::mutex mutex;
  std::multiset<int64_t> seen;
  worker.on("a", [&](const Job& job) -> Result<Outcome> {
    const std::lock_guard lock(mutex);
    seen.insert(job.payload.as_int());
    return Outcome::done();
  });
  worker.start();
  constexpr int kJobs = 60;
  for (int i = 0; i < kJobs; ++i) {
    db_->write([&](db::Tx& tx) { enqueue(tx, {"a", i, real_.now(), ""}); });
    worker.nudge();
  }
  ASSERT_TRUE(testing::eventually([&] { return count() == 0; }));
  worker.stop();
  EXPECT_EQ(seen.size(), static_cast<size_t>(kJobs));
  for (int i = 0; i < kJobs; ++i) EXPECT_EQ(seen.count(i), 1u);
}

TEST_P(Jobs, TwoNodesShareTheWorkWithoutDoubles) {
  const auto other_db = db::Database::open(test_.url);
  std::atomic<int> runs = 0;
  constexpr int kJobs = 80;
  db_->write([&](db::Tx& tx) {
    for (int i = 0; i < kJobs; ++i) enqueue(tx, {"a", i, real_.now(), ""});
  });
  const auto handler = [&](const Job&) -> Result<Outcome> {
    ++runs;
    return Outcome::done();
  };
  Worker first(db_, real_), second(other_db, real_);
  first.on("a", handler);
  second.on("a", handler);
  first.start();
  second.start();
  ASSERT_TRUE(testing::eventually([&] { return count() == 0; }));
  first.stop();
  second.stop();
  EXPECT_EQ(runs, kJobs);
}

TEST_P(Jobs, ALongHandlerKeepsItsLease) {
  WorkerOptions options;
  options.lease = Millis(300);
  options.poll = Millis(10);
  std::atomic<int> runs = 0;
  std::atomic<bool> go_on = false;
  const auto handler = [&](const Job&) -> Result<Outcome> {
    ++runs;
    testing::eventually([&] { return go_on.load(); });
    return Outcome::done();
  };
  Worker first(db_, real_, options), second(db_, real_, options);
  first.on("a", handler);
  second.on("a", handler);
  first.start();
  second.start();
  add("a", {}, "", real_.now() - clock_.now());
  ASSERT_TRUE(testing::eventually([&] { return runs == 1; }));
  // Four leases long.
  const auto start = real_.now();
  testing::eventually([&] { return real_.now() - start > Millis(1200); });
  EXPECT_EQ(runs, 1);
  go_on = true;
  EXPECT_TRUE(testing::eventually([&] { return count() == 0; }));
  EXPECT_EQ(runs, 1);
}

TEST_P(Jobs, StopLetsTheRunningOneFinishAndStartsNone) {
  std::atomic<bool> started = false, go_on = false;
  std::atomic<int> finished = 0;
  WorkerOptions options;
  options.threads = 1;
  Worker worker(db_, real_, options);
  worker.on("a", [&](const Job&) -> Result<Outcome> {
    started = true;
    testing::eventually([&] { return go_on.load(); });
    ++finished;
    return Outcome::done();
  });
  db_->write([&](db::Tx& tx) {
    for (int i = 0; i < 2; ++i) enqueue(tx, {"a", i, real_.now(), ""});
  });
  worker.start();
  ASSERT_TRUE(testing::eventually([&] { return started.load(); }));
  worker.stop(Millis(20));  // too short for it
  EXPECT_EQ(finished, 0);
  go_on = true;
  worker.stop();
  worker.stop();
  EXPECT_EQ(finished, 1);
  EXPECT_EQ(count(), 1);
}

TEST_P(Jobs, ALateJobRunsAtItsTimeNotAtThePoll) {
  WorkerOptions options;
  options.poll = Millis(60'000);
  Worker worker(db_, real_, options);
  worker.on("a", [](const Job&) -> Result<Outcome> { return Outcome::done(); });
  db_->write([&](db::Tx& tx) { enqueue(tx, {"a", {}, real_.now() + Millis(150), ""}); });
  worker.start();
  EXPECT_TRUE(testing::eventually([&] { return count() == 0; }));
}

INSTANTIATE_TEST_SUITE_P(Backends, Jobs, ::testing::ValuesIn(testing::backends()),
                         [](const auto& backend) { return backend.param; });

}  // namespace
}  // namespace beian::jobs
