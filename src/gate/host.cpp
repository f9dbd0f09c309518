#include "gate/host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "base/encoding.hpp"
#include "base/result.hpp"
#include "base/text.hpp"
#include "china/domain.hpp"
#include "gate/host_plain.hpp"

namespace beian::gate {

namespace {

void clear(Host& host) {
  host.size = host.independent_at = 0;
  host.government = false;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ---- IP addresses

// One number of an IPv4 address as browsers read it (WHATWG URL): decimal, 0x… or 0… (octal).
std::optional<uint64_t> read_number(std::string_view s) {
  unsigned base = 10;
  if (s.size() >= 2 && s[0] == '0' && (s[1] | 0x20) == 'x') {
    base = 16;
    s.remove_prefix(2);
  } else if (s.size() >= 2 && s[0] == '0') {
    base = 8;
    s.remove_prefix(1);
  }
  uint64_t value = 0;
  for (const char c : s) {
    const char low = static_cast<char>(c | 0x20);
    unsigned digit = base;
    if (is_digit(c)) digit = static_cast<unsigned>(c - '0');
    if (low >= 'a' && low <= 'f') digit = static_cast<unsigned>(low - 'a' + 10);
    if (digit >= base) return std::nullopt;
    value = std::min<uint64_t>(value * base + digit, uint64_t{1} << 40);
  }
  return value;
}

// Its last label begins with a digit: no top level does, so it is an address or nothing.
bool ends_in_number(std::string_view name) {
  const size_t dot = name.rfind('.');
  return is_digit(name[dot == name.npos ? 0 : dot + 1]);
}

bool is_ipv4(std::string_view name) {
  std::array<uint64_t, 4> numbers{};
  size_t count = 0;
  for (;;) {
    const size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    const auto number = part.empty() ? std::nullopt : read_number(part);
    if (!number || count == numbers.size()) return false;
    numbers[count++] = *number;
    if (dot == name.npos) break;
    name.remove_prefix(dot + 1);
  }
  for (size_t i = 0; i + 1 < count; ++i) {
    if (numbers[i] > 255) return false;
  }
  return numbers[count - 1] < uint64_t{1} << (8 * (5 - count));
}

bool is_ipv6(std::string_view text) {
  char terminated[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof terminated || text.find('\0') != text.npos) return false;
  std::memcpy(terminated, text.data(), text.size());
  in6_addr address;
  return inet_pton(AF_INET6, terminated, &address) == 1;
}

// ---- names

HostKind label_fault(std::string_view name) {
  size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return HostKind::bad_label;
      label = 0;
    } else if (++label > 63) {
      return HostKind::bad_label;
    }
  }
  return label == 0 ? HostKind::bad_label : HostKind::name;
}

// Names above what the scan takes at once, and all that has something odd cut off already.
void read_long_name(std::string_view raw, const Suffixes& suffixes, Host& out) {
  if (raw.ends_with('.')) raw.remove_suffix(1);
  if (raw.size() > Host::kLongest) {
    out.kind = HostKind::too_long;
    return;
  }
  if (raw.empty()) {
    out.kind = HostKind::bad_label;
    return;
  }
  out.begin = Host::kBefore;
  for (size_t at = 0; at < raw.size(); at += kScanned) {
    const size_t size = std::min(kScanned, raw.size() - at);
    if (scan_bytes(raw.data() + at, size, out.room + out.begin + at + size).odd != 0) {
      out.kind = HostKind::bad_character;
      return;
    }
  }
  out.size = static_cast<uint8_t>(raw.size());
  out.kind = label_fault(out.name());
  if (out.kind == HostKind::name) judge_name(0, suffixes, out);
}

// UTS 46 by the rules that filed names are read by.
void read_international(std::string_view raw, const Suffixes& suffixes, Host& out) {
  const auto name = china::normalise_domain(raw);
  if (name) return read_long_name(*name, suffixes, out);
  out.kind = raw.size() > 4 * Host::kLongest ? HostKind::too_long : HostKind::bad_idn;
}

bool is_ascii(std::string_view s) {
  return std::none_of(s.begin(), s.end(), [](char c) { return (c & 0x80) != 0; });
}

void read_encoded(std::string_view raw, const Suffixes& suffixes, Host& out) {
  const auto decoded = percent_decode(raw);
  // What stands for a delimiter of the address, or for another encoding, is an attempt at
  // something.
  if (!decoded || decoded->find_first_of("%:/?#@[]\\ \t\r\n") != decoded->npos ||
      decoded->find('\0') != decoded->npos) {
    out.kind = HostKind::bad_character;
    return;
  }
  if (is_ascii(*decoded)) return read_long_name(*decoded, suffixes, out);
  read_international(*decoded, suffixes, out);
}

// Also none at all: "host:" is allowed (RFC 3986).
bool is_port(std::string_view text) {
  uint32_t port = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    port = std::min<uint32_t>(port * 10 + static_cast<uint32_t>(c - '0'), 65536);
  }
  return port <= 65535;
}

// Cuts the port off; false when it is none.
bool cut_port(std::string_view& host) {
  const size_t colon = host.find(':');
  if (colon == host.npos) return true;
  if (!is_port(host.substr(colon + 1))) return false;
  host = host.substr(0, colon);
  return true;
}

void read_bracketed(std::string_view raw, Host& out) {
  const size_t close = raw.find(']');
  out.kind = HostKind::bad_address;
  if (close == raw.npos || !is_ipv6(raw.substr(1, close - 1))) return;
  std::string_view behind = raw.substr(close + 1);
  out.kind = HostKind::ip_address;
  if (!behind.empty() && (behind[0] != ':' || !cut_port(behind))) out.kind = HostKind::bad_port;
}

// Everything that is not a plain name of at most kScanned bytes.
void read_odd(std::string_view raw, const Suffixes& suffixes, Host& out) {
  const size_t first = raw.find_first_not_of(" \t");
  if (first == raw.npos) {
    out.kind = HostKind::empty;
    return;
  }
  raw = raw.substr(first, raw.find_last_not_of(" \t") - first + 1);
  if (raw.front() == '[') return read_bracketed(raw, out);
  if (std::count(raw.begin(), raw.end(), ':') > 1) {
    out.kind = is_ipv6(raw) ? HostKind::ip_address : HostKind::bad_port;
    return;
  }
  if (!cut_port(raw)) {
    out.kind = HostKind::bad_port;
    return;
  }
  if (raw.empty()) {
    out.kind = HostKind::empty;
    return;
  }
  // Nothing longer becomes a name, however it is encoded; and it would cost whoever decodes it.
  if (raw.size() > 16 * Host::kLongest) {
    out.kind = HostKind::too_long;
    return;
  }
  if (raw.find('%') != raw.npos) return read_encoded(raw, suffixes, out);
  if (!is_ascii(raw)) return read_international(raw, suffixes, out);
  read_long_name(raw, suffixes, out);
}

}  // namespace

uint64_t scan_carefully(std::string_view raw, Scan scan, const Suffixes& suffixes, Host& out) {
  clear(out);
  if (raw.empty() || raw.size() > kScanned) return read_odd(raw, suffixes, out), 0;
  size_t cut = 0;
  if (scan.odd != 0) {
    // Nothing but a port?
    cut = static_cast<size_t>(std::countl_zero(scan.odd)) + 1;
    const size_t colon = raw.size() - cut;
    if ((scan.odd & (scan.odd - 1)) != 0 || raw[colon] != ':' || colon == 0 ||
        !is_port(raw.substr(colon + 1)))
      return read_odd(raw, suffixes, out), 0;
    scan.dots <<= cut;
  }
  if (scan.dots >> 63 != 0) {  // the trailing dot of a full name
    ++cut;
    scan.dots <<= 1;
  }
  const size_t size = raw.size() - cut;
  // Too long for one label perhaps, or an empty one, or no name at all: the slowest reader tells.
  if (size == 0 || size >= kScanned) return read_odd(raw, suffixes, out), 0;
  const uint64_t starts = scan.dots << 1 | uint64_t{1} << (kScanned - size);
  if ((starts & scan.dots) != 0 || scan.dots >> 63 != 0) return read_odd(raw, suffixes, out), 0;
  out.begin = static_cast<uint8_t>(kHostEnd - raw.size());
  out.size = static_cast<uint8_t>(size);
  return starts;
}

void judge_carefully(uint64_t starts, const Suffixes& suffixes, Host& out) {
  const std::string_view name = out.name();
  const size_t at = suffixes.independent_at(name, starts);
  out.independent_at = 0;
  out.government = false;
  if (at >= Suffixes::kIsSuffix) {
    // No top level begins with a digit, so it is an address or nothing.
    if (ends_in_number(name))
      out.kind = is_ipv4(name) ? HostKind::ip_address : HostKind::bad_address;
    else
      out.kind = at == Suffixes::kNoSuffix ? HostKind::no_suffix : HostKind::suffix;
    return;
  }
  out.kind = HostKind::name;
  out.government = china::is_government_domain(name);
  out.independent_at = static_cast<uint8_t>(at);
}

std::string_view name_of(HostKind kind) {
  static constexpr std::string_view kNames[kHostKinds] = {
      "name",          "ip_address", "suffix",  "no_suffix", "empty",       "repeated",
      "bad_character", "bad_label",  "bad_idn", "bad_port",  "bad_address", "too_long"};
  return kNames[static_cast<size_t>(kind)];
}

void read_host(std::string_view raw, const Suffixes& suffixes, Host& out) {
  if (const uint64_t starts = scan_name(raw, suffixes, out)) judge_name(starts, suffixes, out);
}

void read_each(std::span<const std::string_view> raw, const Suffixes& suffixes,
               std::span<Host> out) {
  std::array<uint64_t, 32> starts;
  for (size_t done = 0; done < raw.size(); done += starts.size()) {
    const size_t n = std::min(starts.size(), raw.size() - done);
    for (size_t i = 0; i < n; ++i) starts[i] = scan_name(raw[done + i], suffixes, out[done + i]);
    for (size_t i = 0; i < n; ++i)
      if (starts[i] != 0) judge_name(starts[i], suffixes, out[done + i]);
  }
}

void read_hosts(std::span<const std::string_view> raw, const Suffixes& suffixes, Host& out) {
  if (raw.size() == 1) return read_host(raw.front(), suffixes, out);
  clear(out);
  out.kind = raw.empty() ? HostKind::empty : HostKind::repeated;
}

void read_server_name(std::string_view raw, const Suffixes& suffixes, Host& out) {
  if (is_ipv6(raw)) {
    clear(out);
    out.kind = HostKind::ip_address;
    return;
  }
  if (raw.find_first_of(":[]% \t") != raw.npos || !is_ascii(raw)) {
    clear(out);
    out.kind = HostKind::bad_character;
    return;
  }
  read_host(raw, suffixes, out);
}

}  // namespace beian::gate
