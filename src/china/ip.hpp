// IPv4 and IPv6 addresses and ranges.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace beian::china {

class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0
  static IpAddress v4(uint32_t value);
  static IpAddress v6(const std::array<uint8_t, 16>& bytes);

  bool is_v4() const { return v4_; }
  // The number on the wire (203.0.113.1 is 3405803777); nothing for IPv6.
  std::optional<uint32_t> to_u32() const;
  // Network order; IPv4 in the last four, zeros before.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  // 203.0.113.1, or RFC 5952 for IPv6.
  std::string text() const;

  bool operator==(const IpAddress&) const = default;
  // All of IPv4 before all of IPv6, then by number.
  std::strong_ordering operator<=>(const IpAddress& other) const;

 private:
  bool v4_ = true;
  std::array<uint8_t, 16> bytes_{};
};

// Dotted decimal without leading zeros, or IPv6 without zone and brackets; blanks around are
// dropped. bad_ip_address otherwise.
Result<IpAddress> parse_ip(std::string_view text);
// A wire number; out_of_range when it is no unsigned 32-bit number.
Result<IpAddress> ip_from_number(int64_t number);

// What IANA set the address aside for; `global` when for nothing.
enum class IpKind {
  global,       // 公网
  private_use,  // 10/8, 172.16/12, 192.168/16, fc00::/7
  shared,       // 100.64/10, between a carrier and its customers
  loopback,
  link_local,
  documentation,  // 192.0.2/24, 198.51.100/24, 203.0.113/24, 2001:db8::/32
  benchmark,      // 198.18/15
  multicast,
  unspecified,  // 0/8, ::
  reserved,     // 240/4, 192.0.0/24, IPv6 outside 2000::/3
};
IpKind kind_of(const IpAddress& address);
std::string_view title_of(IpKind kind);  // 内网地址
// Could a public service live there? global and documentation (samples use that).
bool is_servable(const IpAddress& address);

struct IpRange {
  IpAddress from, to;  // both included, from <= to, one family

  bool contains(const IpAddress& address) const { return from <= address && address <= to; }
  bool overlaps(const IpRange& other) const { return from <= other.to && other.from <= to; }
  // How many addresses; capped at 2^64-1.
  uint64_t size() const;
  std::string text() const;  // "203.0.113.1" or "203.0.113.1-203.0.113.9"
  bool operator==(const IpRange&) const = default;
};

// Two ends: bad_ip_address at "/from" or "/to", bad_ip_range at "/to" (from > to or two families).
Result<IpRange> parse_ip_range(std::string_view from, std::string_view to);
// One text: an address, "from-to", or a block "203.0.113.0/24" without bits after its prefix.
Result<IpRange> parse_ip_range(std::string_view text);
// Could a public service live at each of its addresses?
bool is_servable(const IpRange& range);

}  // namespace beian::china
