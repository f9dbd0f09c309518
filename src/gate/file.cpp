#include "gate/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace beian::gate {

namespace {

FileIdentity identity_in(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size,
          static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

}  // namespace

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return identity_in(status);
}

std::optional<FileIdentity> identity_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return {};
  return identity_in(status);
}

void write_all_at(int fd, const void* data, size_t size, uint64_t offset) {
  const char* p = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::pwrite(fd, p, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("write");
    p += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
}

void read_all_at(int fd, void* data, size_t size, uint64_t offset) {
  char* p = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n = ::pread(fd, p, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno("read");
    if (n == 0) throw std::runtime_error("a temporary file is shorter than it was");
    p += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Descriptor open_nameless(const std::string& folder) {
  Descriptor nameless = open_file(folder, O_TMPFILE | O_RDWR, 0600);
  if (nameless.is_open()) return nameless;
  // Not every file system has them.
  std::string name = folder + "/.gate-XXXXXX";
  Descriptor named(::mkostemp(name.data(), O_CLOEXEC));
  if (!named.is_open()) throw_errno("a temporary file in " + folder);
  ::unlink(name.c_str());
  return named;
}

void publish(int fd, const std::string& from, const std::string& to) {
  if (::fsync(fd) != 0) throw_errno("fsync " + from);
  if (::rename(from.c_str(), to.c_str()) != 0) throw_errno("rename to " + to);
  const std::string folder = folder_of(to);
  const Descriptor place = open_file(folder, O_RDONLY | O_DIRECTORY);
  if (!place.is_open() || ::fsync(place.get()) != 0) throw_errno("fsync " + folder);
}

}  // namespace beian::gate
