// The short way to read a host, for nearly all of them: a plain name of an ordinary size below an
// ordinary suffix. It is inlined where lookups are made, so that no call stands between a host and
// its answer. Whatever it does not take goes the careful way in host.cpp, to the same result.
#pragma once

#include <cstdint>
#include <string_view>

#include "gate/host.hpp"
#include "gate/host_scan.hpp"
#include "gate/suffixes.hpp"

namespace beian::gate {

inline constexpr size_t kHostEnd = Host::kBefore + kScanned;  // in `room`, where scans end

// As load64 reads them where they end; what is missing before them is 0.
constexpr uint64_t last_bytes(std::string_view s) {
  uint64_t out = 0;
  for (const char c : s) out = out >> 8 | static_cast<uint64_t>(static_cast<uint8_t>(c)) << 56;
  return out;
}

// The careful ways. Where the labels begin of what is not just a plain name, 0 when all is told of
// it; `scan`: of the whole of `raw`, if it has 1 to kScanned bytes.
uint64_t scan_carefully(std::string_view raw, Scan scan, const Suffixes& suffixes, Host& out);
void judge_carefully(uint64_t starts, const Suffixes& suffixes, Host& out);

// Writes the lowered name; returns where its labels begin, as Suffixes::independent_at has it, or 0
// when all is told of the host.
[[gnu::always_inline]] inline uint64_t scan_name(std::string_view raw, const Suffixes& suffixes,
                                                 Host& out) {
  if (raw.size() - 1 >= kScanned) return scan_carefully(raw, {}, suffixes, out);
  const Scan scan = scan_host(raw.data(), raw.size(), out.room + kHostEnd);
  const uint64_t starts = scan.dots << 1 | uint64_t{1} << (kScanned - raw.size());
  // Something odd, a dot at its end, an empty label, too long for one label perhaps.
  if ((scan.odd | (scan.dots & (starts | uint64_t{1} << 63)) | raw.size() >> 6) != 0)
    return scan_carefully(raw, scan, suffixes, out);
  out.begin = static_cast<uint8_t>(kHostEnd - raw.size());
  out.size = static_cast<uint8_t>(raw.size());
  return starts;
}

// `out.room` holds the lowered name of out.size bytes, all of them plain.
[[gnu::always_inline]] inline void judge_name(uint64_t starts, const Suffixes& suffixes,
                                              Host& out) {
  constexpr uint64_t kGovCn = last_bytes(".gov.cn") >> 8, kMarkCn = last_bytes(".xn--zfr164b.cn"),
                     kMark = last_bytes(".xn--zfr164b");
  const std::string_view name = out.name();
  const uint64_t last = load64(name.data() + name.size() - 8);
  const size_t at = suffixes.usually_at(name, starts);
  if (at >= Suffixes::kUnusual || last == kMarkCn || last == kMark)
    return judge_carefully(starts, suffixes, out);
  out.kind = HostKind::name;
  out.independent_at = static_cast<uint8_t>(at);
  out.government =
      (static_cast<unsigned>(name.size() >= 8) & static_cast<unsigned>(last >> 8 == kGovCn)) != 0;
}

}  // namespace beian::gate
