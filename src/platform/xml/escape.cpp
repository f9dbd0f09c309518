// Text on its way out.
#include <array>
#include <cstdint>

#include "platform/xml/xml.hpp"

namespace beian::xml {

namespace {

// What append_escaped does with a byte.
enum class Kind : uint8_t { plain, markup, forbidden, maybe };
constexpr auto kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (int c = 0; c < 0x20; ++c) kinds[static_cast<size_t>(c)] = Kind::forbidden;
  kinds['\t'] = kinds['\n'] = Kind::plain;
  for (const char c : {'&', '<', '>', '"', '\r'})
    kinds[static_cast<unsigned char>(c)] = Kind::markup;
  kinds[0xEF] = Kind::maybe;  // U+FFFE and U+FFFF are EF BF BE and EF BF BF
  return kinds;
}();

bool noncharacter(std::string_view s, size_t at) {
  return s.substr(at).starts_with("\xEF\xBF\xBE") || s.substr(at).starts_with("\xEF\xBF\xBF");
}

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return "&#13;";
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view utf8) {
  size_t plain = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const Kind kind = kKinds[static_cast<unsigned char>(utf8[i])];
    if (kind == Kind::plain || (kind == Kind::maybe && !noncharacter(utf8, i))) continue;
    out.append(utf8.substr(plain, i - plain));
    out.append(kind == Kind::markup ? escaped(utf8[i]) : std::string_view("\xEF\xBF\xBD"));
    if (kind == Kind::maybe) i += 2;
    plain = i + 1;
  }
  out.append(utf8.substr(plain));
}

size_t find_forbidden(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    const Kind kind = kKinds[static_cast<unsigned char>(utf8[i])];
    if (kind == Kind::forbidden || (kind == Kind::maybe && noncharacter(utf8, i))) return i;
  }
  return std::string_view::npos;
}

}  // namespace beian::xml
