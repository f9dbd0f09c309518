#include "platform/xml/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "base/text.hpp"

namespace beian::xml {

namespace {

std::unexpected<Problems> refuse(std::string reason) {
  return fail(ProblemCode::wire_schema, "", {{"path", "/"}, {"reason", std::move(reason)}});
}

bool high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// The first byte at or after `from` with its highest bit set; size() when there is none.
size_t next_high(std::string_view s, size_t from) {
  constexpr uint64_t kHigh = 0x8080808080808080u;
  for (; from + 8 <= s.size(); from += 8) {
    uint64_t word;
    std::memcpy(&word, s.data() + from, 8);
    if ((word & kHigh) != 0) break;
  }
  while (from < s.size() && !high(s[from])) ++from;
  return from;
}

// The end of the run of multi-byte characters that starts at `from`. A second byte may be ASCII;
// one that is a digit makes the character four bytes long (GB18030).
size_t run_end(std::string_view s, size_t from) {
  while (from < s.size() && high(s[from])) {
    if (from + 1 < s.size() && s[from + 1] >= '0' && s[from + 1] <= '9')
      from += 4;
    else
      from += 2;
  }
  return std::min(from, s.size());
}

class Converter {
 public:
  explicit Converter(const char* from) : cd_(iconv_open("UTF-8", from)) {
    if (cd_ == reinterpret_cast<iconv_t>(-1))
      throw std::runtime_error(std::string("iconv knows no ") + from);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { iconv_close(cd_); }

  bool convert(std::string_view in, std::string& out) {
    iconv(cd_, nullptr, nullptr, nullptr, nullptr);
    char* source = const_cast<char*>(in.data());
    size_t left = in.size();
    while (left > 0) {
      char buffer[4096];
      char* target = buffer;
      size_t room = sizeof buffer;
      const size_t rc = iconv(cd_, &source, &left, &target, &room);
      out.append(buffer, sizeof buffer - room);
      if (rc == static_cast<size_t>(-1) && errno != E2BIG) return false;
    }
    return true;
  }

 private:
  iconv_t cd_;
};

// Most of a large document is base64, so ASCII is copied and only the rest goes through iconv.
Result<std::string_view> from_gb(std::string_view bytes, const char* encoding,
                                 std::string& storage) {
  size_t at = next_high(bytes, 0);
  if (at == bytes.size()) return bytes;
  Converter converter(encoding);
  storage.reserve(bytes.size() + bytes.size() / 16);
  size_t copied = 0;
  while (at < bytes.size()) {
    storage.append(bytes.substr(copied, at - copied));
    copied = run_end(bytes, at);
    if (!converter.convert(bytes.substr(at, copied - at), storage))
      return refuse("bytes at or after " + std::to_string(at) + " are not " + encoding);
    at = next_high(bytes, copied);
  }
  storage.append(bytes.substr(copied));
  return std::string_view(storage);
}

// The value of `encoding` in the XML declaration; empty without one. Its syntax is libxml2's to
// judge, so this only needs to find the same value where the declaration is well-formed.
std::string declared_encoding(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return "";
  const std::string_view declaration = bytes.substr(0, std::min<size_t>(bytes.find("?>"), 256));
  size_t at = declaration.find("encoding");
  if (at == declaration.npos) return "";
  at += std::strlen("encoding");
  const auto skip_blanks = [&] {
    while (at < declaration.size() && std::strchr(" \t\r\n", declaration[at]) != nullptr) ++at;
  };
  skip_blanks();
  if (at >= declaration.size() || declaration[at] != '=') return "";
  ++at;
  skip_blanks();
  if (at >= declaration.size() || (declaration[at] != '"' && declaration[at] != '\'')) return "";
  const size_t end = declaration.find(declaration[at], at + 1);
  if (end == declaration.npos) return "";
  return text::upper_ascii(declaration.substr(at + 1, end - at - 1));
}

Result<std::string_view> from_utf16(std::string_view bytes, const char* encoding,
                                    std::string& storage) {
  Converter converter(encoding);
  if (!converter.convert(bytes, storage)) return refuse("the bytes are not UTF-16");
  return std::string_view(storage);
}

}  // namespace

Result<std::string_view> to_utf8(std::string_view bytes, std::string& storage) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE"sv)) return from_utf16(bytes.substr(2), "UTF-16LE", storage);
  if (bytes.starts_with("\xFE\xFF"sv)) return from_utf16(bytes.substr(2), "UTF-16BE", storage);
  if (bytes.starts_with("<\0?\0"sv)) return from_utf16(bytes, "UTF-16LE", storage);
  if (bytes.starts_with("\0<\0?"sv)) return from_utf16(bytes, "UTF-16BE", storage);

  const bool mark = bytes.starts_with("\xEF\xBB\xBF");
  if (mark) bytes.remove_prefix(3);
  const std::string encoding = declared_encoding(bytes);
  if (mark || encoding.empty() || encoding == "UTF-8" || encoding == "UTF8" ||
      encoding == "US-ASCII") {
    if (!text::is_utf8(bytes)) return refuse("the bytes are not UTF-8");
    return bytes;
  }
  // GB2312 is what many say who mean GBK, and GBK holds all of it.
  if (encoding == "GBK" || encoding == "GB2312" || encoding == "CP936")
    return from_gb(bytes, "GBK", storage);
  if (encoding == "GB18030") return from_gb(bytes, "GB18030", storage);
  return refuse("unsupported encoding " + encoding);
}

}  // namespace beian::xml
