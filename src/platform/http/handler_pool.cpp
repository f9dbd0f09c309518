#include "platform/http/handler_pool.hpp"

#include <algorithm>

namespace beian::http {

HandlerPool::HandlerPool(size_t threads, size_t queue_limit)
    : room_(std::max<size_t>(threads, 1) + queue_limit) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i)
    threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool() {
  close();
  join();
}

bool HandlerPool::reserve() {
  const std::lock_guard lock(mutex_);
  if (room_ == 0) return false;
  --room_;
  return true;
}

void HandlerPool::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void HandlerPool::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
}

void HandlerPool::join() {
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void HandlerPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (closed_) return;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    ++room_;
  }
}

}  // namespace beian::http
