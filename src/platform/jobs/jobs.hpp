// Work for later as rows: leased, retried with growing pauses, taken by any node. An outbox message
// is a job enqueued in the transaction of the change that it tells about. Handlers are idempotent:
// a job runs at least once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "platform/db/db.hpp"

namespace beian::jobs {

struct NewJob {
  std::string kind;  // "orders.completed", "authority.report"
  Json payload;
  TimePoint run_at;
  // With a key, at most one waiting job of that kind and key exists; a second enqueue changes
  // nothing but may bring run_at forward. One that runs already does not count (it may have looked
  // before the change): a new one is made, and waits until the running one is done.
  std::string key;
};
void enqueue(db::Tx& tx, const NewJob& job);

struct Job {
  std::string id;
  std::string kind;
  Json payload;
  int attempt;  // 1 at first, and again after Outcome::again
};

// What a handler wants to happen next.
struct Outcome {
  enum class Kind { done, again } kind = Kind::done;
  Millis after{0};  // again: not before this long; does not count as a failure
  static Outcome done() { return {}; }
  static Outcome again(Millis after) { return {Kind::again, after}; }
};
// Problems or an exception: tried again later with back-off (1 s doubling to 5 min, with jitter).
using Handler = std::function<Result<Outcome>(const Job&)>;

struct WorkerOptions {
  size_t threads = 2;
  Millis lease{60'000};  // a lost node's jobs come back after this; renewed while running
  Millis poll{500};      // when nothing nudges
};

// Takes only jobs of kinds that it has a handler for. While the database is away it waits for it.
class Worker {
 public:
  Worker(std::shared_ptr<db::Database> database, const Clock& clock, WorkerOptions options = {});
  ~Worker();
  void on(std::string kind, Handler handler);  // before start()
  void start();
  // Lets running handlers finish (at most `grace`), starts none. Idempotent. A handler that takes
  // longer goes on; the destructor waits for it.
  void stop(Millis grace = Millis{5000});
  // Somebody enqueued: look now instead of at the next poll. Thread-safe, cheap.
  void nudge();
  // Runs everything due on the calling thread until nothing is; for tests, instead of start().
  size_t run_due();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace beian::jobs
