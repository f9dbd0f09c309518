// Lines of JSON: walked only as far as the members that are wanted, nothing built. A line is taken
// when it is well-formed up to there.
#include <array>

#include "gate/log_line.hpp"
#include "gate/log_scan.hpp"

namespace beian::gate {

namespace {

// What is left of each wanted path at this depth; empty: it is not below here.
using Wanted = std::array<std::string_view, 3>;

class Walk {
 public:
  explicit Walk(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  // The raw value of each: a string without its quotes, or a number.
  std::array<std::string_view, 3> values;
  std::array<bool, 3> escaped{};
  unsigned missing = 0;  // bits

  // False where the text is no JSON. Returns early once nothing is missing.
  bool object(const Wanted& wanted, int depth) {
    if (depth > kDeepest || !take('{')) return false;
    if (take('}')) return true;
    do {
      bool odd = false;
      std::string_view key;
      if (!string(key, odd) || !take(':')) return false;
      if (!member(wanted, key, depth)) return false;
      if (missing == 0) return true;
    } while (take(','));
    return take('}');
  }

 private:
  static constexpr int kDeepest = 32;

  bool member(const Wanted& wanted, std::string_view key, int depth) {
    Wanted below{};
    bool deeper = false;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].empty() || (missing >> i & 1) == 0 || !wanted[i].starts_with(key)) continue;
      const std::string_view rest = wanted[i].substr(key.size());
      if (rest.empty()) return value_of(i);
      if (rest.front() != '.') continue;
      below[i] = rest.substr(1);
      deeper = true;
    }
    blanks();
    if (deeper && at_ != end_ && *at_ == '{') return object(below, depth + 1);
    return skip();
  }

  bool value_of(size_t i) {
    blanks();
    const char* begin = at_;
    if (at_ == end_) return false;
    bool odd = false;
    if (*at_ == '"') {
      if (!string(values[i], odd)) return false;
    } else {
      if (!skip()) return false;
      values[i] = {begin, static_cast<size_t>(at_ - begin)};
      if (values[i] == "null") values[i] = {};
      // A list or an object is no host and no time.
      if (values[i].starts_with('{') || values[i].starts_with('[')) return true;
    }
    escaped[i] = odd;
    missing &= ~(1u << i);
    return true;
  }

  void blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool string(std::string_view& out, bool& odd) {
    if (!take('"')) return false;
    const char* const begin = at_;
    while (at_ != end_) {
      const char* quote =
          static_cast<const char*>(std::memchr(at_, '"', static_cast<size_t>(end_ - at_)));
      if (quote == nullptr) return false;
      size_t slashes = 0;
      while (quote - slashes > begin && quote[-1 - static_cast<ptrdiff_t>(slashes)] == '\\')
        ++slashes;
      at_ = quote + 1;
      if (slashes % 2 != 0) continue;
      out = {begin, static_cast<size_t>(quote - begin)};
      odd = out.find('\\') != out.npos;
      return true;
    }
    return false;
  }

  // Over one value of any kind.
  bool skip() {
    blanks();
    int open = 0;
    do {
      if (at_ == end_) return false;
      const char c = *at_;
      if (c == '"') {
        std::string_view text;
        bool odd = false;
        if (!string(text, odd)) return false;
      } else if (c == '{' || c == '[') {
        ++open;
        ++at_;
      } else if (open > 0 && (c == '}' || c == ']')) {
        --open;
        ++at_;
      } else if (open > 0) {
        ++at_;
      } else {
        const char* const begin = at_;
        while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' && *at_ != ' ') ++at_;
        return at_ != begin;
      }
    } while (open > 0);
    return true;
  }

  const char* at_;
  const char* end_;
};

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

// Hosts beyond the first 65,536 characters have no names; such a pair stays what is no UTF-8.
std::string unescaped(std::string_view s) {
  std::string out;
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 == s.size()) {
      out += s[i];
      continue;
    }
    const char c = s[++i];
    unsigned code = 0;
    bool hex = c == 'u' && i + 4 < s.size();
    for (size_t k = 1; hex && k <= 4; ++k) {
      const int digit = scan::hex_digit(s[i + k]);
      hex = digit >= 0;
      code = code * 16 + static_cast<unsigned>(digit);
    }
    if (hex) {
      append_utf8(out, code);
      i += 4;
    } else {
      constexpr std::string_view kLetters = "bfnrt", kMeant = "\b\f\n\r\t";
      const size_t letter = kLetters.find(c);
      out += letter == kLetters.npos ? c : kMeant[letter];
    }
  }
  return out;
}

}  // namespace

Line LineReader::read_json(std::string_view line, Hit& out) {
  Walk walk(line);
  const Wanted wanted = {format_.host_key, format_.time_key, format_.address_key};
  for (size_t i = 0; i < wanted.size(); ++i) walk.missing |= (wanted[i].empty() ? 0u : 1u) << i;
  if (!walk.object(wanted, 1)) return Line::unreadable;
  if ((walk.missing & 1) != 0) return Line::passed;
  out.host = walk.values[0];
  if (out.host == "-") out.host = out.host.substr(0, 0);
  if (walk.escaped[0]) {
    room_ = unescaped(out.host);
    out.host = room_;
    out.fleeting = true;
  }
  out.time = times_.read(walk.values[1]);
  out.address = walk.values[2];
  return Line::hit;
}

}  // namespace beian::gate
