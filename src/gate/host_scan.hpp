// The bytes of a short host at once: what is lowered, where the dots are, whether anything stands
// there that needs a closer look.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gate/hash.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace beian::gate {

// By how far from the end: bit 63 for the last byte, bit 62 for the one before it.
struct Scan {
  uint64_t dots = 0;
  uint64_t odd = 0;  // no letter, digit, hyphen, underscore or dot
};

inline constexpr size_t kScanned = 64;

// 0 < size <= kScanned. Writes the lowered bytes to what ends at `end`, where there is room for
// kScanned; what stands before them is not told.
inline Scan scan_bytes(const char* raw, size_t size, char* end) {
  Scan scan;
  for (size_t i = 0; i < size; ++i) {
    char c = raw[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    const uint64_t bit = uint64_t{1} << (kScanned - size + i);
    if (c == '.')
      scan.dots |= bit;
    else if (!plain)
      scan.odd |= bit;
    end[static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(size)] = c;
  }
  return scan;
}

#if defined(__SSE2__)

struct Scanned16 {
  __m128i lower;
  uint64_t dots, odd;
};

inline Scanned16 scan16(__m128i raw) {
  // low <= byte <= high, in two steps: what lies within comes to stand above all others.
  const auto within = [](__m128i x, char low, char high) {
    const __m128i moved = _mm_add_epi8(x, _mm_set1_epi8(static_cast<char>(0x7f - high)));
    return _mm_cmpgt_epi8(moved, _mm_set1_epi8(static_cast<char>(0x7e - (high - low))));
  };
  const auto is = [raw](char c) { return _mm_cmpeq_epi8(raw, _mm_set1_epi8(c)); };
  const __m128i bit = _mm_set1_epi8(0x20);
  const __m128i letter = within(_mm_or_si128(raw, bit), 'a', 'z');
  // From '-' to '9' there is nothing else but dot and slash.
  const __m128i other = _mm_or_si128(_mm_andnot_si128(is('/'), within(raw, '-', '9')), is('_'));
  return {_mm_or_si128(raw, _mm_and_si128(letter, bit)),
          static_cast<uint64_t>(_mm_movemask_epi8(is('.'))),
          static_cast<uint64_t>(_mm_movemask_epi8(_mm_or_si128(letter, other)) ^ 0xffff)};
}

// The same, and never reads outside the given bytes. Between 8 and 32 of them, as nearly all hosts
// have, it takes the same steps whatever their number is: guessing it would cost more.
[[gnu::always_inline]] inline Scan scan_host(const char* raw, size_t size, char* end) {
  if (size < 8) return scan_bytes(raw, size, end);
  Scan scan;
  // The 8 bytes that end so many before the end; where the host begins within them, what stands
  // before is something of it. Where it is over already they are nothing at all.
  const auto word = [&](size_t before) __attribute__((always_inline)) {
    if (before == 0) return load64(raw + size - 8);
    const int64_t from = static_cast<int64_t>(size - before) - 8;
    const int64_t missing = -from & from >> 63;  // not by max(), which becomes a branch
    return load64(raw + (from + missing)) << (missing * 8 & 63);
  };
  const auto piece = [&](size_t before) __attribute__((always_inline)) {
    const __m128i bytes =
        _mm_set_epi64x(static_cast<int64_t>(word(before)), static_cast<int64_t>(word(before + 8)));
    const Scanned16 scanned = scan16(bytes);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(end - before - 16), scanned.lower);
    scan.dots |= scanned.dots << (48 - before);
    scan.odd |= scanned.odd << (48 - before);
  };
  piece(0);
  piece(16);
  if (size > 32) {
    piece(32);
    piece(48);
  }
  const uint64_t within = ~uint64_t{0} << (kScanned - size);
  return {scan.dots & within, scan.odd & within};
}

#else

inline Scan scan_host(const char* raw, size_t size, char* end) {
  return scan_bytes(raw, size, end);
}

#endif

}  // namespace beian::gate
