#include "china/ip.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/text.hpp"

namespace beian::china {

namespace {

std::unexpected<Problems> bad_address(std::string field = {}) {
  return fail(ProblemCode::bad_ip_address, std::move(field));
}

// IANA special-purpose registries; what no row has is global, or in IPv6 reserved unless in
// 2000::/3.
struct Row {
  std::string_view block;
  IpKind kind;
};
constexpr Row kRows[] = {
    {"0.0.0.0/8", IpKind::unspecified},
    {"10.0.0.0/8", IpKind::private_use},
    {"100.64.0.0/10", IpKind::shared},
    {"127.0.0.0/8", IpKind::loopback},
    {"169.254.0.0/16", IpKind::link_local},
    {"172.16.0.0/12", IpKind::private_use},
    {"192.0.0.0/24", IpKind::reserved},
    {"192.0.2.0/24", IpKind::documentation},
    {"192.168.0.0/16", IpKind::private_use},
    {"198.18.0.0/15", IpKind::benchmark},
    {"198.51.100.0/24", IpKind::documentation},
    {"203.0.113.0/24", IpKind::documentation},
    {"224.0.0.0/4", IpKind::multicast},
    {"240.0.0.0/4", IpKind::reserved},
    {"::/128", IpKind::unspecified},
    {"::1/128", IpKind::loopback},
    {"fc00::/7", IpKind::private_use},
    {"fe80::/10", IpKind::link_local},
    {"ff00::/8", IpKind::multicast},
    {"2001:db8::/32", IpKind::documentation},
    {"3fff::/20", IpKind::documentation},
};

bool servable(IpKind kind) {
  return kind == IpKind::global || kind == IpKind::documentation;
}

Result<IpRange> block_range(std::string_view base_text, std::string_view bits_text) {
  const auto base = parse_ip(base_text);
  if (!base) return fail(base);
  const int width = base->is_v4() ? 32 : 128;
  int64_t bits = 0;
  if (!text::all_digits(bits_text) || !text::parse_i64(bits_text, bits) || bits > width)
    return bad_address();
  auto first = base->bytes(), last = base->bytes();
  for (int bit = 128 - width + static_cast<int>(bits); bit < 128; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
    if ((first[static_cast<size_t>(bit / 8)] & mask) != 0) return bad_address();
    last[static_cast<size_t>(bit / 8)] |= mask;
  }
  if (!base->is_v4()) return IpRange{*base, IpAddress::v6(last)};
  uint32_t value = 0;
  for (size_t i = 12; i < 16; ++i) value = value << 8 | last[i];
  return IpRange{*base, IpAddress::v4(value)};
}

struct Block {
  IpRange range;
  IpKind kind;
};
const std::vector<Block>& blocks() {
  static const std::vector<Block> kBlocks = [] {
    std::vector<Block> out;
    for (const Row& row : kRows) out.push_back({parse_ip_range(row.block).value(), row.kind});
    return out;
  }();
  return kBlocks;
}

}  // namespace

IpAddress IpAddress::v4(uint32_t value) {
  IpAddress out;
  for (size_t i = 0; i < 4; ++i) out.bytes_[15 - i] = static_cast<uint8_t>(value >> (8 * i));
  return out;
}

IpAddress IpAddress::v6(const std::array<uint8_t, 16>& bytes) {
  IpAddress out;
  out.v4_ = false;
  out.bytes_ = bytes;
  return out;
}

std::optional<uint32_t> IpAddress::to_u32() const {
  if (!v4_) return {};
  uint32_t value = 0;
  for (size_t i = 12; i < 16; ++i) value = value << 8 | bytes_[i];
  return value;
}

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN];
  const char* done = v4_ ? inet_ntop(AF_INET, bytes_.data() + 12, buffer, sizeof buffer)
                         : inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
  return done == nullptr ? std::string() : std::string(done);
}

std::strong_ordering IpAddress::operator<=>(const IpAddress& other) const {
  if (v4_ != other.v4_) return v4_ ? std::strong_ordering::less : std::strong_ordering::greater;
  return bytes_ <=> other.bytes_;
}

Result<IpAddress> parse_ip(std::string_view text) {
  const std::string s(text::trim(text));
  if (s.size() != std::strlen(s.c_str())) return bad_address();
  in_addr four{};
  if (inet_pton(AF_INET, s.c_str(), &four) == 1) return IpAddress::v4(ntohl(four.s_addr));
  std::array<uint8_t, 16> six{};
  if (inet_pton(AF_INET6, s.c_str(), six.data()) == 1) return IpAddress::v6(six);
  return bad_address();
}

Result<IpAddress> ip_from_number(int64_t number) {
  if (number < 0 || number > UINT32_MAX)
    return fail(ProblemCode::out_of_range, "", {{"min", "0"}, {"max", "4294967295"}});
  return IpAddress::v4(static_cast<uint32_t>(number));
}

IpKind kind_of(const IpAddress& address) {
  for (const Block& block : blocks()) {
    if (block.range.contains(address)) return block.kind;
  }
  if (address.is_v4()) return IpKind::global;
  return (address.bytes()[0] & 0xE0) == 0x20 ? IpKind::global : IpKind::reserved;
}

std::string_view title_of(IpKind kind) {
  switch (kind) {
    case IpKind::global:
      return "公网地址";
    case IpKind::private_use:
      return "内网地址";
    case IpKind::shared:
      return "运营商共享地址";
    case IpKind::loopback:
      return "环回地址";
    case IpKind::link_local:
      return "链路本地地址";
    case IpKind::documentation:
      return "文档示例地址";
    case IpKind::benchmark:
      return "测试地址";
    case IpKind::multicast:
      return "组播地址";
    case IpKind::unspecified:
      return "未指定地址";
    case IpKind::reserved:
      return "保留地址";
  }
  return "";
}

bool is_servable(const IpAddress& address) {
  return servable(kind_of(address));
}

bool is_servable(const IpRange& range) {
  // 2000::/3 is one piece: a range with both ends in it never leaves it.
  if (!is_servable(range.from) || !is_servable(range.to)) return false;
  return std::ranges::none_of(blocks(), [&range](const Block& block) {
    return !servable(block.kind) && block.range.overlaps(range);
  });
}

uint64_t IpRange::size() const {
  const auto half = [](const IpAddress& address, size_t at) {
    uint64_t value = 0;
    for (size_t i = at; i < at + 8; ++i) value = value << 8 | address.bytes()[i];
    return value;
  };
  const uint64_t low_from = half(from, 8), low_to = half(to, 8);
  const uint64_t high = half(to, 0) - half(from, 0) - (low_to < low_from ? 1 : 0);
  const uint64_t low = low_to - low_from;
  return high != 0 || low == UINT64_MAX ? UINT64_MAX : low + 1;
}

std::string IpRange::text() const {
  return from == to ? from.text() : from.text() + "-" + to.text();
}

Result<IpRange> parse_ip_range(std::string_view from, std::string_view to) {
  const auto first = parse_ip(from);
  const auto last = parse_ip(to);
  Problems problems;
  if (!first) problems.push_back(Problem{ProblemCode::bad_ip_address, "/from", {}});
  if (!last) problems.push_back(Problem{ProblemCode::bad_ip_address, "/to", {}});
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (first->is_v4() != last->is_v4() || *first > *last)
    return fail(ProblemCode::bad_ip_range, "/to");
  return IpRange{*first, *last};
}

Result<IpRange> parse_ip_range(std::string_view text) {
  if (const size_t slash = text.find('/'); slash != text.npos)
    return block_range(text.substr(0, slash), text::trim(text.substr(slash + 1)));
  const size_t dash = text.find('-');
  auto range = dash == text.npos ? parse_ip_range(text, text)
                                 : parse_ip_range(text.substr(0, dash), text.substr(dash + 1));
  if (range) return range;
  // One text has one place.
  return fail(range.error().front().code);
}

}  // namespace beian::china
