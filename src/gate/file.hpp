// Files as the builder needs them: all of it written or an exception.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace beian::gate {

// Which file it is. A new one under the same name differs in one of them.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  int64_t changed = 0;  // nanoseconds since 1970
  bool operator==(const FileIdentity&) const = default;
};
// Nothing: there is no such file, or it cannot be asked for.
std::optional<FileIdentity> identity_of(const std::string& path);
std::optional<FileIdentity> identity_of(int fd);

void write_all_at(int fd, const void* data, size_t size, uint64_t offset);
void read_all_at(int fd, void* data, size_t size, uint64_t offset);
// A file of this folder that has no name and is gone with its descriptor.
Descriptor open_nameless(const std::string& folder);
std::string folder_of(const std::string& path);
// From `from` to `to` with the disk's word that it lasts. `fd` is of `from`.
void publish(int fd, const std::string& from, const std::string& to);

}  // namespace beian::gate
