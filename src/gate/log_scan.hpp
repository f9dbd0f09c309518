// Pieces that the readers of log lines share.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

namespace beian::gate::scan {

// Where `what`, which is not empty, stands in `in`; npos: nowhere. By its first byte, for that is
// what decides in logs.
inline size_t find(std::string_view in, std::string_view what) {
  const char* at = in.data();
  const char* const end = at + in.size();
  while (static_cast<size_t>(end - at) >= what.size()) {
    at = static_cast<const char*>(
        std::memchr(at, what.front(), static_cast<size_t>(end - at) - what.size() + 1));
    if (at == nullptr) break;
    if (std::memcmp(at, what.data(), what.size()) == 0) return static_cast<size_t>(at - in.data());
    ++at;
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
