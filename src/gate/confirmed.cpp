#include "gate/confirmed.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/descriptor.hpp"

namespace beian::gate {

namespace {
// Of one size, so that what is written takes the whole place of what was there.
constexpr size_t kSize = 2 * 20 + 2;
}  // namespace

std::string lock_path(const std::string& snapshot) {
  return snapshot + ".lock";
}

std::optional<Confirmed> read_confirmed(const std::string& snapshot) {
  const Descriptor file = open_file(lock_path(snapshot), O_RDONLY | O_NONBLOCK);
  std::array<char, kSize + 1> text{};
  if (!file.is_open() || ::pread(file.get(), text.data(), kSize, 0) != ssize_t{kSize}) return {};
  unsigned long long at = 0, sequence = 0;
  if (std::sscanf(text.data(), "%20llu %20llu", &at, &sequence) != 2) return {};
  return Confirmed{static_cast<Seconds>(at), sequence};
}

void write_confirmed(int lock, const Confirmed& confirmed) {
  std::array<char, kSize + 1> text{};
  std::snprintf(text.data(), text.size(), "%020llu %020llu\n",
                static_cast<unsigned long long>(confirmed.at),
                static_cast<unsigned long long>(confirmed.sequence));
  static_cast<void>(::pwrite(lock, text.data(), kSize, 0));
}

}  // namespace beian::gate
