#include "gate/server/request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace beian::gate::server {

namespace {

constexpr size_t kNone = std::string_view::npos;

// RFC 9110: the characters of methods and field names.
constexpr std::array<bool, 256> kToken = [] {
  std::array<bool, 256> out{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    out[static_cast<unsigned char>(c)] = true;
  return out;
}();

bool is_token(std::string_view s) {
  return !s.empty() &&
         std::ranges::all_of(s, [](char c) { return kToken[static_cast<unsigned char>(c)]; });
}

bool is_control(unsigned char c) {
  return (c < 0x20 && c != '\t') || c == 0x7f;
}

// No control characters but tabs. Eight bytes at a time: the high bits of `found` are set where a
// byte is below 0x20 or is 0x7f, and now and then above one that is, which the slow look settles.
bool is_text(std::string_view s) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  const char* p = s.data();
  size_t left = s.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t x;
    std::memcpy(&x, p, 8);
    const uint64_t del = x ^ kOnes * 0x7f;
    const uint64_t found = ((x - kOnes * 0x20) & ~x & kHigh) | ((del - kOnes) & ~del & kHigh);
    if (found != 0 && std::any_of(p, p + 8, is_control)) return false;
  }
  return std::none_of(p, p + left, is_control);
}

// `lower` is in small letters.
bool same_word(std::string_view s, std::string_view lower) {
  return std::ranges::equal(s, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

std::string_view trim(std::string_view s) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

// The next line without its end; false for one that does not end in CR LF.
bool take_line(std::string_view& rest, std::string_view& line) {
  const size_t end = rest.find('\n');
  if (end == kNone || end == 0 || rest[end - 1] != '\r') return false;
  line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return true;
}

int read_request_line(std::string_view line, Request& out) {
  const size_t first = line.find(' '), last = line.rfind(' ');
  if (first == kNone || first == last) return 400;
  out.method = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(out.method) || out.target.empty() || !is_text(out.target) ||
      out.target.find_first_of(" \t") != kNone)
    return 400;
  if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.') return 400;
  if (version[5] != '1') return version[5] >= '0' && version[5] <= '9' ? 505 : 400;
  if (version[7] != '0' && version[7] != '1') return 505;
  out.version_1_1 = version[7] == '1';
  out.keep_alive = out.version_1_1;
  // As proxies ask. An absolute form names a second host, and a server would have to prefer it.
  return out.target.front() == '/' || out.target == "*" ? 0 : 400;
}

void read_connection(std::string_view value, Request& out) {
  while (!value.empty()) {
    const size_t comma = std::min(value.find(','), value.size());
    const std::string_view word = trim(value.substr(0, comma));
    if (same_word(word, "close")) out.keep_alive = false;
    // Told by an HTTP/1.0 client; otherwise it is so anyway.
    if (!out.version_1_1 && same_word(word, "keep-alive")) out.keep_alive = true;
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

// How long the body is may be said once, in one way.
struct Lengths {
  size_t content_length = 0, transfer_encoding = 0;
};

bool read_length(std::string_view value, Request& out) {
  if (value.empty() || value.find_first_not_of("0123456789") != kNone) return false;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), out.content_length);
  return error == std::errc();
}

bool read_field(std::string_view name, std::string_view value, std::string_view host_field,
                Lengths& lengths, Request& out) {
  if (same_word(name, host_field)) {
    ++out.asked;
    out.asked_host = value;
  }
  switch (name.size()) {
    case 4:
      if (same_word(name, "host")) {
        ++out.hosts;
        out.host = value;
      }
      return true;
    case 6:
      if (same_word(name, "expect")) {
        if (!same_word(value, "100-continue")) return false;
        out.expects_continue = out.version_1_1;
      }
      return true;
    case 10:
      if (same_word(name, "connection")) read_connection(value, out);
      return true;
    case 14:
      if (!same_word(name, "content-length")) return true;
      ++lengths.content_length;
      return read_length(value, out);
    case 17:
      if (!same_word(name, "transfer-encoding")) return true;
      ++lengths.transfer_encoding;
      out.chunked = true;
      return out.version_1_1 && same_word(value, "chunked");
    default:
      return true;
  }
}

}  // namespace

size_t head_end(std::string_view bytes, size_t from) {
  size_t at = from > 3 ? from - 3 : 0;
  for (; (at = bytes.find('\n', at)) != kNone; ++at) {
    const std::string_view rest = bytes.substr(at + 1);
    if (rest.starts_with("\r\n")) return at + 3;
    // No end that read_head takes, but one that must not be waited behind.
    if (rest.starts_with('\n')) return at + 2;
  }
  return kNone;
}

int read_head(std::string_view head, std::string_view host_field, Request& out) {
  out = Request();
  if (head.starts_with("\r\n")) head.remove_prefix(2);  // RFC 9112, 2.2: left by the one before
  std::string_view line;
  if (!take_line(head, line)) return 400;
  if (const int status = read_request_line(line, out); status != 0) return status;
  Lengths lengths;
  for (size_t fields = 0;; ++fields) {
    if (!take_line(head, line)) return 400;
    if (line.empty()) break;
    if (fields == kMostFields) return 431;
    const size_t colon = line.find(':');
    // Also a line that goes on with the one before (it begins with a blank), and a blank before the
    // colon: no token.
    if (colon == kNone || !is_token(line.substr(0, colon))) return 400;
    const std::string_view value = line.substr(colon + 1);
    if (!is_text(value) ||
        !read_field(line.substr(0, colon), trim(value), host_field, lengths, out))
      return 400;
  }
  const bool once = lengths.content_length + lengths.transfer_encoding <= 1;
  return once && head.empty() ? 0 : 400;
}

}  // namespace beian::gate::server
