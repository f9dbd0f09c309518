#include "gate/printable.hpp"

#include "base/text.hpp"

namespace beian::gate {

std::string printable(std::string_view raw) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      out += c;
    } else {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 0xf]};
    }
  }
  return out;
}

std::string readable(std::string_view raw) {
  return text::is_utf8(raw) ? std::string(raw) : printable(raw);
}

}  // namespace beian::gate
