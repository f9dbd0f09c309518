#include "base/encoding.hpp"

#include <array>
#include <cstdint>

namespace beian {

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<int8_t, 256> make_reverse() {
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (size_t i = 0; i < kBase64.size(); ++i)
    table[static_cast<unsigned char>(kBase64[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr auto kReverse = make_reverse();

// Pictures pass here several times on their way: the text is sized once and written in place.
std::string encode(std::string_view bytes, std::string_view alphabet, bool pad) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  const auto byte = [&](size_t at) {
    return static_cast<uint32_t>(static_cast<unsigned char>(bytes[at]));
  };
  size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const uint32_t n = (byte(i) << 16) | (byte(i + 1) << 8) | byte(i + 2);
    *out++ = alphabet[n >> 18];
    *out++ = alphabet[(n >> 12) & 63];
    *out++ = alphabet[(n >> 6) & 63];
    *out++ = alphabet[n & 63];
  }
  const size_t left = bytes.size() - i;
  if (left > 0) {
    const uint32_t n = (byte(i) << 16) | (left == 2 ? byte(i + 1) << 8 : 0);
    *out++ = alphabet[n >> 18];
    *out++ = alphabet[(n >> 12) & 63];
    if (left == 2) *out++ = alphabet[(n >> 6) & 63];
    if (!pad) text.resize(static_cast<size_t>(out - text.data()));
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::unexpected<Problems> bad(const char* name) {
  return fail(ProblemCode::bad_encoding, "", {{"encoding", name}});
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  return encode(bytes, kBase64, true);
}
std::string base64url_encode(std::string_view bytes) {
  return encode(bytes, kBase64Url, false);
}

Result<std::string> base64_decode(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  char* out = bytes.data();
  uint32_t bits = 0;
  int count = 0;
  size_t i = 0;
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  for (; i < text.size() && text[i] != '='; ++i) {
    const int v = kReverse[static_cast<unsigned char>(text[i])];
    if (v < 0) {
      if (blank(text[i])) continue;
      return bad("base64");
    }
    bits = (bits << 6) | static_cast<uint32_t>(v);
    if (++count == 4) {
      *out++ = static_cast<char>(bits >> 16);
      *out++ = static_cast<char>(bits >> 8);
      *out++ = static_cast<char>(bits);
      bits = 0;
      count = 0;
    }
  }
  int padding = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '=') {
      ++padding;
    } else if (!blank(text[i])) {
      return bad("base64");
    }
  }
  if (count == 2 && padding == 2 && (bits & 0xF) == 0) {
    *out++ = static_cast<char>(bits >> 4);
  } else if (count == 3 && padding == 1 && (bits & 0x3) == 0) {
    *out++ = static_cast<char>(bits >> 10);
    *out++ = static_cast<char>(bits >> 2);
  } else if (count != 0 || padding != 0) {
    return bad("base64");
  }
  bytes.resize(static_cast<size_t>(out - bytes.data()));
  return bytes;
}

std::string hex_encode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

Result<std::string> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return bad("hex");
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return bad("hex");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string percent_encode(std::string_view s) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : s) {
    if (kUnreserved.find(c) != kUnreserved.npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view s, bool plus_is_blank) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '%') {
      if (s.size() - i < 3) return bad("percent");
      const int high = hex_value(s[i + 1]);
      const int low = hex_value(s[i + 2]);
      if (high < 0 || low < 0) return bad("percent");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_blank && s[i] == '+' ? ' ' : s[i];
    }
  }
  return out;
}

}  // namespace beian
