// How often each host was asked for, exactly, however many there are: a table of bounded size that
// empties itself into sorted runs when it is full.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gate/hash.hpp"
#include "gate/host.hpp"
#include "gate/sorted_runs.hpp"

namespace beian::gate {

// What was seen of a host, or of several.
struct Seen {
  static constexpr size_t kMostAddresses = 16;
  static constexpr uint8_t kWeb = 1, kDns = 2;

  uint64_t count = 0;
  uint32_t first = 0, last = 0;        // Seconds; 0: none had a time
  uint8_t sources = 0;                 // kWeb, kDns: in what kind of log
  bool more_addresses = false;         // than are told
  std::vector<std::string> addresses;  // sorted

  void add(const Seen& other);
  bool operator==(const Seen&) const = default;
};
std::string pack(const Seen& seen);
Seen unpack_seen(std::string_view bytes);
// For SortedRuns whose values are packed.
void combine_seen(std::string& into, std::string_view other);

// Keys under which hosts are counted: names of one domain side by side, what is no name first.
struct HostKey {
  HostKind kind = HostKind::name;
  std::string_view domain;  // whose filing decides; empty unless kind is name
  std::string_view host;    // the name; of others what the log has, of at most kMostRaw bytes
};
std::string pack(const HostKey& key);
HostKey unpack_key(std::string_view bytes);

class HostCounter {
 public:
  static constexpr size_t kMostRaw = 1024;  // bytes of a host; longer ones are cut, and too_long
  static constexpr uint16_t kNoAddress = 0, kOtherAddress = 0xffff;

  // `memory`: bytes of the table with its texts.
  HostCounter(size_t memory, const Suffixes& suffixes, SortedRuns& out);
  ~HostCounter();

  uint16_t address(std::string_view text);
  // `host` must live until the next settle(), and Tail::kBytes before its end must
  // be readable.
  void add(std::string_view host, uint32_t time, uint16_t address, uint8_t source) {
    if (host.size() > kMostRaw) host = host.substr(0, kMostRaw + 1);
    const uint64_t hash = host.empty() ? 0 : padded_hash(host.data(), host.size(), seed_);
    __builtin_prefetch(&slots_[hash >> shift_]);
    waiting_[count_++] = {host.data(), hash,    static_cast<uint32_t>(host.size()),
                          time,        address, source};
    if (count_ == kGroup) settle();
  }
  // The same for a host that stands anywhere and is gone afterwards.
  void add_now(std::string_view host, uint32_t time, uint16_t address, uint8_t source);
  void settle();
  // Everything into the runs.
  void finish();

 private:
  static constexpr size_t kGroup = 16, kAddresses = 6, kInline = 20;
  struct Waiting {
    const char* host;
    uint64_t hash;
    uint32_t size, time;
    uint16_t address;
    uint8_t source;
  };
  struct Slot {
    uint64_t hash;
    uint64_t count;  // 0: the slot is free
    uint32_t first, last;
    uint16_t size;
    uint8_t sources;
    uint8_t more;
    uint16_t addresses[kAddresses];
    union {
      char text[kInline];
      uint32_t at;  // into texts_, of longer ones
    };
  };
  static_assert(sizeof(Slot) == 64);

  void count(const Waiting& one);
  bool holds(const Slot& slot, const Waiting& one) const;
  Slot& take(size_t i, const Waiting& one);
  void grow();
  void spill();
  void spill(const Slot& slot, std::string_view raw);

  const Suffixes& suffixes_;
  SortedRuns& out_;
  const uint64_t seed_;
  size_t most_slots_, most_text_;
  std::unique_ptr<Slot[]> slots_;
  int shift_;
  size_t used_ = 0;
  std::string texts_;
  Waiting waiting_[kGroup];
  size_t count_ = 0;
  std::vector<std::string> addresses_;
  std::unordered_map<std::string, uint16_t> address_numbers_;
  uint16_t last_address_ = kNoAddress;
  std::string padded_;
};

}  // namespace beian::gate
