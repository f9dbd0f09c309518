#include "notices/webhook_address.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "china/domain.hpp"
#include "china/ip.hpp"

namespace beian::notices {
namespace {

constexpr size_t kLongest = 1000;

std::unexpected<Problems> refused(const std::string& field, std::string reason) {
  return fail(ProblemCode::webhook_address, field, {{"reason", std::move(reason)}});
}

bool plain(std::string_view url) {
  return std::ranges::all_of(url, [](char c) {
    return c > ' ' && c < 0x7F && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
}

// IPv6 addresses that carry an IPv4 address inside: 6to4 and Teredo.
bool carries_another(const china::IpAddress& address) {
  const auto& b = address.bytes();
  return !address.is_v4() && b[0] == 0x20 &&
         ((b[1] == 0x02) || (b[1] == 0x01 && b[2] == 0 && b[3] == 0));
}

// "name", "name:443", "[::1]:443".
bool cut_port(std::string_view& host, uint16_t& port) {
  const size_t end = host.starts_with('[') ? host.find(']') : 0;
  if (end == std::string_view::npos) return false;
  const size_t colon = host.find(':', end);
  if (colon == std::string_view::npos) return true;
  int64_t number = 0;
  const auto digits = host.substr(colon + 1);
  if (!text::all_digits(digits) || !text::parse_i64(digits, number) || number < 1 || number > 65535)
    return false;
  port = static_cast<uint16_t>(number);
  host = host.substr(0, colon);
  return true;
}

}  // namespace

bool may_call(const WebhookOptions& options, const std::string& ip) {
  const auto address = china::parse_ip(ip);
  if (!address) return false;
  const auto kind = china::kind_of(*address);
  if (kind == china::IpKind::loopback) return options.allow_loopback;
  return kind == china::IpKind::global && !carries_another(*address);
}

Result<Address> parse_address(const WebhookOptions& options, const std::string& url,
                              const std::string& field) {
  if (url.size() > kLongest) return refused(field, "地址过长");
  if (!plain(url)) return refused(field, "地址中有不允许的字符");
  const size_t scheme_end = url.find("://");
  const std::string scheme =
      scheme_end == std::string::npos ? "" : text::lower_ascii(url.substr(0, scheme_end));
  const bool plain_http = scheme == "http" && options.allow_loopback;
  if (scheme != "https" && !plain_http) return refused(field, "必须以 https:// 开头");
  const std::string_view rest = std::string_view(url).substr(scheme_end + 3);
  if (rest.find('#') != std::string_view::npos) return refused(field, "不能带 # 片段");
  const size_t path = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, path);
  if (authority.find('@') != std::string_view::npos) return refused(field, "不能带用户名和密码");
  Address out;
  out.port = plain_http ? 80 : 443;
  if (!cut_port(authority, out.port)) return refused(field, "主机名或端口不正确");
  const bool brackets = authority.starts_with('[') && authority.ends_with(']');
  const std::string host(brackets ? authority.substr(1, authority.size() - 2) : authority);
  if (const auto ip = china::parse_ip(host); ip && ip->is_v4() != brackets) {
    out.literal = true;
    out.host = ip->text();
    if (!may_call(options, out.host)) return refused(field, "不是公网地址");
  } else {
    auto name = china::normalise_domain(host);
    if (!name || brackets) return refused(field, "主机名不正确");
    out.host = std::move(*name);
  }
  const std::string shown = out.literal && brackets ? "[" + out.host + "]" : out.host;
  const std::string tail(rest.substr(path));
  out.url = scheme + "://" + shown + ":" + std::to_string(out.port) +
            (tail.starts_with('/') ? tail : "/" + tail);
  return out;
}

Result<std::string> resolve(const WebhookOptions& options, const Address& address) {
  if (address.literal) return address.host;
  const auto found = dns::addresses(options.resolvers, address.host);
  if (!found) return fail(found);
  if (found->empty()) return refused("", "域名没有解析到地址");
  for (const auto& ip : *found)
    if (!may_call(options, ip)) return refused("", "域名解析到了非公网地址");
  return found->front();
}

}  // namespace beian::notices
