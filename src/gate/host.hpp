// What stands in a Host header, a TLS server name or a log, as the web really sends it: read to a
// name in one normal form and its independent domain. Nothing is allocated for a host in ASCII;
// what is not goes through UTS 46, which does.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gate/suffixes.hpp"

namespace beian::gate {

enum class HostKind : uint8_t {
  name,        // name() and independent()
  ip_address,  // IPv4 in any form that browsers take (127.1, 0x7f.1), IPv6 with or without brackets
  suffix,      // com.cn: nobody can file it
  no_suffix,   // localhost, intranet names: the top level is not in the list
  empty,       // no host at all, or only blanks
  repeated,    // more than one Host (RFC 9112: 400)
  bad_character,  // blanks inside, '/', '@', control characters, a broken percent-encoding …
  bad_label,      // empty, or longer than 63 bytes
  bad_idn,        // no valid international name or no UTF-8
  bad_port,       // not a number up to 65535
  bad_address,    // 256.1.1.1, [::g]
  too_long,       // above 253 bytes
};
inline constexpr size_t kHostKinds = 12;
std::string_view name_of(HostKind kind);  // "bad_label"

// Small letters, A-labels, without port and trailing dot. Underscores and hyphens are taken
// anywhere in a label: names below an independent domain have them, and none with them can be filed
// itself.
struct Host {
  static constexpr size_t kLongest = 253;
  static constexpr size_t kBefore = 32;  // may be read before a name, whatever stands there: Tail

  HostKind kind = HostKind::empty;
  uint8_t size = 0;  // of the name; set for suffix and no_suffix too
  uint8_t independent_at = 0;
  bool government = false;  // gov.cn, 政务.cn, 政务: only the name itself can be filed
  uint8_t begin = kBefore;  // in `room`
  alignas(16) char room[kBefore + 256];

  Host() {}  // `room` stays as it is
  const char* text() const { return room + begin; }
  std::string_view name() const { return {text(), size}; }
  std::string_view independent() const { return name().substr(independent_at); }
  // Where the part begins whose filing decides.
  size_t filed_at() const { return government ? 0 : independent_at; }
};

// A Host header's value. Blanks around it are passed over.
void read_host(std::string_view raw, const Suffixes& suffixes, Host& out);
// Several hosts, each by itself, in less time: out[i] for raw[i]. Sizes must agree.
void read_each(std::span<const std::string_view> raw, const Suffixes& suffixes,
               std::span<Host> out);
// All Host headers of one request: more than one is `repeated`, none is `empty`.
void read_hosts(std::span<const std::string_view> raw, const Suffixes& suffixes, Host& out);
// A TLS server name (RFC 6066): ASCII, no port, no brackets; a trailing dot is passed over. An IP
// address, which may not stand there, is told as such.
void read_server_name(std::string_view raw, const Suffixes& suffixes, Host& out);

}  // namespace beian::gate
