#include "gate_names.hpp"

#include <algorithm>
#include <cctype>

namespace beian::bench {

namespace {

uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 31)) * 0x7fb5d329728ea185ULL;
  x = (x ^ (x >> 27)) * 0x81dadef4bc2dd44dULL;
  return x ^ (x >> 33);
}

// Letters that look like a name, then the number, which begins with a digit: no two are alike.
std::string label(uint64_t n, size_t more) {
  static const char* const kParts[] = {"hua", "xin", "wei", "da", "zhong", "guo", "tong", "mei",
                                       "jia", "yun", "li",  "bo", "sheng", "an",  "tech", "shop"};
  std::string out;
  for (uint64_t r = mix(n); more > 0; --more, r >>= 4) out += kParts[r & 15];
  out += static_cast<char>('0' + n % 10);
  for (uint64_t rest = n / 10; rest > 0; rest /= 36)
    out += "0123456789abcdefghijklmnopqrstuvwxyz"[rest % 36];
  return out;
}

}  // namespace

std::string filed_name(uint64_t n) {
  const uint64_t r = mix(n * 2 + 1);
  const uint64_t kind = r % 100, pick = r >> 32;
  if (kind < 4) return "xn--" + label(n, 1) + (pick % 2 == 0 ? ".cn" : ".xn--fiqs8s");
  if (kind < 7) return label(n, 12).substr(0, 50) + "-" + label(n, 0) + ".com";
  if (kind < 10) return label(n, 1) + (pick % 2 == 0 ? ".gd.cn" : ".zj.cn");
  if (kind < 11) return "www." + label(n, 1) + ".gov.cn";
  if (kind < 13) return "shop." + label(n, 1) + ".com.cn";
  static const char* const kSuffixes[] = {".com", ".com", ".com", ".com",   ".com",    ".cn",
                                          ".cn",  ".cn",  ".cn",  ".cn",    ".com.cn", ".com.cn",
                                          ".net", ".top", ".xyz", ".org.cn"};
  return label(n, pick % 3) + kSuffixes[(pick >> 8) % 16];
}

std::string host_for(uint64_t n, uint64_t salt) {
  const uint64_t r = mix(n ^ mix(salt));
  std::string host = filed_name(n);
  const uint64_t kind = r % 100;
  if (host.find(".gov.cn") != host.npos || host.starts_with("shop.")) return host;
  if (kind < 50) host = "www." + host;
  if (kind >= 50 && kind < 65) host = "m." + host;
  if (kind >= 65 && kind < 72) host = "static.cdn-3.img." + host;
  if ((r >> 32) % 20 == 0)
    std::transform(host.begin(), host.end(), host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if ((r >> 40) % 33 == 0) host += '.';
  if ((r >> 48) % 25 == 0) host += ":443";
  return host;
}

}  // namespace beian::bench
