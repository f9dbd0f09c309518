// A line that is written anew on a terminal while something long goes on; nothing elsewhere.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>

namespace beian::app {

class Progress {
 public:
  // "records": what is counted.
  explicit Progress(const char* what) : what_(what), shown_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() {
    if (shown_ && told_) std::fputs("\r\033[K", stderr);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void step() {
    if (++count_ % kStep == 0) tell();
  }
  void at(uint64_t count) {
    count_ = count;
    tell();
  }

 private:
  void tell() {
    told_ = true;
    if (shown_) std::fprintf(stderr, "\r%.2f million %s", static_cast<double>(count_) / 1e6, what_);
  }
  static constexpr uint64_t kStep = 1u << 18;
  const char* what_;
  bool shown_, told_ = false;
  uint64_t count_ = 0;
};

}  // namespace beian::app
