// The registry's feed of changes as a gate follows it, at a steady rate, for benchmarks: names that
// are filed anew, and others that are not filed, so that no host's answer changes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace beian::bench {

class Feed {
 public:
  // filed_name(n) is filed for n below `names`, and not for others.
  Feed(uint64_t names, uint64_t changes_a_second);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // On a thread that stays on the core of the one who calls.
  void begin();
  uint16_t port() const { return port_; }
  // Between changes and none.
  void go_on(bool on) { on_ = on; }
  uint64_t told() const { return told_; }

 private:
  void run();
  void serve(int fd);
  uint64_t next_beat();
  std::string changes(uint64_t count);

  const uint64_t names_, rate_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> on_ = true, stop_ = false;
  std::atomic<uint64_t> told_ = 0;
  uint64_t chain_ = 0;
  std::chrono::steady_clock::time_point beat_;
  std::thread thread_;
};

}  // namespace beian::bench
