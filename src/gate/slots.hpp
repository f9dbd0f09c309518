// The two questions about a line of the index: which of its records can be that of a name, and
// where is the i-th.
#pragma once

#include <cstdint>

#include "gate/format.hpp"
#include "gate/hash.hpp"

namespace beian::gate::format {

// Bit i for the i-th: it has the tag, and its size is that of a name of `size` bytes, with times or
// without.
inline uint32_t matches_plain(const char* line, uint8_t tag, size_t size) {
  uint32_t mask = 0;
  for (size_t i = 0; i < kSlots; ++i) {
    const uint8_t its = static_cast<uint8_t>(line[kSizesAt + i]);
    const bool fits =
        its == static_cast<uint8_t>(size) || its == static_cast<uint8_t>(size + kTimes);
    mask |= static_cast<uint32_t>(fits && static_cast<uint8_t>(line[kTagsAt + i]) == tag) << i;
  }
  return mask;
}

inline uint32_t sizes_plain(const char* line, size_t i) {
  uint32_t sum = 0;
  for (size_t k = 0; k < i; ++k) sum += static_cast<uint8_t>(line[kSizesAt + k]);
  return sum;
}

#if defined(__SSE2__)

inline uint32_t matches(const char* line, uint8_t tag, size_t size) {
  const auto all = [](size_t byte) { return _mm_set1_epi8(static_cast<char>(byte)); };
  const __m128i wanted = all(tag), plain = all(size), timed = all(size + kTimes);
  const auto piece = [&](size_t at) {
    const __m128i sizes = load_piece(line + kSizesAt + at);
    const __m128i fits = _mm_or_si128(_mm_cmpeq_epi8(sizes, plain), _mm_cmpeq_epi8(sizes, timed));
    const __m128i same = _mm_cmpeq_epi8(load_piece(line + kTagsAt + at), wanted);
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_and_si128(fits, same)));
  };
  return piece(0) | piece(kSlots - 16) << (kSlots - 16);
}

// The sum of the first i sizes, i <= 28.
inline uint32_t sizes(const char* line, size_t i) {
  static constexpr struct Ones {
    uint8_t bytes[64] = {};
    constexpr Ones() {
      for (size_t k = 0; k < 32; ++k) bytes[k] = 0xff;
    }
  } kOnes;
  const char* mask = reinterpret_cast<const char*>(kOnes.bytes) + 32 - i;
  const __m128i first = _mm_and_si128(load_piece(line + kSizesAt), load_piece(mask));
  const __m128i second =
      _mm_and_si128(_mm_srli_si128(load_piece(line + kLineBytes - 16), 4), load_piece(mask + 16));
  const __m128i zero = _mm_setzero_si128();
  const __m128i sum = _mm_add_epi64(_mm_sad_epu8(first, zero), _mm_sad_epu8(second, zero));
  return static_cast<uint32_t>(_mm_cvtsi128_si32(sum)) +
         static_cast<uint32_t>(_mm_cvtsi128_si32(_mm_srli_si128(sum, 8)));
}

#else

inline uint32_t matches(const char* line, uint8_t tag, size_t size) {
  return matches_plain(line, tag, size);
}
inline uint32_t sizes(const char* line, size_t i) {
  return sizes_plain(line, i);
}

#endif

// Those that the line has at all.
inline uint32_t matches_within(const char* line, uint8_t tag, size_t size) {
  const size_t count = std::min<size_t>(load16(line + kCountAt), kSlots);
  return matches(line, tag, size) & ((uint32_t{1} << count) - 1);
}

}  // namespace beian::gate::format
