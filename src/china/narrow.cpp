#include "china/narrow.hpp"

namespace beian::china {

std::string narrow(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (size_t i = 0; i < s.size();) {
    const auto byte = [&](size_t at) {
      return at < s.size() ? static_cast<unsigned char>(s[at]) : 0u;
    };
    const unsigned a = byte(i), b = byte(i + 1), c = byte(i + 2);
    if (a == 0xEF && (b == 0xBC || b == 0xBD) && c >= 0x80 && c < 0xC0) {
      const unsigned point = 0xF000 | ((b & 0x3F) << 6) | (c & 0x3F);  // U+FF00 to U+FF7F
      if (point >= 0xFF01 && point <= 0xFF5E) {
        out += static_cast<char>(point - 0xFF01 + '!');
        i += 3;
        continue;
      }
    }
    const bool ideographic_space = a == 0xE3 && b == 0x80 && c == 0x80;
    const bool no_break_space = a == 0xC2 && b == 0xA0;
    const bool dash = (a == 0xE2 && b == 0x80 && c >= 0x90 && c <= 0x95) ||  // U+2010 to U+2015
                      (a == 0xE2 && b == 0x88 && c == 0x92);                 // U+2212
    if (ideographic_space || no_break_space) {
      out += ' ';
      i += no_break_space ? 2 : 3;
    } else if (dash) {
      out += '-';
      i += 3;
    } else {
      out += s[i++];
    }
  }
  return out;
}

std::string squeeze(std::string_view utf8) {
  std::string out = narrow(utf8);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return out;
}

}  // namespace beian::china
