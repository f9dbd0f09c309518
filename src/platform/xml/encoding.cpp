#include "platform/xml/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace beian::xml {

namespace {

constexpr size_t kMaxDeclaration = 256;  // bytes in which the encoding must be told

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

class Converter {
 public:
  explicit Converter(const char* from) : cd_(iconv_open("UTF-8", from)) {
    if (reinterpret_cast<intptr_t>(cd_) == -1)
      throw std::runtime_error(std::string("iconv knows no ") + from);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() { iconv_close(cd_); }

  // False at wrong bytes. Leaves a cut character at the end of `in`.
  bool convert(std::string_view& in, std::string& out) {
    char* source = const_cast<char*>(in.data());
    size_t left = in.size();
    bool good = true, cut = false;
    while (left > 0 && good && !cut) {
      char buffer[4096];
      char* target = buffer;
      size_t room = sizeof buffer;
      const size_t rc = iconv(cd_, &source, &left, &target, &room);
      out.append(buffer, sizeof buffer - room);
      cut = rc == static_cast<size_t>(-1) && errno == EINVAL;
      good = rc != static_cast<size_t>(-1) || errno == E2BIG || cut;
    }
    in.remove_prefix(in.size() - left);
    return good;
  }

 private:
  iconv_t cd_;
};

// GBK's pairs of bytes as UTF-8. iconv fills the table once: a document changes between ASCII and
// Chinese so often that asking it for every run takes longer than all the reading.
class GbkTable {
 public:
  struct Character {
    char bytes[3];
    uint8_t size;  // 0: no such character
  };
  static const GbkTable& get() {
    static const GbkTable table;
    return table;
  }
  Character at(char first, char second) const {
    const auto a = static_cast<unsigned char>(first), b = static_cast<unsigned char>(second);
    if (b < kSecond) return {};
    return characters_[static_cast<size_t>(a - kFirst) * kRow + (b - kSecond)];
  }

 private:
  static constexpr unsigned kFirst = 0x80, kSecond = 0x40, kRow = 0x100 - kSecond;
  GbkTable() : characters_(size_t{0x100 - kFirst} * kRow) {
    Converter converter("GBK");
    for (unsigned a = kFirst; a < 0x100; ++a) {
      for (unsigned b = kSecond; b < 0x100; ++b) {
        const char pair[] = {static_cast<char>(a), static_cast<char>(b)};
        std::string_view in(pair, 2);
        std::string utf8;
        Character& c = characters_[size_t{a - kFirst} * kRow + (b - kSecond)];
        if (!converter.convert(in, utf8) || !in.empty() || utf8.size() > sizeof c.bytes) continue;
        std::copy(utf8.begin(), utf8.end(), c.bytes);
        c.size = static_cast<uint8_t>(utf8.size());
      }
    }
  }
  std::vector<Character> characters_;
};

// False at wrong bytes, `in` then begins with them. Leaves a cut character at its end.
bool from_gbk(std::string_view& in, std::string& out) {
  const GbkTable& table = GbkTable::get();
  size_t at = 0;
  while (at < in.size()) {
    const size_t ascii = at;
    at = next_high(in, at);
    out.append(in.substr(ascii, at - ascii));
    for (; at + 1 < in.size() && high(in[at]); at += 2) {
      const GbkTable::Character c = table.at(in[at], in[at + 1]);
      if (c.size == 0) return in.remove_prefix(at), false;
      out.append(c.bytes, c.size);
    }
    if (at + 1 == in.size() && high(in[at])) break;
  }
  in.remove_prefix(at);
  return true;
}

// How many bytes at the end of `s` begin a character that is not whole.
size_t cut_utf8(std::string_view s) {
  for (size_t n = 1; n <= std::min<size_t>(3, s.size()); ++n) {
    const auto c = static_cast<unsigned char>(s[s.size() - n]);
    if (c < 0x80) return 0;
    if (c < 0xC0) continue;
    const size_t whole = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    return n < whole ? n : 0;
  }
  return 0;
}

// The value of `encoding` in the XML declaration; empty without one. Its syntax is libxml2's to
// judge, so this only needs to find the same value where the declaration is well-formed.
std::string declared_encoding(std::string_view bytes) {
  if (!bytes.starts_with("<?xml")) return "";
  const std::string_view declaration =
      bytes.substr(0, std::min<size_t>(bytes.find("?>"), kMaxDeclaration));
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

enum class Encoding { utf8, gbk, gb18030, utf16le, utf16be };

const char* name_of(Encoding encoding) {
  static constexpr std::array kNames = {"UTF-8", "GBK", "GB18030", "UTF-16LE", "UTF-16BE"};
  return kNames[static_cast<size_t>(encoding)];
}

// Drops the byte-order mark.
Result<Encoding> find_encoding(std::string_view& bytes) {
  using namespace std::string_view_literals;
  const auto marked = [&](std::string_view mark) {
    const bool found = bytes.starts_with(mark);
    if (found) bytes.remove_prefix(mark.size());
    return found;
  };
  if (marked("\xFF\xFE"sv) || bytes.starts_with("<\0?\0"sv)) return Encoding::utf16le;
  if (marked("\xFE\xFF"sv) || bytes.starts_with("\0<\0?"sv)) return Encoding::utf16be;
  const bool mark = marked("\xEF\xBB\xBF");
  const std::string encoding = declared_encoding(bytes);
  if (mark || encoding.empty() || encoding == "UTF-8" || encoding == "UTF8" ||
      encoding == "US-ASCII")
    return Encoding::utf8;
  // GB2312 is what many say who mean GBK, and GBK holds all of it.
  if (encoding == "GBK" || encoding == "GB2312" || encoding == "CP936") return Encoding::gbk;
  if (encoding == "GB18030") return Encoding::gb18030;
  return refuse("unsupported encoding " + encoding);
}

}  // namespace

struct Transcoder::Conversion {
  explicit Conversion(Encoding e) : encoding(e) {
    if (e != Encoding::utf8 && e != Encoding::gbk) converter.emplace(name_of(e));
  }
  // As convert(), but wrong bytes become U+FFFD.
  void convert_marking(std::string_view& in, std::string& out) {
    if (encoding == Encoding::utf8 && !converter) converter.emplace("UTF-8");
    while (!(encoding == Encoding::utf8 ? converter->convert(in, out) : convert(in, out))) {
      out += "\xEF\xBF\xBD";
      in.remove_prefix(encoding >= Encoding::utf16le ? std::min<size_t>(2, in.size()) : 1);
    }
  }
  // False at wrong bytes. Leaves a cut character at the end of `in`.
  bool convert(std::string_view& in, std::string& out) {
    if (encoding == Encoding::gbk) return from_gbk(in, out);
    if (encoding != Encoding::utf8) return converter->convert(in, out);
    const std::string_view whole = in.substr(0, in.size() - cut_utf8(in));
    if (!text::is_utf8(whole)) return false;
    out.append(whole);
    in.remove_prefix(whole.size());
    return true;
  }

  Encoding encoding;
  std::optional<Converter> converter;
};

Transcoder::Transcoder(bool mark_wrong) : mark_wrong_(mark_wrong) {}
Transcoder::~Transcoder() = default;

Status Transcoder::feed(std::string_view bytes, std::string& out) {
  if (conversion_ != nullptr && kept_.empty()) return convert(bytes, out, false);
  kept_.append(bytes);
  if (conversion_ == nullptr) {
    if (kept_.size() < kMaxDeclaration && kept_.find("?>") == kept_.npos) return {};
    return begin(out);
  }
  const std::string joined = std::exchange(kept_, {});
  return convert(joined, out, false);
}

Status Transcoder::finish(std::string& out) {
  if (conversion_ == nullptr) {
    if (auto begun = begin(out); !begun) return begun;
  }
  const std::string rest = std::exchange(kept_, {});
  return convert(rest, out, true);
}

Status Transcoder::begin(std::string& out) {
  const std::string all = std::exchange(kept_, {});
  std::string_view bytes = all;
  const auto encoding = find_encoding(bytes);
  if (!encoding) return fail(encoding);
  conversion_ = std::make_unique<Conversion>(*encoding);
  return convert(bytes, out, false);
}

Status Transcoder::convert(std::string_view bytes, std::string& out, bool last) {
  // Nearly all documents are good, and what checks them is faster than what mends them.
  const bool good = conversion_->convert(bytes, out);
  if (mark_wrong_) {
    if (!good) conversion_->convert_marking(bytes, out);
    if (last && !bytes.empty()) out += "\xEF\xBF\xBD";
    kept_ = last ? std::string_view() : bytes;
    return {};
  }
  if (!good || (last && !bytes.empty()))
    return refuse(std::string("the bytes are not ") + name_of(conversion_->encoding));
  kept_ = bytes;
  return {};
}

Result<std::string_view> to_utf8(std::string_view bytes, std::string& storage) {
  std::string_view text = bytes;
  const auto encoding = find_encoding(text);
  if (!encoding) return fail(encoding);
  if (*encoding == Encoding::utf8) {
    if (!text::is_utf8(text)) return refuse("the bytes are not UTF-8");
    return text;
  }
  if (*encoding == Encoding::gbk && next_high(text, 0) == text.size()) return text;
  storage.reserve(bytes.size() + bytes.size() / 16);
  Transcoder transcoder;
  if (auto done = transcoder.feed(bytes, storage); !done) return fail(done);
  if (auto done = transcoder.finish(storage); !done) return fail(done);
  return std::string_view(storage);
}

}  // namespace beian::xml
