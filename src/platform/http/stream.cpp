#include "platform/http/stream.hpp"

namespace beian::http {

bool Stream::push(std::string bytes) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  if (waiting_.size() + bytes.size() > most_)
    closed_ = true;
  else
    waiting_ += bytes;
  if (wake_) wake_();
  return !closed_;
}

void Stream::close() {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  closed_ = true;
  if (wake_) wake_();
}

bool Stream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void Stream::on_wake(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

Stream::Taken Stream::take() {
  const std::lock_guard lock(mutex_);
  Taken out{std::move(waiting_), closed_};
  waiting_.clear();
  return out;
}

}  // namespace beian::http
