// A file descriptor that is closed with its owner, and what is done with one whoever owns it.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>

namespace beian {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_;
};

// Not inherited by programs that are started. Not open, and errno says why, when that fails.
Descriptor open_file(const std::string& path, int flags, mode_t mode = 0);

// std::system_error with errno and what could not be done.
[[noreturn]] void throw_errno(const std::string& what);
// All of it, or throw_errno(what).
void write_all(int fd, std::string_view bytes, const std::string& what);

}  // namespace beian
