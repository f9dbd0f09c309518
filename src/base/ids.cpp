#include "base/ids.hpp"

#include <sys/random.h>

#include <cerrno>
#include <stdexcept>

namespace beian {

namespace {
constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kAlphanumeric =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
}  // namespace

std::string random_bytes(size_t n) {
  std::string out(n, '\0');
  for (size_t done = 0; done < n;) {
    const ssize_t got = getrandom(out.data() + done, n - done, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error("getrandom failed");
    done += static_cast<size_t>(got);
  }
  return out;
}

std::string random_alphanumeric(size_t n) {
  std::string out;
  while (out.size() < n) {
    for (const char c : random_bytes(n * 2)) {
      // 248 = 4 * 62: a byte above would favour the first characters.
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 248 && out.size() < n) out += kAlphanumeric[byte % 62];
    }
  }
  return out;
}

std::string new_id(TimePoint now) {
  std::string out;
  const auto ms = static_cast<uint64_t>(to_ms(now));
  for (int shift = 45; shift >= 0; shift -= 5) out += kCrockford[(ms >> shift) & 31];
  for (const char c : random_bytes(16)) out += kCrockford[static_cast<unsigned char>(c) & 31];
  return out;
}

}  // namespace beian
