// The hash of names and of sections of a snapshot: multiply and fold, several bytes a cycle. It
// finds damage and spreads names; it is no protection against somebody who forges a file.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace beian::gate {

static_assert(std::endian::native == std::endian::little, "snapshots are read as they lie");

inline uint64_t load64(const char* p) {
  uint64_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

// The same number, of which the compiler knows nothing: it makes no branch of what follows from it.
// Such a branch is guessed wrong half of the time when hosts come in no order.
inline uint64_t opaque(uint64_t number) {
  asm("" : "+r"(number));
  return number;
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

// The last 32 bytes of a name, words[3] the very last; what is not of the name is 0. Nearly every
// name is told by these and its size, and getting them takes no branch.
struct Tail {
  static constexpr size_t kBytes = 32;
  uint64_t words[4];
};

inline constexpr auto kTailMasks = [] {
  std::array<char, 2 * Tail::kBytes> bytes{};
  for (size_t i = Tail::kBytes; i < bytes.size(); ++i) bytes[i] = static_cast<char>(0xff);
  return bytes;
}();

// Of the name of `size` bytes before `end`. Reads Tail::kBytes before `end`, however short it is:
// they must be there, whatever they hold.
inline Tail tail_of(const char* end, size_t size) {
  const char* masks = kTailMasks.data() + std::min(size, Tail::kBytes);
  return {{load64(end - 32) & load64(masks), load64(end - 24) & load64(masks + 8),
           load64(end - 16) & load64(masks + 16), load64(end - 8) & load64(masks + 24)}};
}

// Of the name of `size` bytes before `end` with that tail.
inline uint64_t tail_hash(const Tail& tail, const char* end, size_t size, uint64_t seed) {
  for (size_t left = size; left > Tail::kBytes; left -= 16)
    seed = fold(load64(end - left) ^ kMix[1], load64(end - left + 8) ^ seed);
  const uint64_t near = fold(tail.words[3] ^ kMix[0], tail.words[2] ^ seed);
  const uint64_t far = fold(tail.words[1] ^ kMix[2], tail.words[0] ^ seed);
  return fold(near ^ size ^ kMix[3], far ^ kMix[1]);
}

// Reads Tail::kBytes before the end of the name, as tail_of does.
inline uint64_t padded_hash(const char* p, size_t size, uint64_t seed) {
  return tail_hash(tail_of(p + size, size), p + size, size, seed);
}

// Whether the name of `size` bytes before `end`, no more than Tail::kBytes, has that tail.
inline bool has_tail_plain(const char* end, size_t size, const Tail& tail) {
  char padded[Tail::kBytes] = {};
  std::memcpy(padded + Tail::kBytes - size, end - size, size);
  return std::memcmp(padded, tail.words, sizeof padded) == 0;
}

#if defined(__SSE2__)

inline __m128i load_piece(const void* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(p));
}

// The same. Reads 16 bytes before `end`, 32 of a name with more than 16: what is farther away may
// be far in memory.
inline bool has_tail(const char* end, size_t size, const Tail& tail) {
  const char* masks = kTailMasks.data() + size;
  const size_t more = opaque(static_cast<uint64_t>(size > 16)) * 16;
  const __m128i far = _mm_and_si128(load_piece(end - 16 - more), load_piece(masks));
  const __m128i near = _mm_and_si128(load_piece(end - 16), load_piece(masks + 16));
  const __m128i same = _mm_and_si128(_mm_cmpeq_epi8(far, load_piece(tail.words)),
                                     _mm_cmpeq_epi8(near, load_piece(tail.words + 2)));
  return _mm_movemask_epi8(same) == 0xffff;
}

#else

inline bool has_tail(const char* end, size_t size, const Tail& tail) {
  return has_tail_plain(end, size, tail);
}

#endif

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
