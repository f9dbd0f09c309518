#include "gate/host_counter.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace beian::gate {

namespace {

constexpr size_t kFirstSlots = 1024, kFewestSlots = 16;
constexpr size_t kBytesOfAHost = 96;  // a slot, and its part of the texts
constexpr size_t kLongestAddress = 64;
constexpr size_t kMostAddressNumbers = 0xfffe;

uint64_t random_seed() {
  std::random_device random;
  return static_cast<uint64_t>(random()) << 32 | random();
}

// Three of four slots may be used.
size_t room_of(size_t slots) {
  return slots - slots / 4;
}

}  // namespace

HostCounter::HostCounter(size_t memory, const Suffixes& suffixes, SortedRuns& out)
    : suffixes_(suffixes),
      out_(out),
      seed_(random_seed()),
      most_slots_(std::max(kFewestSlots, std::bit_floor(memory / kBytesOfAHost))),
      most_text_(std::max<size_t>(memory - std::min(memory, most_slots_ * sizeof(Slot)),
                                  2 * (kMostRaw + 1))) {
  const size_t slots = std::min(most_slots_, kFirstSlots);
  slots_ = std::make_unique<Slot[]>(slots);
  shift_ = 64 - std::countr_zero(slots);
  addresses_.emplace_back();
}

HostCounter::~HostCounter() = default;

uint16_t HostCounter::address(std::string_view text) {
  if (text.empty() || text.size() > kLongestAddress) return kNoAddress;
  if (addresses_[last_address_] == text) return last_address_;
  const auto [at, fresh] =
      address_numbers_.try_emplace(std::string(text), static_cast<uint16_t>(addresses_.size()));
  if (fresh) {
    if (addresses_.size() > kMostAddressNumbers) {
      address_numbers_.erase(at);
      return kOtherAddress;
    }
    addresses_.emplace_back(text);
  }
  return last_address_ = at->second;
}

void HostCounter::add_now(std::string_view host, uint32_t time, uint16_t address, uint8_t source) {
  constexpr size_t kBefore = Tail::kBytes;
  settle();
  padded_.assign(kBefore, '\0');
  padded_ += host;
  add(std::string_view(padded_).substr(kBefore), time, address, source);
  settle();
}

void HostCounter::settle() {
  for (size_t i = 0; i < count_; ++i) count(waiting_[i]);
  count_ = 0;
}

bool HostCounter::holds(const Slot& slot, const Waiting& one) const {
  if (slot.hash != one.hash || slot.size != one.size) return false;
  const char* text = slot.size <= kInline ? slot.text : texts_.data() + slot.at;
  return std::memcmp(text, one.host, one.size) == 0;
}

HostCounter::Slot& HostCounter::take(size_t i, const Waiting& one) {
  Slot& slot = slots_[i];
  slot = {};
  slot.hash = one.hash;
  slot.size = static_cast<uint16_t>(one.size);
  if (one.size <= kInline) {
    if (one.size > 0) std::memcpy(slot.text, one.host, one.size);
  } else {
    slot.at = static_cast<uint32_t>(texts_.size());
    texts_.append(one.host, one.size);
  }
  ++used_;
  return slot;
}

void HostCounter::count(const Waiting& one) {
  const size_t mask = (size_t{1} << (64 - shift_)) - 1;
  size_t i = one.hash >> shift_;
  while (slots_[i].count != 0 && !holds(slots_[i], one)) i = (i + 1) & mask;
  if (slots_[i].count == 0) {
    const size_t slots = mask + 1;
    const bool full = used_ == room_of(slots);
    if ((full && slots == most_slots_) ||
        (one.size > kInline && texts_.size() + one.size > most_text_)) {
      spill();
      return count(one);
    }
    if (full) {
      grow();
      return count(one);
    }
    take(i, one);
  }
  Slot& slot = slots_[i];
  ++slot.count;
  slot.sources = static_cast<uint8_t>(slot.sources | one.source);
  if (one.time != 0) {
    if (slot.first == 0 || one.time < slot.first) slot.first = one.time;
    if (one.time > slot.last) slot.last = one.time;
  }
  if (one.address == kNoAddress || one.address == slot.addresses[0]) return;
  for (uint16_t& known : slot.addresses) {
    if (known == kNoAddress && one.address != kOtherAddress) known = one.address;
    if (known == one.address) return;
  }
  slot.more = 1;
}

void HostCounter::grow() {
  const size_t before = size_t{1} << (64 - shift_), after = 2 * before;
  auto larger = std::make_unique<Slot[]>(after);
  --shift_;
  for (size_t i = 0; i < before; ++i) {
    if (slots_[i].count == 0) continue;
    size_t to = slots_[i].hash >> shift_;
    while (larger[to].count != 0) to = (to + 1) & (after - 1);
    larger[to] = slots_[i];
  }
  slots_ = std::move(larger);
}

void HostCounter::spill(const Slot& slot, std::string_view raw) {
  HostKey key;
  Host host;
  if (raw.size() > kMostRaw) {
    key.kind = HostKind::too_long;
    key.host = raw.substr(0, kMostRaw);
  } else {
    read_host(raw, suffixes_, host);
    key.kind = host.kind;
    key.host = host.kind == HostKind::name ? host.name() : raw;
    if (host.kind == HostKind::name) key.domain = host.name().substr(host.filed_at());
  }
  Seen seen;
  seen.count = slot.count;
  seen.first = slot.first;
  seen.last = slot.last;
  seen.sources = slot.sources;
  seen.more_addresses = slot.more != 0;
  for (const uint16_t number : slot.addresses) {
    if (number != kNoAddress) seen.addresses.push_back(addresses_[number]);
  }
  std::sort(seen.addresses.begin(), seen.addresses.end());
  out_.add(pack(key), pack(seen));
}

void HostCounter::spill() {
  const size_t slots = size_t{1} << (64 - shift_);
  for (size_t i = 0; i < slots; ++i) {
    Slot& slot = slots_[i];
    if (slot.count == 0) continue;
    spill(slot, {slot.size <= kInline ? slot.text : texts_.data() + slot.at, slot.size});
    slot.count = 0;
  }
  texts_.clear();
  used_ = 0;
}

void HostCounter::finish() {
  settle();
  spill();
  slots_ = std::make_unique<Slot[]>(kFewestSlots);
  shift_ = 64 - std::countr_zero(kFewestSlots);
  texts_ = {};
}

}  // namespace beian::gate
