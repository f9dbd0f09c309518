// What a fuzz target says when something that must hold does not.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace beian::fuzz {

inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view view(const unsigned char* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace beian::fuzz
