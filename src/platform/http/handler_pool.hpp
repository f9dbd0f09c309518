// The bounded pool of threads that runs handlers. Private to platform/http.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace beian::http {

class HandlerPool {
 public:
  using Job = std::move_only_function<void()>;  // must not throw

  HandlerPool(size_t threads, size_t queue_limit);
  ~HandlerPool();  // waits for running jobs, drops waiting ones
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  // A place for one job; false when every thread is busy and the queue is full. A place that was
  // given must be used by submit().
  bool reserve();
  void submit(Job job);
  // Lets no waiting job start any more.
  void close();
  // After close(): waits until no job runs.
  void join();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  size_t room_;  // places not given out
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace beian::http
