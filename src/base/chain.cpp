#include "base/chain.hpp"

#include <charconv>

namespace beian {

namespace {

// FNV-1a.
void add(uint64_t& hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3ULL;
  hash = (hash ^ 0xff) * 0x100000001b3ULL;  // no UTF-8 has this byte: texts do not run together
}

}  // namespace

uint64_t chain_after(uint64_t before, int64_t number, std::string_view domain,
                     std::string_view what, std::string_view filing_number) {
  // A step of its own, or the last bits of one and the first digit of the other could make up for
  // each other.
  uint64_t hash = (0xcbf29ce484222325ULL ^ before) * 0x100000001b3ULL;
  add(hash, std::to_string(number));
  add(hash, domain);
  add(hash, what);
  add(hash, filing_number);
  // Spread, so that the next change's first bytes do not meet only the low bits.
  hash ^= hash >> 32;
  hash *= 0x9E3779B97F4A7C15ULL;
  hash ^= hash >> 29;
  return hash == 0 ? 1 : hash;
}

std::string chain_text(uint64_t chain) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + 16, chain, 16).ptr;
  const std::string text(digits, end);
  return std::string(16 - text.size(), '0') + text;
}

Result<uint64_t> parse_chain(std::string_view text) {
  uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (text.size() != 16 || error != std::errc() || end != text.data() + text.size())
    return fail(ProblemCode::bad_format);
  return out;
}

}  // namespace beian
