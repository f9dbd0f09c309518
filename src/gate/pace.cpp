#include "gate/pace.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace beian::gate {

namespace {

constexpr uint64_t kWork = 100'000, kRest = 100'000;  // nanoseconds

uint64_t nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace

void stand_back() {
  constexpr int kNice = 10;
  const auto thread = static_cast<id_t>(gettid());
  const int now = getpriority(PRIO_PROCESS, thread);
  static_cast<void>(setpriority(PRIO_PROCESS, thread, std::max(now, kNice)));
}

void Pace::look() {
  const uint64_t now = nanoseconds();
  if (began_ == 0) began_ = now;
  if (now - began_ < kWork) return;
  const timespec rest{0, kRest};
  nanosleep(&rest, nullptr);
  began_ = nanoseconds();
}

}  // namespace beian::gate
