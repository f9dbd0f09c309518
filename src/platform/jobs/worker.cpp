#include <algorithm>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>

#include "platform/jobs/queue.hpp"
#include "platform/log/log.hpp"

namespace beian::jobs {

namespace {

constexpr Millis kFirstPause{1000}, kLongestPause{5 * 60'000};
// How long an outcome waits for a database that is away, before it tries again to tell it.
constexpr Millis kSettlePause{200};

// 1 s, 2 s, 4 s… up to 5 minutes, give or take a fifth, so that a crowd does not come back at once.
Millis pause_after(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto pause =
      std::min(kFirstPause * (int64_t{1} << std::clamp(attempt - 1, 0, 20)), kLongestPause);
  return Millis(
      std::uniform_int_distribution<int64_t>(pause.count() * 4 / 5, pause.count() * 6 / 5)(random));
}

// Codes and fields only: arguments may hold what must not be kept here.
std::string describe(const Problems& problems) {
  std::string out;
  for (const auto& problem : problems) {
    if (!out.empty()) out += ", ";
    out += spec_of(problem.code).name;
    if (!problem.field.empty()) out += " at " + problem.field;
  }
  return out;
}

}  // namespace

struct Worker::Impl {
  Impl(std::shared_ptr<db::Database> database, const Clock& time, WorkerOptions given)
      : queue(std::move(database), time, given.lease), clock(time), options(given) {}

  void loop();
  void keep_leases();
  void wait(uint64_t seen);
  bool run_one();
  void run(const Claimed& claimed);
  void settle(const Claimed& claimed, const std::function<bool()>& tell);
  void take_kinds() {
    std::vector<std::string> kinds;
    for (const auto& [kind, handler] : handlers) kinds.push_back(kind);
    queue.take_kinds(kinds);
  }

  Queue queue;
  const Clock& clock;
  const WorkerOptions options;
  std::map<std::string, Handler> handlers;

  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  uint64_t nudges = 0;
  std::list<Claimed> running;
  size_t live = 0;  // threads in loop()
  std::vector<std::thread> threads;
  std::thread keeper;
};

// True when a job was taken. Looks by a read first: an idle worker writes nothing.
bool Worker::Impl::run_one() {
  const auto due = queue.next_due();
  if (!due || *due > clock.now()) return false;
  const auto claimed = queue.claim();
  if (!claimed) return false;
  run(*claimed);
  return true;
}

void Worker::Impl::run(const Claimed& claimed) {
  std::list<Claimed>::iterator place;
  {
    const std::lock_guard lock(mutex);
    place = running.insert(running.end(), claimed);
  }
  std::string error;
  Outcome outcome;
  try {
    const auto result = handlers.at(claimed.job.kind)(claimed.job);
    if (result)
      outcome = *result;
    else
      error = describe(result.error());
  } catch (const std::exception& thrown) {
    error = thrown.what();
  } catch (...) {
    error = "unknown exception";
  }
  if (!error.empty()) {
    const Millis after = pause_after(claimed.job.attempt);
    log::warn("job.failed", {{"job", claimed.job.id},
                             {"kind", claimed.job.kind},
                             {"attempt", std::to_string(claimed.job.attempt)},
                             {"again_in_ms", std::to_string(after.count())},
                             {"error", error}});
    settle(claimed, [&] { return queue.failed(claimed, after, error); });
  } else if (outcome.kind == Outcome::Kind::again) {
    settle(claimed, [&] { return queue.again(claimed, outcome.after); });
  } else {
    settle(claimed, [&] { return queue.done(claimed); });
  }
  const std::lock_guard lock(mutex);
  running.erase(place);
}

// The outcome is told until the database hears it. If the process ends before, the job runs again
// when its lease is over: at least once.
void Worker::Impl::settle(const Claimed& claimed, const std::function<bool()>& tell) {
  for (;;) {
    try {
      if (!tell())
        log::warn("job.lease_lost", {{"job", claimed.job.id}, {"kind", claimed.job.kind}});
      return;
    } catch (const std::exception& thrown) {
      log::error("job.not_settled", {{"job", claimed.job.id}, {"error", thrown.what()}});
    }
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, kSettlePause, [&] { return stopping; })) return;
  }
}

void Worker::Impl::wait(uint64_t seen) {
  Millis pause = options.poll;
  try {
    // A job that is due but cannot be taken (another of its key runs) must not make this spin.
    if (const auto due = queue.next_due(); due && *due > clock.now())
      pause = std::clamp(std::chrono::ceil<Millis>(*due - clock.now()), Millis(1), pause);
  } catch (const std::exception&) {
    // Said already by the loop.
  }
  std::unique_lock lock(mutex);
  changed.wait_for(lock, pause, [&] { return stopping || nudges != seen; });
}

void Worker::Impl::loop() {
  for (;;) {
    uint64_t seen = 0;
    {
      const std::lock_guard lock(mutex);
      if (stopping) break;
      seen = nudges;
    }
    bool ran = false;
    try {
      ran = run_one();
    } catch (const std::exception& thrown) {
      log::error("jobs.database", {{"error", thrown.what()}});
    }
    if (ran) continue;
    wait(seen);
  }
  const std::lock_guard lock(mutex);
  --live;
  changed.notify_all();
}

// Renews what runs at a third of the lease, so that two renewals may fail.
void Worker::Impl::keep_leases() {
  std::unique_lock lock(mutex);
  while (!changed.wait_for(lock, options.lease / 3, [&] { return stopping && live == 0; })) {
    const std::vector<Claimed> now(running.begin(), running.end());
    lock.unlock();
    for (const auto& claimed : now) {
      try {
        queue.renew(claimed);
      } catch (const std::exception& thrown) {
        log::warn("job.not_renewed", {{"job", claimed.job.id}, {"error", thrown.what()}});
      }
    }
    lock.lock();
  }
}

Worker::Worker(std::shared_ptr<db::Database> database, const Clock& clock, WorkerOptions options)
    : impl_(std::make_unique<Impl>(std::move(database), clock, options)) {}

Worker::~Worker() {
  stop();
  for (auto& thread : impl_->threads) thread.join();
  if (impl_->keeper.joinable()) impl_->keeper.join();
}

void Worker::on(std::string kind, Handler handler) {
  if (!impl_->threads.empty()) throw std::logic_error("Worker::on after start");
  if (!impl_->handlers.emplace(std::move(kind), std::move(handler)).second)
    throw std::logic_error("two handlers for one kind of job");
  impl_->take_kinds();
}

void Worker::start() {
  if (!impl_->threads.empty() || impl_->handlers.empty()) return;
  impl_->live = impl_->options.threads;
  for (size_t i = 0; i < impl_->options.threads; ++i)
    impl_->threads.emplace_back([impl = impl_.get()] { impl->loop(); });
  impl_->keeper = std::thread([impl = impl_.get()] { impl->keep_leases(); });
}

void Worker::stop(Millis grace) {
  std::unique_lock lock(impl_->mutex);
  impl_->stopping = true;
  impl_->changed.notify_all();
  impl_->changed.wait_for(lock, grace, [&] { return impl_->live == 0; });
}

void Worker::nudge() {
  {
    const std::lock_guard lock(impl_->mutex);
    ++impl_->nudges;
  }
  impl_->changed.notify_all();
}

size_t Worker::run_due() {
  if (impl_->handlers.empty()) return 0;
  size_t count = 0;
  while (impl_->run_one()) ++count;
  return count;
}

}  // namespace beian::jobs
