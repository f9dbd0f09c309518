// News of orders for pages that stay open: each watcher has a stream of server-sent events, and one
// thread looks for all of them. It looks when this process has changed something (`changed`), and
// now and then for what others have changed: a question for a hundred orders, none where nobody
// watches.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "orders/order.hpp"
#include "platform/http/stream.hpp"

namespace beian::orders {

struct WatchLimits {
  size_t all = 1000;
  size_t of_one = 4;  // of one sign-in: a browser opens no more than six connections in all
  std::chrono::milliseconds pause{3000};  // between two looks without a signal
  // Then the client comes again, and is asked anew who he is.
  std::chrono::milliseconds life{15LL * 60 * 1000};
};

class Watchers {
 public:
  explicit Watchers(std::shared_ptr<db::Database> database, WatchLimits limits = {});
  ~Watchers();
  Watchers(const Watchers&) = delete;
  Watchers& operator=(const Watchers&) = delete;

  void start();
  // Ends the thread and all streams. Idempotent.
  void stop();
  // Something was committed that may concern an order. Thread-safe, cheap.
  void changed();

  // A stream that tells at once where the order stands when that is not `seen` (its version, or 0),
  // and then whenever it moves. An order that has come to its end is told and the stream ends.
  // too_many: of one sign-in; unavailable: in all, or after stop().
  Result<std::shared_ptr<http::Stream>> watch(const Order& order, const std::string& who,
                                              int64_t seen);
  // One look; for tests, instead of start(). How many were told something.
  size_t look();
  size_t watching() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Watch {
    std::string order_id, account_id, who;
    int64_t seen = 0;
    Time until;
    std::shared_ptr<http::Stream> stream;
  };
  void run();
  void drop_ended();  // under the lock

  std::shared_ptr<db::Database> database_;
  const WatchLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool changed_ = false, stopped_ = false;
  std::vector<Watch> watches_;
  std::mutex looking_;   // one look at a time
  std::mutex stopping_;  // one stop at a time
  std::thread thread_;
};

// One event of the stream: its id is the version, so that a client that comes again (Last-Event-ID)
// is told only what it has missed.
std::string event_text(const std::string& order_id, int64_t version, State state);

}  // namespace beian::orders
