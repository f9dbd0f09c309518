// Files as the builder needs them: all of it written or an exception.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace beian::gate {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

[[noreturn]] void throw_errno(const std::string& what);
void write_all(int fd, const void* data, size_t size);
void write_all_at(int fd, const void* data, size_t size, uint64_t offset);
void read_all_at(int fd, void* data, size_t size, uint64_t offset);
// A file of this folder that has no name and is gone with its descriptor.
Descriptor open_nameless(const std::string& folder);
std::string folder_of(const std::string& path);
// From `from` to `to` with the disk's word that it lasts. `fd` is of `from`.
void publish(int fd, const std::string& from, const std::string& to);

}  // namespace beian::gate
