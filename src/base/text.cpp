#include "base/text.hpp"

#include <iconv.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace beian::text {

namespace {

// Length of the UTF-8 sequence at s[0], 0 when it is not one.
size_t sequence_length(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto tail = [&](size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!tail(1) || !tail(2)) return 0;
    if (c == 0xE0 && byte(1) < 0xA0) return 0;
    if (c == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (c == 0xF0 && byte(1) < 0x90) return 0;
    if (c == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

uint32_t code_point(std::string_view s, size_t n) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(s[i]));
  };
  switch (n) {
    case 1:
      return byte(0);
    case 2:
      return ((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F);
    case 3:
      return ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
    default:
      return ((byte(0) & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) |
             (byte(3) & 0x3F);
  }
}

bool is_ascii(std::string_view s) {
  for (const char c : s) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// One open descriptor per direction and thread: opening costs more than most conversions.
class Converter {
 public:
  Converter(const char* to, const char* from) : cd_(iconv_open(to, from)) {
    if (reinterpret_cast<intptr_t>(cd_) == -1)
      throw std::runtime_error("iconv knows no GBK: install the C library's locale modules");
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { iconv_close(cd_); }

  // Appends the converted text to out; returns how many bytes of `in` were converted.
  size_t convert(std::string_view in, std::string& out) {
    iconv(cd_, nullptr, nullptr, nullptr, nullptr);
    char* source = const_cast<char*>(in.data());
    size_t left = in.size();
    while (left > 0) {
      char buffer[4096];
      char* target = buffer;
      size_t room = sizeof buffer;
      const size_t rc = iconv(cd_, &source, &left, &target, &room);
      out.append(buffer, sizeof buffer - room);
      if (rc == static_cast<size_t>(-1) && errno != E2BIG) break;
    }
    return in.size() - left;
  }

 private:
  iconv_t cd_;
};

Converter& to_gbk_converter() {
  thread_local Converter converter("GBK", "UTF-8");
  return converter;
}

// How many bytes of `utf8` were converted. glibc writes the euro sign as 0x80, which is no GBK to
// anybody else.
size_t append_gbk(std::string_view utf8, std::string& out) {
  constexpr std::string_view kEuro = "\xE2\x82\xAC";
  return to_gbk_converter().convert(utf8.substr(0, utf8.find(kEuro)), out);
}

std::unexpected<Problems> bad_encoding(const char* name) {
  return fail(ProblemCode::bad_encoding, "", {{"encoding", name}});
}

}  // namespace

bool is_utf8(std::string_view s) {
  while (!s.empty()) {
    // Most of what comes is base64 and markup: eight ASCII bytes at once.
    uint64_t eight = 0;
    if (s.size() >= sizeof eight) {
      std::memcpy(&eight, s.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        s.remove_prefix(sizeof eight);
        continue;
      }
    }
    const size_t n = sequence_length(s);
    if (n == 0) return false;
    s.remove_prefix(n);
  }
  return true;
}

size_t length(std::string_view utf8) {
  size_t n = 0;
  for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

Result<std::string> to_gbk(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  std::string out;
  if (append_gbk(utf8, out) != utf8.size()) return bad_encoding("GBK");
  return out;
}

Result<std::string> to_gbk_xml(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  std::string out;
  while (!utf8.empty()) {
    utf8.remove_prefix(append_gbk(utf8, out));
    if (utf8.empty()) break;
    const size_t n = sequence_length(utf8);
    if (n == 0) return bad_encoding("UTF-8");
    char reference[16];
    const auto end =
        std::to_chars(reference, reference + sizeof reference, code_point(utf8, n), 16).ptr;
    out += "&#x";
    out.append(reference, end);
    out += ';';
    utf8.remove_prefix(n);
  }
  return out;
}

Result<std::string> from_gbk(std::string_view gbk) {
  if (is_ascii(gbk)) return std::string(gbk);
  thread_local Converter converter("UTF-8", "GBK");
  std::string out;
  if (converter.convert(gbk, out) != gbk.size()) return bad_encoding("GBK");
  return out;
}

std::string_view trim(std::string_view s) {
  constexpr std::string_view kIdeographicSpace = "\xE3\x80\x80";
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  for (bool again = true; again;) {
    again = false;
    while (!s.empty() && blank(s.front())) s.remove_prefix(1);
    while (!s.empty() && blank(s.back())) s.remove_suffix(1);
    if (s.starts_with(kIdeographicSpace)) {
      s.remove_prefix(kIdeographicSpace.size());
      again = true;
    }
    if (s.ends_with(kIdeographicSpace)) {
      s.remove_suffix(kIdeographicSpace.size());
      again = true;
    }
  }
  return s;
}

std::string lower_ascii(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string upper_ascii(std::string_view s) {
  std::string out(s);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<std::string> split(std::string_view s, char separator) {
  std::vector<std::string> out;
  while (true) {
    const size_t at = s.find(separator);
    out.emplace_back(s.substr(0, at));
    if (at == s.npos) return out;
    s.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

bool all_digits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
}

bool parse_i64(std::string_view s, int64_t& out) {
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
  return error == std::errc() && end == s.data() + s.size();
}

bool equal_secret(std::string_view a, std::string_view b) {
  unsigned char differ = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < a.size(); ++i)
    differ |= static_cast<unsigned char>(a[i] ^ (i < b.size() ? b[i] : ~a[i]));
  return differ == 0;
}

std::string escape_markup(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace beian::text
