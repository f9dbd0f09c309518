// The bytes of a short host at once: what is lowered, where the dots are, whether anything stands
// there that needs a closer look.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace beian::gate {

struct Scan {
  uint64_t dots = 0;  // bit i: raw[i] is a dot
  uint64_t odd = 0;   // bit i: raw[i] is no letter, digit, hyphen, underscore or dot
};

inline constexpr size_t kScanned = 64;

inline Scan scan_bytes(const char* raw, size_t size, char* out) {
  Scan scan;
  for (size_t i = 0; i < size; ++i) {
    char c = raw[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    scan.dots |= static_cast<uint64_t>(c == '.') << i;
    scan.odd |= static_cast<uint64_t>(!plain && c != '.') << i;
    out[i] = c;
  }
  return scan;
}

#if defined(__SSE2__)

inline __m128i between(__m128i x, char low, char high) {  // signed: bytes from 0x80 are below all
  return _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(high + 1)), x));
}

struct Scanned16 {
  __m128i lower;
  uint64_t dots, odd;
};

inline Scanned16 scan16(__m128i raw) {
  const __m128i lower =
      _mm_or_si128(raw, _mm_and_si128(between(raw, 'A', 'Z'), _mm_set1_epi8(0x20)));
  const __m128i dot = _mm_cmpeq_epi8(raw, _mm_set1_epi8('.'));
  const __m128i plain =
      _mm_or_si128(_mm_or_si128(between(lower, 'a', 'z'), between(lower, '0', '9')),
                   _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(raw, _mm_set1_epi8('-')), dot),
                                _mm_cmpeq_epi8(raw, _mm_set1_epi8('_'))));
  return {lower, static_cast<uint64_t>(_mm_movemask_epi8(dot)),
          static_cast<uint64_t>(_mm_movemask_epi8(plain) ^ 0xffff)};
}

// 0 < size <= kScanned. Writes the lowered bytes to `out`, which has room for kScanned, and never
// reads outside the given ones: the last piece overlaps the one before.
inline Scan scan_host(const char* raw, size_t size, char* out) {
  Scan scan;
  if (size >= 16) {
    for (size_t at = 0;; at += 16) {
      if (at + 16 > size) at = size - 16;
      const Scanned16 piece = scan16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(raw + at)));
      scan.dots |= piece.dots << at;
      scan.odd |= piece.odd << at;
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + at), piece.lower);
      if (at + 16 == size) return scan;
    }
  }
  if (size < 4) return scan_bytes(raw, size, out);
  uint64_t low = 0, high = 0;  // the bytes as two numbers, nothing read twice
  if (size >= 8) {
    std::memcpy(&low, raw, 8);
    std::memcpy(&high, raw + size - 8, 8);
    high = size == 8 ? 0 : high >> (8 * (16 - size));
  } else {
    uint32_t first = 0, last = 0;
    std::memcpy(&first, raw, 4);
    std::memcpy(&last, raw + size - 4, 4);
    low = first | static_cast<uint64_t>(last) << (8 * (size - 4));
  }
  const Scanned16 piece =
      scan16(_mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low)));
  const uint64_t within = (uint64_t{1} << size) - 1;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), piece.lower);
  return {piece.dots & within, piece.odd & within};
}

#else

inline Scan scan_host(const char* raw, size_t size, char* out) {
  return scan_bytes(raw, size, out);
}

#endif

}  // namespace beian::gate
