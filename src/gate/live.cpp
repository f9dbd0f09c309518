#include "gate/live.hpp"

#include <utility>

namespace beian::gate {

Live::Live(std::shared_ptr<const Snapshot> snapshot) {
  View view;
  view.sequence = snapshot->sequence();
  view.snapshot = std::move(snapshot);
  view_ = std::make_shared<const View>(std::move(view));
}

void Live::publish(std::shared_ptr<const View> view) {
  // The old one is let go outside of the lock: unmapping a snapshot takes its time.
  {
    const std::lock_guard held(lock_);
    view_.swap(view);
    version_.fetch_add(1, std::memory_order_release);
  }
}

std::shared_ptr<const View> Live::view() const {
  const std::lock_guard held(lock_);
  return view_;
}

const View& Live::Reader::view() {
  const uint64_t version = live_->version_.load(std::memory_order_acquire);
  if (version != version_) {
    view_ = live_->view();
    version_ = version;
  }
  return *view_;
}

Answer Live::Reader::lookup(std::string_view raw, Seconds now) {
  return view().snapshot->lookup(raw, now);
}

Answer Live::Reader::lookup(const Host& host, Seconds now) {
  return view().snapshot->lookup(host, now);
}

void Live::Reader::lookup(std::span<const std::string_view> raw, Seconds now,
                          std::span<Answer> out) {
  view().snapshot->lookup(raw, now, out);
}

}  // namespace beian::gate
