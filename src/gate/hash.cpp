#include "gate/hash.hpp"

#include <algorithm>

namespace beian::gate {

uint64_t name_hash(std::string_view name, uint64_t seed) {
  if (name.size() >= Tail::kBytes) return padded_hash(name.data(), name.size(), seed);
  char room[2 * Tail::kBytes] = {};
  std::copy(name.begin(), name.end(), room + Tail::kBytes);
  return padded_hash(room + Tail::kBytes, name.size(), seed);
}

void Checksum::block(const char* p) {
  // Four chains that do not wait for each other.
  for (size_t lane = 0; lane < 4; ++lane)
    lanes_[lane] =
        fold(load64(p + 16 * lane) ^ kMix[lane], load64(p + 16 * lane + 8) ^ lanes_[lane]);
}

void Checksum::add(const void* data, size_t size) {
  const char* p = static_cast<const char*>(data);
  size_ += size;
  if (held_ > 0) {
    const size_t take = std::min(size, kBlock - held_);
    std::memcpy(rest_ + held_, p, take);
    held_ += take;
    p += take;
    size -= take;
    if (held_ < kBlock) return;
    block(rest_);
    held_ = 0;
  }
  for (; size >= kBlock; p += kBlock, size -= kBlock) block(p);
  if (size > 0) std::memcpy(rest_, p, size);
  held_ = size;
}

uint64_t Checksum::value() const {
  Checksum last = *this;
  std::memset(last.rest_ + last.held_, 0, kBlock - last.held_);
  last.block(last.rest_);
  const uint64_t all = fold(last.lanes_[0] ^ kMix[1], last.lanes_[1] ^ kMix[2]) ^
                       fold(last.lanes_[2] ^ kMix[3], last.lanes_[3] ^ kMix[0]);
  return fold(all ^ kMix[2], size_ ^ kMix[1]);
}

uint64_t checksum(std::string_view bytes) {
  Checksum sum;
  sum.add(bytes.data(), bytes.size());
  return sum.value();
}

}  // namespace beian::gate
