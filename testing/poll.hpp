// Waiting for something that happens on another thread or in another process: by looking again and
// again until a deadline, never by a fixed sleep.
#pragma once

#include <chrono>
#include <thread>

namespace beian::testing {

// Whether `condition` became true in time.
template <class Condition>
bool eventually(Condition condition,
                std::chrono::milliseconds deadline = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace beian::testing
