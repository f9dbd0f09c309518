#include "base/personal.hpp"

#include <string.h>

#include "base/text.hpp"

namespace beian {

Secret::~Secret() {
  explicit_bzero(value_.data(), value_.size());
}

std::string mask_name(std::string_view utf8) {
  if (utf8.empty()) return {};
  size_t first = 1;
  while (first < utf8.size() && (static_cast<unsigned char>(utf8[first]) & 0xC0) == 0x80) ++first;
  const size_t hidden = text::length(utf8.substr(first));
  return std::string(utf8.substr(0, first)) + std::string(hidden == 0 ? 1 : hidden, '*');
}

std::string mask_number(std::string_view s) {
  if (s.size() <= 4) return std::string(s.size(), '*');
  const size_t head = s.size() >= 8 ? 3 : 0;
  const size_t tail = s.size() >= 8 ? 4 : 1;
  return std::string(s.substr(0, head)) + std::string(s.size() - head - tail, '*') +
         std::string(s.substr(s.size() - tail));
}

}  // namespace beian
