// Pieces that the readers of log lines share.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace beian::gate::scan {

// Where `what`, which is not empty, stands in `in`; npos: nowhere. By its first byte, for that is
// what decides in logs. Fields are short: sixteen bytes are looked at where they are, calls cost
// more than that.
inline size_t find(std::string_view in, std::string_view what) {
  const auto stands = [&](size_t at) {
    if (what.size() == 1) return true;
    if (at + what.size() > in.size() || in[at + 1] != what[1]) return false;
    return what.size() == 2 || std::memcmp(in.data() + at, what.data(), what.size()) == 0;
  };
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8(what.front());
  for (; at + 16 <= in.size(); at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in.data() + at));
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, first)));
    for (; hits != 0; hits &= hits - 1) {
      const size_t hit = at + static_cast<size_t>(std::countr_zero(hits));
      if (stands(hit)) return hit;
    }
  }
#endif
  for (; at < in.size(); ++at) {
    if (in[at] == what.front() && stands(at)) return at;
  }
  return std::string_view::npos;
}

// The word before the next blank; `rest` goes on behind it and the blanks that follow.
inline std::string_view word(std::string_view& rest) {
  const size_t end = rest.find(' ');
  const std::string_view out = rest.substr(0, end);
  const size_t next = end == rest.npos ? rest.npos : rest.find_first_not_of(' ', end);
  rest = next == rest.npos ? std::string_view() : rest.substr(next);
  return out;
}

inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// The variable of a log_format that tells the host best, without its dollar; null: there is none.
const char* host_variable(std::string_view pattern);

}  // namespace beian::gate::scan
