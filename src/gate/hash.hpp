// The hash of names and of sections of a snapshot: multiply and fold, several bytes a cycle. It
// finds damage and spreads names; it is no protection against somebody who forges a file.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace beian::gate {

static_assert(std::endian::native == std::endian::little, "snapshots are read as they lie");

inline uint64_t load64(const char* p) {
  uint64_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

inline uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

// The high half of the product: spreads `hash` over 0 … n-1, in the order of the hashes.
inline uint64_t scale(uint64_t hash, uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(hash) * n) >> 64);
}

inline constexpr uint64_t kMix[4] = {0xa0761d6478bd642fULL, 0xe7037ed1a0b428dbULL,
                                     0x8ebc6af09c88c6e3ULL, 0x589965cc75374cc3ULL};

// Reads up to 8 bytes before `p` when the name is shorter than that: they must be there, whatever
// they hold. size > 0.
inline uint64_t padded_hash(const char* p, size_t size, uint64_t seed) {
  uint64_t a, b = 0;
  if (size <= 8) {
    a = load64(p + size - 8) >> (64 - 8 * size);
  } else if (size <= 16) {
    a = load64(p + size - 8);
    b = load64(p);
  } else {
    size_t at = 0;
    for (; at + 16 < size; at += 16)
      seed = fold(load64(p + at) ^ kMix[1], load64(p + at + 8) ^ seed);
    a = load64(p + size - 8);
    b = load64(p + size - 16);
  }
  return fold(kMix[2] ^ size, fold(a ^ kMix[0], b ^ seed ^ kMix[1]) ^ seed);
}

// Both have 8 bytes before them that may be read.
inline bool same_bytes(const char* a, const char* b, size_t size) {
  if (size < 8)
    return size == 0 || (load64(a + size - 8) ^ load64(b + size - 8)) >> (64 - 8 * size) == 0;
  for (size_t at = 0; at + 8 < size; at += 8) {
    if (load64(a + at) != load64(b + at)) return false;
  }
  return load64(a + size - 8) == load64(b + size - 8);
}

// The same hash for bytes that stand anywhere.
uint64_t name_hash(std::string_view name, uint64_t seed);

// Of a section of a file, fed in order in pieces of any size.
class Checksum {
 public:
  void add(const void* data, size_t size);
  uint64_t value() const;

 private:
  static constexpr size_t kBlock = 64;
  void block(const char* p);
  uint64_t lanes_[4] = {kMix[0], kMix[1], kMix[2], kMix[3]};
  char rest_[kBlock];
  size_t held_ = 0;
  uint64_t size_ = 0;
};

uint64_t checksum(std::string_view bytes);

}  // namespace beian::gate
